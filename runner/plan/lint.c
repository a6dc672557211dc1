#include "runner/plan/lint.h"

#include <string.h>

#include "runner/base/text.h"
#include "runner/plan/near.h"
#include "runner/plan/router.h"

#define MOST_NAMES 256 /* of a file that are compared with each other */

enum rule {
    RULE_NAME,
    RULE_UNKNOWN,
    RULE_TWO,
    RULE_NEAR,
    RULE_BUILTIN,
    RULE_QUOTE,
};

static const struct {
    const char *name;
    enum gh_severity severity;
} rule_table[] = {
    [RULE_NAME] = {"process-name", GH_SEVERITY_ERROR},
    [RULE_UNKNOWN] = {"unknown-process", GH_SEVERITY_ERROR},
    [RULE_TWO] = {"two-processes", GH_SEVERITY_NOTE},
    [RULE_NEAR] = {"near-builtin", GH_SEVERITY_WARNING},
    [RULE_BUILTIN] = {"builtin", GH_SEVERITY_ERROR},
    [RULE_QUOTE] = {"open-quote", GH_SEVERITY_WARNING},
};

struct name {
    const char *text;
    struct gh_location at; /* of the step that named it first */
    uint32_t node;         /* of the step that named it last */
    bool again;            /* more than one step names it */
};

struct step_linter {
    const struct gh_document *document;
    const struct mp_config *config;
    const struct gh_regex *pattern;
    struct gh_findings *findings;
    struct gh_arena arena;
    uint8_t *told; /* of each node: the rules that spoke; bit 7: looked at */
    struct name names[MOST_NAMES];
    size_t name_count;
    bool too_many;
};

#define LOOKED_AT 0x80u

struct mp_config mp_lint_default_config(void)
{
    return (struct mp_config){.process_pattern = MP_CONFIG_PROCESS_PATTERN,
                              .builtin_steps = true,
                              .path = ""};
}

/* Whether the rule may speak of the step: the first time. */
static bool may_tell(struct step_linter *l, const struct gh_pickle_step *step,
                     enum rule rule)
{
    uint8_t bit = (uint8_t)(1u << rule);
    if (l->told[step->node] & bit)
        return false;
    l->told[step->node] |= bit;
    return true;
}

#define TELL(l, step, rule, ...)                                               \
    do {                                                                       \
        if (may_tell(l, step, rule))                                           \
            gh_lint_add((l)->findings, (step)->at, rule_table[rule].severity,  \
                        rule_table[rule].name, __VA_ARGS__);                   \
    } while (0)

/* -- Names -------------------------------------------------------------- */

static struct gh_str base_of(struct gh_str name)
{
    struct gh_str base;
    return mp_words_member(name, &base) ? base : name;
}

static void note_use(struct step_linter *l, const struct gh_pickle_step *step,
                     struct gh_str name)
{
    for (size_t i = 0; i < l->name_count; i++) {
        struct name *known = &l->names[i];
        if (!gh_str_equal(gh_str_of(known->text), name))
            continue;
        known->again |= known->node != step->node;
        known->node = step->node;
        return;
    }
    if (l->name_count == MOST_NAMES) {
        l->too_many = true;
        return;
    }
    l->names[l->name_count++] = (struct name){gh_arena_copy(&l->arena, name),
                                              step->at, step->node, false};
}

/* Whether the config has the name; *nearest: the one that was meant, where
 * there is one. */
static bool is_known(const struct step_linter *l, struct gh_str name,
                     const char **nearest)
{
    const char *names[MOST_NAMES];
    char word[4 * 64 + 1];
    size_t count = 0;
    *nearest = NULL;
    for (size_t i = 0; i < l->config->process_count; i++) {
        const char *known = l->config->processes[i].name;
        if (gh_str_equal(gh_str_of(known), name))
            return true;
        if (count < MOST_NAMES)
            names[count++] = known;
    }
    if (name.len < sizeof(word)) {
        memcpy(word, name.ptr, name.len);
        word[name.len] = '\0';
        *nearest = mp_nearest(word, names, count);
    }
    return false;
}

static void check_name(struct step_linter *l, const struct gh_pickle_step *step,
                       struct gh_str written)
{
    const char *fault = mp_words_name_fault(written), *nearest;
    struct gh_str name = base_of(written);
    if (fault) {
        TELL(l, step, RULE_NAME, "'%.*s' cannot name a process: it %s",
             GH_STR_ARG(written), fault);
        return;
    }
    note_use(l, step, name);
    if (!l->config->closed_processes || is_known(l, name, &nearest))
        return;
    TELL(l, step, RULE_UNKNOWN, "the config has no process '%.*s'%s%s%s",
         GH_STR_ARG(name), nearest ? ", did you mean '" : "",
         nearest ? nearest : "", nearest ? "'?" : "");
}

