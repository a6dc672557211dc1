/*
 * What to do about an error: one sentence, or NULL where nothing helpful can
 * be said. Texts are new in the arena or constant.
 *
 * A guess is made only from what stands in the line and from where it stands:
 * a keyword without its colon or with another case, one or two letters wrong,
 * an English keyword under another language, a line before its parent.
 */
#ifndef GHERKIN_REMEDY_H
#define GHERKIN_REMEDY_H

#include "gherkin/lexer.h"

/* Of any line in front of the Feature line. */
#define GH_REMEDY_NO_FEATURE "a Feature line must stand in front of this one"
#define GH_REMEDY_BEGIN                                                        \
    "a file begins with a Feature line; a comment begins with #"

struct gh_remedy_place {
    const struct gh_keyword_index *index;
    unsigned tokens;   /* what might have stood here */
    bool has_feature;  /* a Feature line has been read */
    bool has_scenario; /* a Scenario or Background line has been read */
    bool markdown;
};

const char *gh_remedy_unexpected(struct gh_arena *arena,
                                 const struct gh_remedy_place *place,
                                 const struct gh_line *line);

/* For an end of file where something had to follow. */
const char *gh_remedy_end(unsigned tokens);

/* The step's keyword, in quotes, that a line of free text most likely was to
 * begin with: one of another case or with a letter wrong, or one without its
 * space. NULL: it is no step. */
const char *gh_remedy_step(struct gh_arena *arena,
                           const struct gh_dialect *dialect,
                           struct gh_str line);

const char *gh_remedy_language(struct gh_arena *arena, struct gh_str code);

const char *gh_remedy_row(struct gh_arena *arena, const struct gh_line *line,
                          uint32_t cells, uint32_t first_cells);

#endif
