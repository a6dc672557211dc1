/*
 * Which definitions fit a step. A server decides that for itself when it gets
 * the step; here it is found out once more, with mprun's own expressions, for
 * what formatters show of a step that ran or did not.
 */
#include <string.h>

#include "gherkin/hash.h"
#include "runner/base/text.h"
#include "runner/report/message_steps.h"

#define MOST_MATCHES 32u /* that are told of a step */

struct fits {
    struct gh_arena arena;
    size_t count;
    const struct mp_message_definition *definitions[MOST_MATCHES];
    struct gh_match matches[MOST_MATCHES];
};

static const char *sent_text(const struct mp_result_step *step)
{
    return *step->sent ? step->sent : step->text;
}

static void find_fits(const struct mp_message_platform *platform,
                      const struct mp_result_step *step, struct fits *fits)
{
    struct gh_str text = gh_str_of(sent_text(step));
    const struct mp_message_definition *definition = platform->first;
    for (; definition && fits->count < MOST_MATCHES;
         definition = definition->next) {
        if (!definition->expression ||
            gh_expression_match(definition->expression, text, &fits->arena,
                                &fits->matches[fits->count]) <= 0)
            continue;
        fits->definitions[fits->count++] = definition;
    }
}

/* The platform that gets the step, if it is one and has told. */
static struct mp_message_platform *
platform_of(const struct mp_messages *messages,
            const struct mp_result_step *step)
{
    size_t length = strcspn(step->platform, ",");
    struct gh_str name = {step->platform, length};
    bool sent = !strcmp(step->kind, "send") || !strcmp(step->kind, "begin");
    const char *rest = step->platform + length;
    while (*rest == ',') { /* "c, c": all members on one platform */
        rest += strspn(rest, ", ");
        if (strncmp(rest, step->platform, length) != 0 ||
            (rest[length] && rest[length] != ','))
            return NULL;
        rest += length;
    }
    return sent && length ? mp_message_steps_find(messages, name) : NULL;
}

/* Groups nest as deep as an expression's parentheses, for which compiling has
 * a limit; below this depth they are left out. */
#define DEEPEST_GROUP 16

static void put_group(struct gh_jsonw *w, const struct gh_group *group,
                      size_t offset, int depth)
{
    gh_jsonw_object_begin(w);
    if (group->text.ptr) {
        gh_jsonw_key(w, "start");
        gh_jsonw_uint(w, group->start + offset);
        gh_jsonw_key(w, "value");
        gh_jsonw_string(w, group->text);
    }
    if (group->child_count && depth < DEEPEST_GROUP) {
        gh_jsonw_key(w, "children");
        gh_jsonw_array_begin(w);
        for (size_t i = 0; i < group->child_count; i++)
            put_group(w, &group->children[i], offset, depth + 1);
        gh_jsonw_array_end(w);
    }
    gh_jsonw_object_end(w);
}

static void put_match(struct gh_jsonw *w, const struct gh_match *match,
                      size_t offset)
{
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "stepMatchArguments");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < match->count; i++) {
        const struct gh_argument *argument = &match->arguments[i];
        gh_jsonw_object_begin(w);
        gh_jsonw_key(w, "group");
        put_group(w, &argument->group, offset, 0);
        if (*argument->type_name)
            mp_message_put(w, "parameterTypeName", argument->type_name);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
    gh_jsonw_object_end(w);
}

/* How many code points of the step stand before what the server got. */
static size_t offset_of(const struct mp_result_step *step)
{
    size_t whole = strlen(step->text), sent = strlen(sent_text(step));
    size_t offset = 0;
    if (sent > whole || strcmp(step->text + whole - sent, sent_text(step)) != 0)
        return 0;
    for (size_t i = 0; i < whole - sent; i++)
        offset += ((unsigned char)step->text[i] & 0xc0) != 0x80;
    return offset;
}

/* -- What was found out is remembered ------------------------------------ */

/* Scenarios repeat their steps, above all on all combinations. Texts and
 * findings that are longer are found out each time. */
#define LONGEST_TEXT    500u
#define LONGEST_FINDING 2000u

static void forget(struct mp_message_fit *fit)
{
    gh_free(fit->text);
    mp_buf_finish(&fit->ids);
    mp_buf_finish(&fit->lists);
    *fit = (struct mp_message_fit){0};
}

