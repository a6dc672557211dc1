#include "runner/cli/open.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#define OPENER "open"
#else
#define OPENER "xdg-open"
#endif

#define PREFIX "html:"

/* NULL: none is written to a file. */
static const char *find_page(const struct mp_options *options)
{
    size_t length = strlen(PREFIX);
    for (size_t i = 0; i < options->formats.count; i++) {
        const char *format = options->formats.list[i];
        if (!strncmp(format, PREFIX, length) && strcmp(format + length, "-"))
            return format + length;
    }
    return NULL;
}

bool mp_open_check(const struct mp_options *options, struct mp_errors *errors)
{
    if (!options->open || find_page(options))
        return true;
    mp_errors_add(errors, "mprun: --open: no html report goes to a file; add "
                          "--format html:PATH");
    return false;
}

/* Returns an errno. */
static int spawn(char *const *arguments, char *const *environment)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t pid;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions, 0, 1);
    posix_spawn_file_actions_adddup2(&actions, 0, 2);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSID);
    int fault = posix_spawnp(&pid, arguments[0], &actions, &attributes,
                             arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return fault;
}

void mp_open_show(const struct mp_options *options)
{
    const char *page = options->open ? find_page(options) : NULL;
    if (!page)
        return;
    /* A name that begins with a dash would be an option there, one with a
     * colon an address. */
    char path[4096], program[] = OPENER;
    snprintf(path, sizeof(path), "%s%s", *page != '/' ? "./" : "", page);
    char *arguments[] = {program, path, NULL};
    int fault = spawn(arguments, environ);
    if (fault)
        fprintf(stderr, "mprun: --open: %s cannot be started: %s\n", OPENER,
                strerror(fault));
}
