#include "runner/cli/place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <uv.h>

#include "runner/base/fs.h"

/* Socket paths end at 107 bytes: a sharedDir under a long TMPDIR would leave
 * a server too few. */
#define LONGEST_TMPDIR 40

const char *mp_place_program(struct gh_arena *arena)
{
    char path[PATH_MAX];
    size_t size = sizeof(path);
    if (uv_exepath(path, &size))
        return "mprun";
    return gh_arena_copy(arena, gh_str_of(path));
}

/* A TMPDIR that cannot be used was meant, so it is told. */
const char *mp_place_temporary(struct mp_errors *errors)
{
    const char *folder = getenv("TMPDIR");
    const char *why = NULL;
    if (!folder || !*folder)
        return "/tmp";
    if (folder[0] != '/')
        why = "it is no absolute path";
    else if (!mp_fs_is_dir(folder))
        why = "there is no such folder";
    if (why)
        mp_errors_warn(errors,
                       "mprun: warning: TMPDIR=%s: %s; the cases' folders are "
                       "made in /tmp",
                       folder, why);
    return why || strlen(folder) > LONGEST_TMPDIR ? "/tmp" : folder;
}

bool mp_place_tier(enum mp_tier *tier, struct mp_errors *errors)
{
    const char *name = getenv("MPRUN_CONTAINMENT");
    if (!name || !*name || mp_tier_parse(name, tier))
        return true;
    mp_errors_add(errors,
                  "mprun: MPRUN_CONTAINMENT is '%s': it must be cgroup, "
                  "subreaper or group",
                  name);
    return false;
}

const char *mp_place_os(struct gh_arena *arena)
{
    struct utsname name;
    if (uname(&name))
        return "unknown";
    for (char *c = name.sysname; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    return strcmp(name.sysname, "darwin")
               ? gh_arena_copy(arena, gh_str_of(name.sysname))
               : "macos";
}
