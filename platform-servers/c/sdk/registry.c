#include "platform-servers/c/sdk/registry.h"

#include <stdio.h>
#include <string.h>

#include "platform-servers/c/sdk/text.h"

enum { ERROR_BYTES = 2048 };

static const char *copy(struct mprun_sdk_registry *registry, const char *text)
{
    return gh_arena_copy(&registry->arena, gh_str_of(text ? text : ""));
}

struct mprun_module *
mprun_sdk_registry_module(struct mprun_sdk_registry *registry)
{
    struct mprun_module *module =
        gh_arena_alloc(&registry->arena, sizeof *module);
    module->registry = registry;
    module->next = registry->modules;
    registry->modules = module;
    return module;
}

void mprun_sdk_registry_finish(struct mprun_sdk_registry *registry)
{
    for (size_t i = 0; i < registry->definition_count; i++)
        gh_expression_destroy(registry->definitions[i].expression);
    gh_free(registry->definitions);
    gh_free(registry->conversions);
    gh_free(registry->hooks);
    gh_parameter_type_registry_destroy(registry->types);
    gh_arena_finish(&registry->arena);
    *registry = (struct mprun_sdk_registry){0};
}

/* Whether an array that doubles its size is full at this count. */
static bool is_full(size_t count)
{
    return (count & (count - 1)) == 0;
}

static void add_definition(struct mprun_module *module, const char *source,
                           mprun_step_function *function, const char *file,
                           int line, bool is_regex)
{
    struct mprun_sdk_registry *registry = module->registry;
    size_t count = registry->definition_count;
    if (is_full(count))
        registry->definitions =
            gh_realloc(registry->definitions,
                       (count ? count * 2 : 1) * sizeof *registry->definitions);
    struct mprun_sdk_definition *definition = &registry->definitions[count];
    *definition = (struct mprun_sdk_definition){
        .module = module,
        .function = function,
        .source = copy(registry, source),
        .file = copy(registry, file),
        .line = line,
        .is_regex = is_regex,
    };
    registry->definition_count = count + 1;
    snprintf(definition->id, sizeof definition->id, "s%zu", count + 1);
}

void mprun_define_at(struct mprun_module *module, const char *expression,
                     mprun_step_function *function, const char *file, int line)
{
    add_definition(module, expression, function, file, line, false);
}

void mprun_regex_at(struct mprun_module *module, const char *pattern,
                    mprun_step_function *function, const char *file, int line)
{
    add_definition(module, pattern, function, file, line, true);
}

void mprun_parameter_at(struct mprun_module *module, const char *name,
                        const char *regexp, mprun_convert_function *convert,
                        void (*release)(void *value), const char *file,
                        int line)
{
    struct mprun_sdk_registry *registry = module->registry;
    size_t count = registry->conversion_count;
    if (is_full(count))
        registry->conversions =
            gh_realloc(registry->conversions,
                       (count ? count * 2 : 1) * sizeof *registry->conversions);
    struct mprun_sdk_conversion *conversion =
        gh_arena_alloc(&registry->arena, sizeof *conversion);
    *conversion = (struct mprun_sdk_conversion){
        .name = copy(registry, name),
        .regexp = copy(registry, regexp),
        .convert = convert,
        .release = release,
        .file = copy(registry, file),
        .line = line,
    };
    registry->conversions[count] = conversion;
    registry->conversion_count = count + 1;
}

void mprun_state_functions(struct mprun_module *module,
                           void *(*start)(struct mprun_step *step),
                           void (*finish)(struct mprun_step *step, void *state))
{
    module->start = start;
    module->finish = finish;
}

static bool compile_type(struct mprun_sdk_registry *registry,
                         struct mprun_sdk_conversion *conversion)
{
    char error[ERROR_BYTES];
    struct gh_parameter_type type = {
        .name = conversion->name,
        .regexps = &conversion->regexp,
        .regexp_count = 1,
        .use_for_snippets = true,
        .user = conversion,
    };
    if (gh_parameter_type_add(registry->types, &type, error, sizeof error))
        return true;
    fprintf(stderr, "%s:%d: parameter type {%s}: %s\n", conversion->file,
            conversion->line, conversion->name, error);
    return false;
}

