#include "runner/rpc/hello.h"

#include <cJSON.h>
#include <string.h>

#include "runner/base/buf.h"
#include "runner/rpc/repair.h"
#include "runner/rpc/request.h"
#include "runner/rpc/result.h"

#define SHOWN 2000

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *copy_text(struct gh_arena *arena, const cJSON *object,
                             const char *name)
{
    const char *text = cJSON_GetStringValue(member(object, name));
    return text ? gh_arena_copy(arena, gh_str_of(text)) : NULL;
}

static bool is_integer(const cJSON *item)
{
    const double limit = 9007199254740991.0;
    return cJSON_IsNumber(item) && item->valuedouble <= limit &&
           item->valuedouble >= -limit &&
           item->valuedouble == (double)(int64_t)item->valuedouble;
}

static int64_t positive(const cJSON *object, const char *name)
{
    const cJSON *item = member(object, name);
    return is_integer(item) && item->valuedouble > 0
               ? (int64_t)item->valuedouble
               : 0;
}

/* true or an object that says more. */
static bool has(const cJSON *capabilities, const char *name)
{
    const cJSON *item = member(capabilities, name);
    return cJSON_IsTrue(item) || cJSON_IsObject(item);
}

static void read_capabilities(const cJSON *from, struct mp_hello_answer *answer)
{
    answer->capabilities.match_steps = has(from, "matchSteps");
    answer->capabilities.list_step_definitions =
        has(from, "listStepDefinitions");
    answer->capabilities.snippets = has(from, "snippets");
    answer->capabilities.scenarios = has(from, "scenarios");
    answer->capabilities.hooks = has(from, "hooks");
    answer->capabilities.cancel = has(from, "cancel");
    answer->capabilities.log = has(from, "log");
    answer->capabilities.attachment = has(from, "attachment");
}

static void read_server(const cJSON *server, struct gh_arena *arena,
                        struct mp_hello_answer *answer)
{
    answer->name = copy_text(arena, server, "name");
    answer->version = copy_text(arena, server, "version");
    answer->language = copy_text(arena, server, "language");
    answer->language_version = copy_text(arena, server, "languageVersion");
    answer->sdk = copy_text(arena, server, "sdk");
    answer->pid = positive(server, "pid");
    if (answer->name && answer->version)
        answer->description =
            gh_arena_format(arena, "%s %s", answer->name, answer->version);
    else
        answer->description = answer->name;
}

static char *version_list(const cJSON *versions, struct gh_arena *arena)
{
    struct mp_buf text = {0};
    const cJSON *item;
    cJSON_ArrayForEach(item, versions)
    {
        if (is_integer(item) && text.len < 200)
            mp_buf_format(&text, "%s%.0f", text.len ? ", " : "supports ",
                          item->valuedouble);
    }
    char *list = gh_arena_copy(
        arena, gh_str_of(text.len ? mp_buf_text(&text)
                                  : "does not say which it supports"));
    mp_buf_finish(&text);
    return list;
}

/* Who has to be renewed. */
static const char *version_advice(const cJSON *versions)
{
    bool any_newer = false, any_older = false;
    const cJSON *item;
    cJSON_ArrayForEach(item, versions)
    {
        any_newer = any_newer || (is_integer(item) &&
                                  item->valuedouble > MP_PROTOCOL_VERSION);
        any_older = any_older || (is_integer(item) &&
                                  item->valuedouble < MP_PROTOCOL_VERSION);
    }
    if (any_newer && !any_older)
        return "a newer mprun, or an older release of the server's SDK, has "
               "one in common";
    if (any_older && !any_newer)
        return "a newer release of the server's SDK has one in common";
    return "other releases of mprun or of the server's SDK may have one in "
           "common";
}

static enum mp_hello_verdict read_error(const struct mp_incoming *incoming,
                                        struct gh_arena *arena, char **why)
{
    if (incoming->code == MP_RPC_UNSUPPORTED_VERSION) {
        *why = gh_arena_format(
            arena,
            "no protocol version in common: the runner offers %d, the server "
            "%s; %s",
            MP_PROTOCOL_VERSION,
            version_list(member(incoming->value, "supported"), arena),
            version_advice(member(incoming->value, "supported")));
        return MP_HELLO_UNSUPPORTED;
    }
    *why = gh_arena_format(
        arena, "it answered initialize with the error %lld (%.*s)",
        (long long)incoming->code, mp_repair_cut(incoming->text, SHOWN),
        incoming->text);
    return MP_HELLO_BARE;
}

static enum mp_hello_verdict read_result(const cJSON *result,
                                         struct gh_arena *arena,
                                         struct mp_hello_answer *answer,
                                         char **why)
{
    const cJSON *version = member(result, "protocolVersion");
    if (cJSON_IsTrue(result)) {
        *why = gh_arena_copy(
            arena, gh_str_of("it answered initialize with true, as servers "
                             "made for Harmony do; for those set `protocol: "
                             "harmony`"));
        return MP_HELLO_RESPAWN;
    }
    if (!is_integer(version)) {
        *why = gh_arena_copy(
            arena, gh_str_of("it answered initialize with a result that has "
                             "no integer protocolVersion"));
        return MP_HELLO_RESPAWN;
    }
    answer->protocol_version = (int64_t)version->valuedouble;
    if (answer->protocol_version != MP_PROTOCOL_VERSION) {
        *why = gh_arena_format(
            arena,
            "it chose protocol version %lld, but the runner offers only %d: "
            "a server that does not know it answers with the error 1002 "
            "(docs/protocol.md 5.1)",
            (long long)answer->protocol_version, MP_PROTOCOL_VERSION);
        return MP_HELLO_UNSUPPORTED;
    }
    read_server(member(result, "server"), arena, answer);
    read_capabilities(member(result, "capabilities"), answer);
    answer->max_message_bytes =
        positive(member(result, "limits"), "maxMessageBytes");
    return MP_HELLO_V1;
}

enum mp_hello_verdict mp_hello_parse(const struct mp_incoming *incoming,
                                     struct gh_arena *arena,
                                     struct mp_hello_answer *answer, char **why)
{
    memset(answer, 0, sizeof(*answer));
    *why = NULL;
    if (incoming->kind == MP_INCOMING_ERROR)
        return read_error(incoming, arena, why);
    if (incoming->kind == MP_INCOMING_RESULT)
        return read_result(incoming->value, arena, answer, why);
    *why = gh_arena_format(arena, "its answer to initialize is invalid: %.*s",
                           mp_repair_cut(incoming->text, 2 * SHOWN),
                           incoming->text);
    return MP_HELLO_RESPAWN;
}

enum mp_health mp_health_parse(const struct mp_incoming *incoming,
                               struct gh_arena *arena, char **why)
{
    if (why)
        *why = NULL;
    if (incoming->kind == MP_INCOMING_ERROR)
        return incoming->code == MP_RPC_METHOD_NOT_FOUND ? MP_HEALTH_NO_METHOD
                                                         : MP_HEALTH_OK;
    const cJSON *status = member(incoming->value, "status");
    const char *word = cJSON_GetStringValue(status);
    if (!status || cJSON_IsNull(status) || (word && !strcmp(word, "ok")))
        return MP_HEALTH_OK;
    if (why)
        *why = gh_arena_format(arena,
                               "the server's health is \"%.1000s\", not \"ok\"",
                               word ? word : "(not a string)");
    return MP_HEALTH_BAD;
}
