/* Whom a step is for: the rules of docs/semantics.md in their order. */
#include <string.h>

#include "runner/plan/router.h"

static void keep_targets(struct mp_router *r, const size_t *list, size_t count)
{
    bool same = count && count == r->previous_count &&
                !memcmp(list, r->previous, count * sizeof(*list));
    size_t *targets =
        same ? NULL : gh_arena_array(r->arena, count, sizeof(*targets));
    if (count && !same)
        memcpy(targets, list, count * sizeof(*list));
    r->out->targets = same ? r->previous : targets;
    r->out->target_count = (uint32_t)count;
}

static void set_one(struct mp_router *r, size_t member)
{
    if (member != MP_ROUTER_NONE)
        keep_targets(r, &member, 1);
}

/* Members of the process (MP_ROUTER_NONE: of all) that a step for all of them
 * means: not those that a later step starts by its mention, nor for "are
 * ready" those that ended. */
static void set_all(struct mp_router *r, size_t process,
                    const struct mp_reading *reading)
{
    size_t *list = gh_alloc((r->member_count + 1) * sizeof(*list)), count = 0;
    bool starts = mp_reading_starts(reading);
    bool ready =
        reading->builtin && reading->words.action == MP_ACTION_ALL_READY;
    bool ended = false;
    for (size_t i = 0; i < r->member_count; i++) {
        const struct mp_member *member = &r->members[i];
        const struct mp_standing *standing = &r->standings[i];
        if (process != MP_ROUTER_NONE && member->process != process)
            continue;
        if (member->started_by_mention && !standing->mentioned && !starts)
            continue;
        if (ready && standing->ended)
            ended = true;
        else
            list[count++] = i;
    }
    keep_targets(r, list, count);
    gh_free(list);
    if (r->names_bad)
        return;
    if (!count && ended)
        mp_router_fault(r, "nobody is there for this step: every process was "
                           "ended by a step before it");
    else if (!count)
        mp_router_fault(r, "nobody is there for this step yet: every process "
                           "is started by a step after it");
}

static bool only_main(const struct mp_router *r)
{
    return r->process_count == 1 && !strcmp(r->processes[0].name, "main") &&
           r->member_count == 1;
}

static void set_unaddressed(struct mp_router *r,
                            const struct mp_reading *reading)
{
    if (only_main(r)) {
        r->out->rule = "main";
        set_one(r, 0);
    } else if (r->config->unaddressed == MP_UNADDRESSED_ERROR) {
        mp_router_fault(
            r,
            "this step names no process (routing.unaddressed: error); say "
            "\"the '%s' process ...\"",
            r->members[0].name);
    } else if (r->previous_count) {
        r->out->rule = "previous";
        r->out->targets = r->previous;
        r->out->target_count = (uint32_t)r->previous_count;
    } else {
        r->out->rule = "first";
        set_all(r, MP_ROUTER_NONE, reading);
    }
}

static void set_targets(struct mp_router *r, const struct mp_reading *reading)
{
    const struct mp_phrase *phrase = &reading->words.phrase;
    size_t process;
    switch (phrase->kind) {
    case MP_PHRASE_EVERY:
        r->out->rule = "all";
        set_all(r, MP_ROUTER_NONE, reading);
        break;
    case MP_PHRASE_ALL:
        r->out->rule = "all";
        process = mp_members_process(r, phrase->name);
        if (process != MP_ROUTER_NONE && mp_members_plural(r, phrase->name))
            set_all(r, process, reading);
        break;
    case MP_PHRASE_THE:
        r->out->rule = "the";
        set_one(r, mp_members_one(r, phrase->name));
        break;
    case MP_PHRASE_ANOTHER:
        r->out->rule = "another";
        set_one(r, mp_members_another(r, phrase->name));
        break;
    case MP_PHRASE_LATER:
        r->out->rule = "another";
        set_one(r, mp_members_later(r, phrase));
        break;
    case MP_PHRASE_INSIDE:
        r->out->rule = "named";
        set_one(r, mp_members_one(r, phrase->name));
        break;
    case MP_PHRASE_NONE:
        if (!reading->builtin)
            set_unaddressed(r, reading);
        break;
    }
    if (reading->builtin)
        r->out->rule = "built-in";
}

static bool holds(const size_t *list, size_t count, size_t member)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == member)
            return true;
    }
    return false;
}

static void note_second(struct mp_router *r, size_t second)
{
    mp_router_note(r, gh_arena_format(
                          r->arena,
                          "line %u names more than one process: it goes to "
                          "'%s', and '%s' is ready before it is sent",
                          r->step->at.line, r->members[r->out->targets[0]].name,
                          r->members[second].name));
}

/* Adds the members that the written name means and that are not there. */
static size_t add_named(struct mp_router *r, struct gh_str written,
                        size_t *ensured, size_t count)
{
    size_t *named = gh_alloc((r->member_count + 1) * sizeof(*named));
    size_t named_count = 0, before = count;
    mp_members_named(r, written, named, &named_count);
    for (size_t i = 0; i < named_count; i++) {
        if (!holds(ensured, count, named[i]))
            ensured[count++] = named[i];
    }
    gh_free(named);
    if (count > before && before)
        note_second(r, ensured[before]);
    return count;
}

/* Is it the name in the phrase that addresses the step? */
static bool is_address(const struct mp_reading *reading, struct gh_str name)
{
    return reading->words.phrase.name.ptr == name.ptr;
}

/* Targets first, then the others that the text names. */
static void set_ensured(struct mp_router *r, const struct mp_reading *reading)
{
    struct gh_str names[MP_WORDS_NAMES_MAX];
    struct mp_step *out = r->out;
    size_t named =
        mp_words_names(r->pattern, reading->text, names, MP_WORDS_NAMES_MAX);
    out->ensured = out->targets;
    out->ensured_count = out->target_count;
    if (named < 2 || !out->target_count)
        return;
    size_t *ensured = gh_alloc(r->member_count * sizeof(*ensured));
    size_t count = out->target_count;
    memcpy(ensured, out->targets, count * sizeof(*ensured));
    for (size_t i = 0; i < named && i < MP_WORDS_NAMES_MAX; i++) {
        if (!is_address(reading, names[i]))
            count = add_named(r, names[i], ensured, count);
    }
    size_t *copy = gh_arena_array(r->arena, count, sizeof(*copy));
    memcpy(copy, ensured, count * sizeof(*copy));
    gh_free(ensured);
    out->ensured = copy;
    out->ensured_count = (uint32_t)count;
}

void mp_targets_set(struct mp_router *r, const struct mp_reading *reading)
{
    set_targets(r, reading);
    set_ensured(r, reading);
}
