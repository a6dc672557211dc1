/* Tags that are bound to one process, @platform:writer=c, or to one member,
 * @platform:node#2=c. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/text.h"
#include "runner/plan/planner.h"
#include "runner/plan/words.h"

/* A name in a tag has _ for each space. */
static bool tag_names(struct gh_str in_tag, const char *name)
{
    if (in_tag.len != strlen(name))
        return false;
    for (size_t i = 0; i < in_tag.len; i++) {
        if (in_tag.ptr[i] != (name[i] == ' ' ? '_' : name[i]))
            return false;
    }
    return true;
}

/* The member that "node#2" in a tag means, NULL: none. */
static const struct mp_member *find_member(const struct mp_scenario *scenario,
                                           struct gh_str in_tag)
{
    struct gh_str base;
    int index = mp_words_member(in_tag, &base);
    for (size_t i = 0; i < scenario->member_count && index; i++) {
        const struct mp_member *member = &scenario->members[i];
        if (member->index == index && tag_names(base, member->group))
            return member;
    }
    return NULL;
}

bool mp_bound_applies(const struct mp_platform_tag *tag,
                      const struct mp_scenario *scenario, size_t process)
{
    const struct mp_process *at = &scenario->processes[process];
    if (!tag->process.len || tag_names(tag->process, at->name))
        return true;
    const struct mp_member *member = find_member(scenario, tag->process);
    return member && member->process == process && at->member_count == 1;
}

/* Gives the member a process of its own, added to the end of the list. */
static void split_off(struct mp_planner *p, struct mp_process *processes,
                      size_t *count, struct mp_member *member)
{
    const char *name = member->name;
    if (!strcmp(name, member->group))
        name = gh_arena_format(p->arena, "%s#%d", name, member->index);
    processes[member->process].member_count--;
    member->process = *count;
    processes[(*count)++] =
        (struct mp_process){.name = name, .member_count = 1};
}

struct ranked {
    struct mp_process process;
    size_t was; /* index before sorting */
};

static int by_name(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return strcmp(x->process.name, y->process.name);
}

/* Sorts, drops processes that have no member left, tells the members. */
static void keep(struct mp_scenario *scenario, struct mp_process *processes,
                 size_t count, struct mp_member *members)
{
    struct ranked *ranked = gh_alloc(count * sizeof(*ranked));
    size_t *now = gh_alloc(count * sizeof(*now)), kept = 0;
    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){processes[i], i};
    qsort(ranked, count, sizeof(*ranked), by_name);
    for (size_t i = 0; i < count; i++) {
        if (!ranked[i].process.member_count)
            continue;
        now[ranked[i].was] = kept;
        processes[kept++] = ranked[i].process;
    }
    for (size_t i = 0; i < scenario->member_count; i++)
        members[i].process = now[members[i].process];
    scenario->processes = processes;
    scenario->process_count = kept;
    scenario->members = members;
    gh_free(ranked);
    gh_free(now);
}

void mp_bound_split(struct mp_planner *p, const struct mp_tag_demands *demands,
                    struct mp_scenario *scenario)
{
    struct mp_process *processes = NULL;
    struct mp_member *members = NULL;
    size_t count = scenario->process_count;
    for (size_t i = 0; i < demands->platform_count; i++) {
        const struct mp_member *found =
            find_member(scenario, demands->platforms[i].process);
        if (!found)
            continue;
        if (!processes) {
            processes = gh_arena_array(p->arena, count + scenario->member_count,
                                       sizeof(*processes));
            members = gh_arena_array(p->arena, scenario->member_count,
                                     sizeof(*members));
            memcpy(processes, scenario->processes, count * sizeof(*processes));
            memcpy(members, scenario->members,
                   scenario->member_count * sizeof(*members));
        }
        struct mp_member *member = &members[found - scenario->members];
        if (member->group_size > 1)
            split_off(p, processes, &count, member);
    }
    if (processes)
        keep(scenario, processes, count, members);
}

static struct mp_bound_tag *find_bound(struct mp_planner *p,
                                       const struct mp_platform_tag *tag)
{
    for (size_t i = p->bound_count; i-- > 0;) {
        if (p->bound[i].at.line == tag->at.line &&
            p->bound[i].at.column == tag->at.column)
            return &p->bound[i];
    }
    if (p->bound_count == p->bound_capacity) {
        p->bound_capacity = p->bound_capacity ? p->bound_capacity * 2 : 16;
        p->bound = gh_realloc(p->bound, p->bound_capacity * sizeof(*p->bound));
    }
    p->bound[p->bound_count] =
        (struct mp_bound_tag){.at = tag->at,
                              .text = tag->text,
                              .process = gh_arena_copy(p->arena, tag->process)};
    return &p->bound[p->bound_count++];
}

static const char *nearest(const struct mp_scenario *scenario,
                           const char *process)
{
    const char *names[MP_WORDS_NAMES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < scenario->member_count; i++) {
        if (count < MP_WORDS_NAMES_MAX)
            names[count++] = scenario->members[i].name;
    }
    for (size_t i = 0; i < scenario->process_count; i++) {
        if (count < MP_WORDS_NAMES_MAX)
            names[count++] = scenario->processes[i].name;
    }
    return mp_nearest(process, names, count);
}

void mp_bound_note(struct mp_planner *p, const struct mp_tag_demands *demands,
                   const struct mp_scenario *scenario)
{
    for (size_t i = 0; i < demands->platform_count; i++) {
        const struct mp_platform_tag *tag = &demands->platforms[i];
        if (!tag->process.len)
            continue;
        struct mp_bound_tag *bound = find_bound(p, tag);
        for (size_t k = 0; k < scenario->member_count && !bound->used; k++)
            bound->used = tag_names(tag->process, scenario->members[k].group);
        bound->used =
            bound->used || find_member(scenario, tag->process) != NULL;
        if (!bound->used && !bound->near)
            bound->near = nearest(scenario, bound->process);
    }
}

void mp_bound_check(struct mp_planner *p)
{
    for (size_t i = 0; i < p->bound_count; i++) {
        const struct mp_bound_tag *bound = &p->bound[i];
        if (bound->used)
            continue;
        if (bound->near)
            mp_errors_add(p->errors,
                          "%s:%u:%u: %s: no scenario here has a process '%s', "
                          "did you mean '%s'?",
                          p->file->path, bound->at.line, bound->at.column,
                          bound->text, bound->process, bound->near);
        else
            mp_errors_warn(p->errors,
                           "%s:%u:%u: warning: %s: no scenario here has a "
                           "process '%s'",
                           p->file->path, bound->at.line, bound->at.column,
                           bound->text, bound->process);
    }
    p->bound_count = 0;
}
