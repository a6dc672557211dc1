/* What is known of each member while the steps are gone through in order. */
#include <string.h>

#include "gherkin/utf8.h"
#include "runner/base/text.h"
#include "runner/plan/router.h"

static bool ends_process(enum mp_action action)
{
    return action == MP_ACTION_STOP || action == MP_ACTION_KILL ||
           action == MP_ACTION_CRASH || action == MP_ACTION_EXPECT_EXIT ||
           action == MP_ACTION_EXPECT_SIGNAL ||
           action == MP_ACTION_EXPECT_NOT_RUNNING;
}

static void check_complete(struct mp_router *r, size_t member)
{
    struct mp_standing *standing = &r->standings[member];
    const char *name = r->members[member].name;
    if (standing->begun_ended)
        mp_router_fault(r,
                        "the step that '%s' began ended with the process on "
                        "line %u: there is nothing to complete",
                        name, standing->ended_line);
    else if (!standing->begun.line)
        mp_router_fault(r,
                        "'%s' has begun no step; say \"the '%s' process "
                        "begins: ...\" before",
                        name, name);
    standing->begun = (struct gh_location){0};
}

static void check_begun(struct mp_router *r, size_t member)
{
    struct mp_standing *standing = &r->standings[member];
    enum mp_action action = r->out->action;
    if (action == MP_ACTION_COMPLETE)
        check_complete(r, member);
    bool sends = action == MP_ACTION_SEND || action == MP_ACTION_BEGIN;
    if (sends && standing->begun.line)
        mp_router_fault(r,
                        "'%s' is still at the step that it began on line %u; "
                        "say \"the '%s' process completes\" first",
                        r->members[member].name, standing->begun.line,
                        r->members[member].name);
    if (action == MP_ACTION_BEGIN && !standing->begun.line)
        standing->begun = r->step->at;
}

static void note_target(struct mp_router *r, size_t member)
{
    struct mp_standing *standing = &r->standings[member];
    enum mp_action action = r->out->action;
    check_begun(r, member);
    if (ends_process(action) || action == MP_ACTION_RESTART) {
        standing->begun_ended =
            standing->begun_ended || standing->begun.line != 0;
        if (standing->begun.line)
            standing->ended_line = r->step->at.line;
        standing->begun = (struct gh_location){0};
    } else if (action == MP_ACTION_SEND || action == MP_ACTION_BEGIN) {
        standing->begun_ended = false;
    }
    /* It holds too for one that nobody started. */
    if (action == MP_ACTION_EXPECT_NOT_RUNNING && !standing->mentioned)
        return;
    if (ends_process(action))
        standing->ended = true;
    else if (action == MP_ACTION_START || action == MP_ACTION_RESTART)
        standing->ended = false;
    standing->mentioned = true;
}

void mp_begun_note_step(struct mp_router *r)
{
    const struct mp_step *out = r->out;
    for (size_t i = 0; i < out->target_count; i++)
        note_target(r, out->targets[i]);
    for (size_t i = out->target_count; i < out->ensured_count; i++)
        r->standings[out->ensured[i]].mentioned = true;
    if (out->action == MP_ACTION_SEND || out->action == MP_ACTION_BEGIN) {
        r->previous = out->targets;
        r->previous_count = out->target_count;
    }
}

/* Does a step that says these names mention the member? */
static bool mentions(const struct mp_router *r, const struct gh_str *names,
                     size_t count, const struct mp_member *member)
{
    for (size_t n = 0; n < count && n < MP_WORDS_NAMES_MAX; n++) {
        struct gh_str base;
        int index = mp_words_member(names[n], &base);
        if (mp_members_process(r, names[n]) == member->process &&
            (!index || index == member->index))
            return true;
    }
    return false;
}

void mp_begun_find_starts(struct mp_router *r)
{
    bool *seen = gh_alloc((r->member_count + 1) * sizeof(*seen));
    size_t unseen = r->member_count;
    for (size_t i = 0; i < r->request->pickle->step_count && unseen; i++) {
        const struct mp_reading *reading = &r->readings[i];
        enum mp_phrase_kind kind = reading->words.phrase.kind;
        struct gh_str names[MP_WORDS_NAMES_MAX];
        size_t count = mp_words_names(r->pattern, reading->text, names,
                                      MP_WORDS_NAMES_MAX);
        bool starts = mp_reading_starts(reading) || kind == MP_PHRASE_ANOTHER;
        bool every = kind == MP_PHRASE_EVERY && starts;
        for (size_t m = 0; m < r->member_count; m++) {
            if (seen[m] ||
                (!every && !mentions(r, names, count, &r->members[m])))
                continue;
            seen[m] = true;
            unseen--;
            r->members[m].started_by_mention = starts;
        }
    }
    gh_free(seen);
}

void mp_begun_check_end(struct mp_router *r)
{
    for (size_t i = 0; i < r->member_count; i++) {
        const struct gh_location *at = &r->standings[i].begun;
        if (at->line)
            mp_errors_warn(r->errors,
                           "%s:%u:%u: warning: '%s' begins a step here that "
                           "no \"completes\" follows: the case will fail",
                           r->scenario->uri, at->line, at->column,
                           r->members[i].name);
    }
}

/* --- names that are used once --- */

struct use {
    size_t count;
    struct gh_location at; /* of the last */
};

static void count_uses(const struct mp_router *r, struct use *uses)
{
    for (size_t i = 0; i < r->request->pickle->step_count; i++) {
        struct gh_str names[MP_WORDS_NAMES_MAX];
        size_t count = mp_words_names(r->pattern, r->readings[i].text, names,
                                      MP_WORDS_NAMES_MAX);
        for (size_t n = 0; n < count && n < MP_WORDS_NAMES_MAX; n++) {
            size_t process = mp_members_process(r, names[n]);
            if (process == MP_ROUTER_NONE)
                continue;
            uses[process].count++;
            uses[process].at = r->request->pickle->steps[i].at;
        }
    }
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

void mp_begun_warn_near_names(struct mp_router *r)
{
    if (r->config->closed_processes || r->process_count < 2)
        return;
    struct use *uses = gh_alloc(r->process_count * sizeof(*uses));
    count_uses(r, uses);
    for (size_t p = 0; p < r->process_count; p++) {
        const char *name = r->processes[p].name;
        for (size_t q = 0; q < r->process_count && uses[p].count == 1; q++) {
            const char *other = r->processes[q].name;
            if (q == p || strlen(name) < 4 || differ_in_digits(name, other) ||
                !mp_nearest(name, &other, 1))
                continue;
            mp_errors_warn(r->errors,
                           "%s:%u:%u: warning: the process '%s' is named only "
                           "here; did you mean '%s'?",
                           r->scenario->uri, uses[p].at.line, uses[p].at.column,
                           name, other);
        }
    }
    gh_free(uses);
}
