/* The processes of a pickle and their members: who there is, and whom a
 * written name means. */
#include <stdlib.h>
#include <string.h>

#include "gherkin/utf8.h"
#include "runner/base/text.h"
#include "runner/plan/router.h"

#define MAIN_PROCESS "main"

static size_t find_process(const struct mp_router *r, struct gh_str name)
{
    for (size_t i = 0; i < r->process_count; i++) {
        if (gh_str_equal(name, gh_str_of(r->processes[i].name)))
            return i;
    }
    return MP_ROUTER_NONE;
}

/* The process that a written name means; "node#3" belongs to "node". */
static struct gh_str base_name(struct gh_str name)
{
    struct gh_str base = name;
    mp_words_member(name, &base);
    return base;
}

size_t mp_members_process(const struct mp_router *r, struct gh_str written)
{
    return find_process(r, gh_utf8_nfc(r->arena, base_name(written)));
}

static const struct mp_process_config *
process_config(const struct mp_config *config, const char *name)
{
    for (size_t i = 0; i < config->process_count; i++) {
        if (!strcmp(config->processes[i].name, name))
            return &config->processes[i];
    }
    return NULL;
}

static void unknown_process(struct mp_router *r, const char *name)
{
    const char *known[256];
    size_t count = 0;
    for (size_t i = 0; i < r->config->process_count && count < 256; i++)
        known[count++] = r->config->processes[i].name;
    const char *near = mp_nearest(name, known, count);
    if (near)
        mp_router_fault(r, "there is no process '%s' in %s, did you mean '%s'?",
                        name, r->config->path, near);
    else
        mp_router_fault(r,
                        "there is no process '%s' in %s; add it to "
                        "\"processes:\"",
                        name, r->config->path);
}

static void add_process(struct mp_router *r, struct gh_str written)
{
    const char *why = mp_words_name_fault(written);
    if (why) {
        mp_router_fault(r, "'%.*s' cannot name a process: it %s",
                        GH_STR_ARG(written), why);
        return;
    }
    struct gh_str base = gh_utf8_nfc(r->arena, base_name(written));
    if (find_process(r, base) != MP_ROUTER_NONE)
        return;
    const char *name = gh_arena_copy(r->arena, base);
    if (r->config->closed_processes && !process_config(r->config, name)) {
        unknown_process(r, name);
        return;
    }
    r->processes = gh_realloc(r->processes,
                              (r->process_count + 1) * sizeof(*r->processes));
    r->processes[r->process_count++] = (struct mp_process){.name = name};
}