static bool compile_definition(struct mprun_sdk_registry *registry,
                               struct mprun_sdk_definition *definition)
{
    char error[ERROR_BYTES] = "the step has no function";
    if (definition->function)
        definition->expression =
            (definition->is_regex ? gh_expression_create_regex
                                  : gh_expression_create)(
                definition->source, registry->types, error, sizeof error);
    if (definition->expression)
        return true;
    fprintf(stderr, "%s:%d: step \"%s\": %s\n", definition->file,
            definition->line, definition->source, error);
    return false;
}

size_t mprun_sdk_registry_compile(struct mprun_sdk_registry *registry)
{
    size_t faults = mprun_sdk_hooks_compile(registry);
    registry->types = gh_parameter_type_registry_create();
    for (size_t i = 0; i < registry->conversion_count; i++)
        faults += !compile_type(registry, registry->conversions[i]);
    for (size_t i = 0; i < registry->definition_count; i++)
        faults += !compile_definition(registry, &registry->definitions[i]);
    return faults;
}

size_t mprun_sdk_registry_find(const struct mprun_sdk_registry *registry,
                               const char *text, struct gh_arena *arena,
                               const struct mprun_sdk_definition **found,
                               struct gh_match *matches, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < registry->definition_count; i++) {
        const struct mprun_sdk_definition *definition =
            &registry->definitions[i];
        struct gh_match match;
        if (!definition->expression ||
            gh_expression_match(definition->expression, gh_str_of(text), arena,
                                &match) != 1)
            continue;
        if (count < max) {
            found[count] = definition;
            matches[count] = match;
        }
        count++;
    }
    return count;
}

/* The text as it stands in a C string. */
static void add_quoted(struct mprun_sdk_text *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            mprun_sdk_text_add(out, "\\", 1);
        mprun_sdk_text_add(out, text, 1);
    }
}

/* A name for the function: the letters of the text, in at most 40 bytes. */
static void add_name(struct mprun_sdk_text *out, const char *text)
{
    struct mprun_sdk_text name = {0};
    for (; *text && name.length < 40; text++) {
        bool upper = *text >= 'A' && *text <= 'Z';
        bool lower = *text >= 'a' && *text <= 'z';
        char letter = (char)(upper ? *text - 'A' + 'a' : *text);
        if (upper || lower)
            mprun_sdk_text_add(&name, &letter, 1);
        else if (name.length > 0 && name.bytes[name.length - 1] != '_')
            mprun_sdk_text_add(&name, "_", 1);
    }
    while (name.length > 0 && name.bytes[name.length - 1] == '_')
        name.length--;
    mprun_sdk_text_add(out, name.length ? name.bytes : "step",
                       name.length ? name.length : 4);
    mprun_sdk_text_finish(&name);
}

char *mprun_sdk_registry_snippet(const struct mprun_sdk_registry *registry,
                                 const char *text, struct gh_arena *arena)
{
    struct mprun_sdk_text out = {0};
    const struct gh_suggestion *suggestion;
    gh_suggestion_make(registry->types, gh_str_of(text), 1, arena, &suggestion);
    mprun_sdk_text_format(&out, "static void ");
    add_name(&out, text);
    mprun_sdk_text_format(&out, "(struct mprun_step *step)\n{\n"
                                "    mprun_pending(step, \"write me\");\n}\n\n"
                                "    /* in MPRUN_STEPS(m): */\n"
                                "    mprun_define(m, \"");
    add_quoted(&out, suggestion->source);
    mprun_sdk_text_format(&out, "\", ");
    add_name(&out, text);
    mprun_sdk_text_format(&out, ");\n");
    char *snippet = gh_arena_copy(
        arena, (struct gh_str){.ptr = out.bytes, .len = out.length});
    mprun_sdk_text_finish(&out);
    return snippet;
}