static void check_names(struct step_linter *l,
                        const struct gh_pickle_step *step,
                        const struct mp_reading *reading)
{
    struct gh_str names[MP_WORDS_NAMES_MAX];
    size_t count =
        mp_words_names(l->pattern, reading->text, names, MP_WORDS_NAMES_MAX);
    const struct gh_str *second = NULL;
    if (!count && mp_words_has_empty_name(reading->text))
        TELL(l, step, RULE_NAME, MP_WORDS_EMPTY_NAME);
    for (size_t i = 0; i < count && i < MP_WORDS_NAMES_MAX; i++) {
        check_name(l, step, names[i]);
        if (!second && !gh_str_equal(names[i], names[0]))
            second = &names[i];
    }
    if (second && !reading->builtin)
        TELL(l, step, RULE_TWO,
             "the step goes to '%.*s' alone; '%.*s' is started and ready "
             "before",
             GH_STR_ARG(names[0]), GH_STR_ARG(*second));
}

/* node1 and node2 are no misspelling of each other. */
static bool differ_in_digits(const char *a, const char *b)
{
    static const char digits[] = "0123456789";
    while (*a || *b) {
        size_t skip_a = strspn(a, digits), skip_b = strspn(b, digits);
        if (!skip_a && !skip_b && *a++ != *b++)
            return false;
        a += skip_a;
        b += skip_b;
    }
    return true;
}

static const char *nearest_name(const struct step_linter *l,
                                const struct name *name)
{
    for (size_t i = 0; i < l->name_count; i++) {
        const struct name *other = &l->names[i];
        if (other != name && other->again &&
            !differ_in_digits(name->text, other->text) &&
            mp_nearest(name->text, &other->text, 1))
            return other->text;
    }
    return NULL;
}

static void check_near_names(struct step_linter *l)
{
    if (l->config->closed_processes || l->too_many)
        return;
    for (size_t i = 0; i < l->name_count; i++) {
        const struct name *name = &l->names[i];
        const char *other = NULL;
        if (!name->again && name->text && strlen(name->text) >= 4)
            other = nearest_name(l, name);
        if (other)
            gh_lint_add(l->findings, name->at, GH_SEVERITY_WARNING,
                        "near-process",
                        "only this step names the process '%s', did you mean "
                        "'%s'?",
                        name->text, other);
    }
}

/* -- Steps -------------------------------------------------------------- */

static bool knows(void *self, struct gh_str name)
{
    struct step_linter *l = self;
    const char *ignored;
    for (size_t i = 0; i < l->name_count; i++) {
        if (gh_str_equal(gh_str_of(l->names[i].text), name))
            return true;
    }
    return is_known(l, name, &ignored);
}

static void check_builtin(struct step_linter *l,
                          const struct gh_pickle_step *step,
                          const struct mp_reading *reading)
{
    if (reading->fault)
        TELL(l, step, RULE_BUILTIN, "%s", reading->fault);
    struct mp_near_request request = {.config = l->config,
                                      .pattern = l->pattern,
                                      .knows = knows,
                                      .self = l,
                                      .names_only = reading->within_ms > 0};
    struct mp_near near;
    if (!reading->builtin && !reading->fault &&
        mp_near_find(&request, reading->text, &reading->words.phrase, &l->arena,
                     &near))
        TELL(l, step, RULE_NEAR, "%s; did you mean \"%s\"?", near.what,
             near.meant);
}

/* At the quote, where the plan tells it too: it is told once. */
static void check_quote(struct step_linter *l,
                        const struct gh_pickle_step *step,
                        const struct mp_reading *reading)
{
    struct gh_location at = {step->at.line,
                             mp_reading_quote_column(reading, step)};
    if (at.column && may_tell(l, step, RULE_QUOTE))
        gh_lint_add(l->findings, at, rule_table[RULE_QUOTE].severity,
                    rule_table[RULE_QUOTE].name, "%s", MP_READING_OPEN_QUOTE);
}

static void check_step(struct step_linter *l, const struct gh_pickle_step *step)
{
    struct mp_reading reading =
        mp_reading_make(l->config, l->pattern, step->text);
    check_names(l, step, &reading);
    check_builtin(l, step, &reading);
    check_quote(l, step, &reading);
}

/* A step that is the same in each row needs one look. */
static bool needs_look(struct step_linter *l, const struct gh_pickle_step *step)
{
    struct gh_node node = gh_document_node(l->document, step->node);
    bool looked = l->told[step->node] & LOOKED_AT;
    l->told[step->node] |= LOOKED_AT;
    return !looked || !gh_str_equal(node.text, step->text);
}

void mp_lint_steps(const struct gh_document *document,
                   const struct mp_config *config,
                   const struct mp_patterns *patterns,
                   struct gh_findings *findings)
{
    const struct gh_error *errors;
    uint32_t nodes = gh_document_node_count(document);
    if (!nodes || gh_document_errors(document, &errors))
        return;
    struct step_linter *l = gh_alloc(sizeof(*l));
    l->document = document;
    l->config = config;
    l->pattern = patterns->process;
    l->findings = findings;
    l->told = gh_alloc(nodes);
    struct gh_pickles *pickles = gh_pickles_create(document);
    struct gh_pickle pickle;
    while (gh_pickles_next(pickles, &pickle)) {
        for (size_t i = 0; i < pickle.step_count; i++) {
            if (needs_look(l, &pickle.steps[i]))
                check_step(l, &pickle.steps[i]);
        }
    }
    gh_pickles_destroy(pickles);
    check_near_names(l);
    gh_lint_sort(findings);
    gh_free(l->told);
    gh_arena_finish(&l->arena);
    gh_free(l);
}
