/*
 * Hooks: what runs around a scenario, a step and the run.
 *
 * Registration functions of modules only collect; mprun_sdk_hooks_compile,
 * which mprun_sdk_registry_compile calls, looks at what was collected and
 * reports every fault with file and line. mprun is told of the hooks in the
 * answer to listStepDefinitions, decides around which scenarios each runs, and
 * asks for one at a time with executeHook (mprun_sdk_execute_hook in server.h).
 * A hook is a step without arguments: it has the state of its module, and all
 * that a step can tell; one around a step has its text. Rule: docs/protocol.md,
 * executeHook.
 */
#ifndef MPRUN_SDK_HOOKS_H
#define MPRUN_SDK_HOOKS_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "platform-servers/c/mprun/mprun.h"

struct mprun_sdk_registry;

struct mprun_sdk_hook {
    char id[16]; /* "h1", "h2", ... in order of registration */
    enum mprun_hook_kind kind;
    struct mprun_module *module;
    mprun_step_function *function;
    const char *tags; /* NULL: none, and so of the next one */
    const char *name;
    int order;
    const char *file;
    int line;
};

/* Writes one line for each fault to stderr; returns how many there are. */
size_t mprun_sdk_hooks_compile(const struct mprun_sdk_registry *registry);
/* For people: its name, else its kind. */
const char *mprun_sdk_hook_title(const struct mprun_sdk_hook *hook);
/* The member `hooks` of the answer to listStepDefinitions. */
cJSON *mprun_sdk_hooks_json(const struct mprun_sdk_registry *registry);

#endif