static int by_name(const void *a, const void *b)
{
    const struct mp_process *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static size_t add_member(struct mp_router *r, size_t process, int index,
                         const char *name)
{
    if (r->member_count == r->member_capacity) {
        r->member_capacity = r->member_capacity ? r->member_capacity * 2 : 8;
        r->members =
            gh_realloc(r->members, r->member_capacity * sizeof(*r->members));
        r->standings = gh_realloc(r->standings,
                                  r->member_capacity * sizeof(*r->standings));
    }
    r->standings[r->member_count] = (struct mp_standing){0};
    r->members[r->member_count] =
        (struct mp_member){.name = name,
                           .group = r->processes[process].name,
                           .process = process,
                           .index = index};
    r->processes[process].member_count++;
    return r->member_count++;
}

static void add_members(struct mp_router *r, size_t process)
{
    const char *name = r->processes[process].name;
    const struct mp_process_config *config = process_config(r->config, name);
    int count = config ? config->count : 1;
    for (int n = 1; n <= count; n++)
        add_member(r, process, n,
                   count == 1 ? name
                              : gh_arena_format(r->arena, "%s#%d", name, n));
}

static void gather_names(struct mp_router *r, struct gh_str text)
{
    struct gh_str names[MP_WORDS_NAMES_MAX];
    size_t count = mp_words_names(r->pattern, text, names, MP_WORDS_NAMES_MAX);
    if (count > MP_WORDS_NAMES_MAX)
        mp_router_fault(r, "names %zu processes; %d is the most", count,
                        MP_WORDS_NAMES_MAX);
    if (!count && mp_words_has_empty_name(text))
        mp_router_fault(r, MP_WORDS_EMPTY_NAME);
    if (!count && gh_regex_match(r->pattern, text, NULL, 0) < 0)
        mp_router_fault(r,
                        "this step is too long (%zu bytes) or too costly to "
                        "search for names of processes; a doc string takes "
                        "long texts",
                        text.len);
    for (size_t n = 0; n < count && n < MP_WORDS_NAMES_MAX; n++)
        add_process(r, names[n]);
}

void mp_members_gather(struct mp_router *r)
{
    const struct gh_pickle *pickle = r->request->pickle;
    for (size_t i = 0; i < pickle->step_count; i++) {
        r->step = &pickle->steps[i];
        gather_names(r, r->readings[i].text);
    }
    if (!r->process_count && r->errors->error_count == r->first_error) {
        r->processes = gh_alloc(sizeof(*r->processes));
        r->processes[r->process_count++].name = MAIN_PROCESS;
    }
    if (r->process_count)
        qsort(r->processes, r->process_count, sizeof(*r->processes), by_name);
    r->latest = gh_alloc((r->process_count + 1) * sizeof(*r->latest));
    for (size_t p = 0; p < r->process_count; p++) {
        r->latest[p] = MP_ROUTER_NONE;
        add_members(r, p);
    }
}

/* --- from words to members --- */

static size_t find_member(const struct mp_router *r, size_t process, int index)
{
    for (size_t i = 0; i < r->member_count; i++) {
        if (r->members[i].process == process && r->members[i].index == index)
            return i;
    }
    return MP_ROUTER_NONE;
}

/* A group whose members are node#1, node#2...: not addressed as 'node'. */
static bool is_group(const struct mp_router *r, size_t process)
{
    const struct mp_process_config *config =
        process_config(r->config, r->processes[process].name);
    return config && config->count > 1;
}

static size_t no_member(struct mp_router *r, size_t process,
                        struct gh_str written)
{
    const char *name = r->processes[process].name;
    if (is_group(r, process))
        mp_router_fault(r, "'%s' has members '%s#1' to '%s#%zu' only", name,
                        name, name, r->processes[process].member_count);
    else
        mp_router_fault(r,
                        "no step before made '%.*s'; say \"a second '%s' "
                        "process ...\" first",
                        GH_STR_ARG(written), name);
    return MP_ROUTER_NONE;
}

static size_t not_singular(struct mp_router *r, size_t process)
{
    const char *name = r->processes[process].name;
    mp_router_fault(r,
                    "'%s' has %zu members (processes.%s.count); say which: "
                    "'%s#1', all '%s' processes or each '%s' process",
                    name, r->processes[process].member_count, name, name, name,
                    name);
    return MP_ROUTER_NONE;
}

size_t mp_members_one(struct mp_router *r, struct gh_str written)
{
    struct gh_str base;
    int index = mp_words_member(written, &base);
    size_t process = mp_members_process(r, written);
    if (process == MP_ROUTER_NONE)
        return MP_ROUTER_NONE; /* its fault was told when it was gathered */
    if (!index && is_group(r, process))
        return not_singular(r, process);
    size_t member = find_member(r, process, index ? index : 1);
    return member == MP_ROUTER_NONE ? no_member(r, process, written) : member;
}

bool mp_members_named(struct mp_router *r, struct gh_str written, size_t *list,
                      size_t *count)
{
    struct gh_str base;
    size_t process = mp_members_process(r, written);
    if (process == MP_ROUTER_NONE)
        return false;
    if (mp_words_member(written, &base) || !is_group(r, process)) {
        size_t member = mp_members_one(r, written);
        if (member != MP_ROUTER_NONE)
            list[(*count)++] = member;
        return member != MP_ROUTER_NONE;
    }
    for (size_t i = 0; i < r->member_count; i++) {
        if (r->members[i].process == process)
            list[(*count)++] = i;
    }
    return true;
}

/* A name after "a new" or "all" is a process's, not a member's. */
static bool check_whole(struct mp_router *r, struct gh_str written,
                        const char *words, const char *noun)
{
    struct gh_str base;
    if (!mp_words_member(written, &base))
        return true;
    mp_router_fault(r,
                    "'%.*s' is one member; say \"the '%.*s' process ...\" for "
                    "it, or \"%s '%.*s' %s ...\"",
                    GH_STR_ARG(written), GH_STR_ARG(written), words,
                    GH_STR_ARG(base), noun);
    return false;
}

bool mp_members_plural(struct mp_router *r, struct gh_str written)
{
    return check_whole(r, written, "all", "processes");
}

size_t mp_members_another(struct mp_router *r, struct gh_str written)
{
    size_t process = mp_members_process(r, written);
    if (process == MP_ROUTER_NONE ||
        !check_whole(r, written, "a new", "process"))
        return MP_ROUTER_NONE;
    const char *name = r->processes[process].name;
    if (is_group(r, process)) {
        mp_router_fault(r,
                        "'%s' has a fixed number of members, '%s#1' to "
                        "'%s#%zu' (processes.%s.count)",
                        name, name, name, r->processes[process].member_count,
                        name);
        return MP_ROUTER_NONE;
    }
    size_t member = find_member(r, process, 1);
    struct mp_standing *standing = &r->standings[member];
    if (standing->ended) {
        standing->ended = false;
        r->out->new_incarnation = true;
    } else if (standing->mentioned) {
        int index = (int)r->processes[process].member_count + 1;
        member = add_member(r, process, index,
                            gh_arena_format(r->arena, "%s#%d", name, index));
        r->members[member].started_by_mention = true;
    }
    r->latest[process] = member;
    return member;
}

static size_t nothing_later(struct mp_router *r, const struct mp_phrase *phrase)
{
    bool third = gh_str_equal(phrase->word, gh_str_of("third"));
    bool other = gh_str_equal(phrase->word, gh_str_of("other"));
    struct gh_str word = third || other ? gh_str_of("second") : phrase->word;
    mp_router_fault(r,
                    "no step before made \"the %.*s '%.*s' process\"; say \"a "
                    "%.*s '%.*s' process ...\" first",
                    GH_STR_ARG(phrase->word), GH_STR_ARG(phrase->name),
                    GH_STR_ARG(word), GH_STR_ARG(phrase->name));
    return MP_ROUTER_NONE;
}

/* "the second" is 'writer#2', or the new incarnation that "a second" was. */
size_t mp_members_later(struct mp_router *r, const struct mp_phrase *phrase)
{
    size_t process = mp_members_process(r, phrase->name);
    if (process == MP_ROUTER_NONE ||
        !check_whole(r, phrase->name, "the second", "process"))
        return MP_ROUTER_NONE;
    if (is_group(r, process))
        return not_singular(r, process);
    size_t member = r->latest[process], numbered = MP_ROUTER_NONE;
    if (gh_str_equal(phrase->word, gh_str_of("second")))
        numbered = find_member(r, process, 2);
    else if (gh_str_equal(phrase->word, gh_str_of("third"))) {
        numbered = find_member(r, process, 3);
        member = MP_ROUTER_NONE;
    }
    if (numbered != MP_ROUTER_NONE)
        member = numbered;
    return member == MP_ROUTER_NONE ? nothing_later(r, phrase) : member;
}
