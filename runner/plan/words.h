/*
 * How a step's text names processes. Pure functions over the text of a step;
 * docs/semantics.md, on names and on who gets a step.
 *
 * A phrase is a name as the config's routing.process pattern finds it, with
 * the words before it at the start of the step:
 *
 *   the 'writer' process writes          MP_PHRASE_THE,     rest "writes"
 *   the second 'writer' process writes   MP_PHRASE_LATER,   rest "writes"
 *   a new 'writer' process connects      MP_PHRASE_ANOTHER, rest "connects"
 *   all 'node' processes report          MP_PHRASE_ALL,     rest "report"
 *   each 'node' process reports          MP_PHRASE_ALL,     rest "reports"
 *   all processes report                 MP_PHRASE_EVERY,   rest "report"
 *   when 'writer' process is ...         MP_PHRASE_INSIDE
 *
 * What the pattern finds counts as a name only where a word ends after it:
 * "the 'writer' processor" names nobody. A pattern that knows no plural gets
 * one: "(?<process>\\w+) actor" finds "all node actors" too.
 */
#ifndef RUNNER_PLAN_WORDS_H
#define RUNNER_PLAN_WORDS_H

#include <stdbool.h>

#include "gherkin/memory.h"
#include "gherkin/regex.h"

enum mp_phrase_kind {
    MP_PHRASE_NONE,    /* the text names no process */
    MP_PHRASE_EVERY,   /* all processes */
    MP_PHRASE_ALL,     /* all 'node' processes, each 'node' process */
    MP_PHRASE_THE,     /* the 'writer' process */
    MP_PHRASE_LATER,   /* the new|second|third|other 'writer' process */
    MP_PHRASE_ANOTHER, /* a new|second|another 'writer' process */
    MP_PHRASE_INSIDE,  /* a name elsewhere */
};

struct mp_phrase {
    enum mp_phrase_kind kind;
    struct gh_str name; /* without quotes; empty for NONE and EVERY */
    struct gh_str word; /* "second", "new", ... of LATER and ANOTHER */
    struct gh_str rest; /* the text after the phrase (of the whole text for
                           NONE and INSIDE) */
};

#define MP_WORDS_NAMES_MAX  64 /* processes that one step may name */
#define MP_WORDS_GROUPS_MAX 16 /* of a pattern, group 0 included */

/* The leading phrase of text; INSIDE with the first name if there is one
 * elsewhere. Spans point into text. pattern must have a group "process". */
struct mp_phrase mp_words_phrase(const struct gh_regex *pattern,
                                 struct gh_str text);

/* Every name in the text in order of place, at most max; returns how many
 * there are. */
size_t mp_words_names(const struct gh_regex *pattern, struct gh_str text,
                      struct gh_str *names, size_t max);

/* NULL if the name can be a process's, else why not ("holds a '/'"): 1 to 64
 * letters or digits of any script, _ - . and single inner spaces; "#N" at its
 * end for a member. */
const char *mp_words_name_fault(struct gh_str name);

/* What no pattern of names can find: '' process, from a column that is
 * empty. */
bool mp_words_has_empty_name(struct gh_str text);

#define MP_WORDS_EMPTY_NAME                                                    \
    "'' cannot name a process: it is empty (is a column of the Examples?)"

/* "node#3": base "node", returns 3; 0: no member's name. */
int mp_words_member(struct gh_str name, struct gh_str *base);

/* If text begins with the word (and a space or its end): the text after it,
 * blanks removed, in rest. */
bool mp_words_skip(struct gh_str text, const char *word, struct gh_str *rest);

#endif