void mp_message_fits_forget(struct mp_message_platform *platform)
{
    for (size_t i = 0; i < MP_MESSAGE_REMEMBERED; i++)
        forget(&platform->fits[i]);
}

static void find_out(const struct mp_message_platform *platform,
                     const struct mp_result_step *step,
                     struct mp_message_fit *fit)
{
    struct fits fits = {.count = 0};
    struct gh_jsonw w;
    find_fits(platform, step, &fits);
    fit->count = fits.count;
    gh_jsonw_init(&w);
    gh_jsonw_array_begin(&w);
    for (size_t i = 0; i < fits.count; i++)
        gh_jsonw_uint_string(&w, fits.definitions[i]->id);
    gh_jsonw_array_end(&w);
    mp_buf_append_str(&fit->ids, gh_jsonw_text(&w));
    gh_jsonw_clear(&w);
    gh_jsonw_array_begin(&w);
    for (size_t i = 0; i < fits.count; i++)
        put_match(&w, &fits.matches[i], fit->offset);
    gh_jsonw_array_end(&w);
    mp_buf_append_str(&fit->lists, gh_jsonw_text(&w));
    gh_jsonw_finish(&w);
    gh_arena_finish(&fits.arena);
}

/* Valid until the next call: it is remembered, or stands in spare. */
static const struct mp_message_fit *
get_fit(struct mp_message_platform *platform, const struct mp_result_step *step,
        struct mp_message_fit *spare)
{
    struct gh_str text = gh_str_of(sent_text(step));
    size_t at = (size_t)gh_hash_mix(gh_hash_str(GH_HASH_START, text));
    struct mp_message_fit *fit =
        &platform->fits[at & (MP_MESSAGE_REMEMBERED - 1)];
    size_t offset = offset_of(step);
    if (fit->text && fit->offset == offset && !strcmp(fit->text, text.ptr))
        return fit;
    *spare = (struct mp_message_fit){.offset = offset};
    find_out(platform, step, spare);
    if (text.len > LONGEST_TEXT ||
        spare->ids.len + spare->lists.len > LONGEST_FINDING)
        return spare;
    forget(fit);
    *fit = *spare;
    fit->text = mp_text_copy(text.ptr);
    *spare = (struct mp_message_fit){0};
    return fit;
}

bool mp_message_steps_known(const struct mp_messages *messages,
                            const struct mp_result_step *step)
{
    return platform_of(messages, step);
}

struct mp_message_matches
mp_message_steps_count(const struct mp_messages *messages,
                       const struct mp_result_step *step)
{
    struct mp_message_platform *platform = platform_of(messages, step);
    struct mp_message_fit spare = {0};
    struct mp_message_matches matches = {.platform = platform,
                                         .known = platform};
    if (platform)
        matches.count = get_fit(platform, step, &spare)->count;
    forget(&spare);
    return matches;
}

void mp_message_steps_put(struct gh_jsonw *w,
                          const struct mp_messages *messages,
                          const struct mp_result_step *step)
{
    struct mp_message_platform *platform = platform_of(messages, step);
    struct mp_message_fit spare = {0};
    if (!platform)
        return;
    const struct mp_message_fit *fit = get_fit(platform, step, &spare);
    gh_jsonw_key(w, "stepDefinitionIds");
    gh_jsonw_raw(w, (struct gh_str){fit->ids.data, fit->ids.len});
    gh_jsonw_key(w, "stepMatchArgumentsLists");
    gh_jsonw_raw(w, (struct gh_str){fit->lists.data, fit->lists.len});
    forget(&spare);
}

void mp_message_steps_suggest(struct gh_jsonw *w, struct mp_messages *messages,
                              const struct mp_message_platform *platform,
                              const struct mp_result_step *step,
                              uint64_t pickle_step_id)
{
    struct gh_arena arena = {0};
    const struct gh_suggestion *list;
    gh_suggestion_make(platform->types, gh_str_of(sent_text(step)), 1, &arena,
                       &list);
    mp_message_put_suggestion(w, &messages->ids, pickle_step_id, platform->name,
                              list->source);
    gh_arena_finish(&arena);
}
