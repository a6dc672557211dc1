#include "gherkin/hash.h"
#include "gherkin/lint_private.h"

#define FIRST_ROOM 16u

/* The slot that has the name, or the free one where it would go. room is a
 * power of 2, and some slot is free. */
static struct gh_lint_name *slot_of(const struct gh_lint_names *names,
                                    struct gh_str name)
{
    uint64_t hash = gh_hash_str(GH_HASH_START, name);
    size_t at = (size_t)(hash ^ hash >> 32) & (names->room - 1);
    while (names->slots[at].name.ptr &&
           !gh_str_equal(names->slots[at].name, name))
        at = (at + 1) & (names->room - 1);
    return &names->slots[at];
}

static void grow(struct gh_lint_names *names, struct gh_arena *arena)
{
    struct gh_lint_names old = *names;
    names->room = old.room ? old.room * 2 : FIRST_ROOM;
    names->slots = gh_arena_array(arena, names->room, sizeof(*names->slots));
    for (size_t i = 0; i < old.room; i++) {
        if (old.slots[i].name.ptr)
            *slot_of(names, old.slots[i].name) = old.slots[i];
    }
}

const struct gh_lint_name *gh_lint_names_add(struct gh_lint_names *names,
                                             struct gh_arena *arena,
                                             struct gh_str name,
                                             struct gh_location at, bool *added)
{
    if (names->count * 2 >= names->room)
        grow(names, arena);
    if (!name.ptr)
        name.ptr = "";
    struct gh_lint_name *slot = slot_of(names, name);
    *added = !slot->name.ptr;
    if (*added) {
        *slot = (struct gh_lint_name){name, at};
        names->count++;
    }
    return slot;
}

bool gh_lint_names_have(const struct gh_lint_names *names, struct gh_str name)
{
    return names->room && slot_of(names, name)->name.ptr;
}
