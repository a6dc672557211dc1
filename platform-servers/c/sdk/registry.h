/*
 * Step definitions, parameter types and hooks: collecting them, compiling them,
 * matching a step.
 *
 * Registration functions of modules only collect; mprun_sdk_registry_compile
 * makes expressions of what was collected, so that a module may use a parameter
 * type that a later one adds, and reports every fault with file and line. Texts
 * that modules hand over are copied. A step matches whatever its keyword is.
 */
#ifndef MPRUN_SDK_REGISTRY_H
#define MPRUN_SDK_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "gherkin/memory.h"
#include "platform-servers/c/mprun/mprun.h"
#include "platform-servers/c/sdk/hooks.h"

struct mprun_module {
    struct mprun_sdk_registry *registry;
    struct mprun_module *next;
    void *(*start)(struct mprun_step *step);
    void (*finish)(struct mprun_step *step, void *state);
    void *state;
    bool started;
};

struct mprun_sdk_definition {
    char id[16]; /* "s1", "s2", ... in order of registration */
    struct mprun_module *module;
    mprun_step_function *function;
    const char *source;
    const char *file;
    int line;
    bool is_regex;
    struct gh_expression *expression; /* NULL until compiled, or faulty */
};

/* The user pointer of a parameter type. */
struct mprun_sdk_conversion {
    const char *name;
    const char *regexp;
    mprun_convert_function *convert;
    void (*release)(void *value);
    const char *file;
    int line;
};

struct mprun_sdk_registry {
    struct gh_arena arena;        /* texts and modules */
    struct mprun_module *modules; /* the last one first */
    struct mprun_sdk_definition *definitions;
    size_t definition_count;
    struct mprun_sdk_conversion **conversions;
    size_t conversion_count;
    struct mprun_sdk_hook *hooks;
    size_t hook_count;
    struct gh_parameter_types *types;
};

/* Starts zeroed. */
void mprun_sdk_registry_finish(struct mprun_sdk_registry *registry);

/* A new, empty module; lives as long as the registry. */
struct mprun_module *
mprun_sdk_registry_module(struct mprun_sdk_registry *registry);

/* Compiles everything; writes one line for each fault to stderr and returns
 * how many there are. */
size_t mprun_sdk_registry_compile(struct mprun_sdk_registry *registry);

/* The definitions that fit text: returns their number and fills the first
 * max of found and of matches, which live in the arena. */
size_t mprun_sdk_registry_find(const struct mprun_sdk_registry *registry,
                               const char *text, struct gh_arena *arena,
                               const struct mprun_sdk_definition **found,
                               struct gh_match *matches, size_t max);

/* Code that would define the step; in the arena. */
char *mprun_sdk_registry_snippet(const struct mprun_sdk_registry *registry,
                                 const char *text, struct gh_arena *arena);

#endif
