#include "platform-servers/c/sdk/server.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform-servers/c/sdk/json.h"
#include "platform-servers/c/sdk/step.h"
#include "platform-servers/c/sdk/text.h"

enum { PROTOCOL_VERSION = 1, KEPT_BYTES = 64 * 1024 };

void mprun_sdk_server_init(struct mprun_sdk_server *server)
{
    *server = (struct mprun_sdk_server){.cancelled = ""};
    mprun_sdk_host_init(&server->host);
}

static void free_message(struct mprun_sdk_message *message)
{
    gh_arena_finish(&message->arena);
    gh_free(message);
}

void mprun_sdk_server_finish(struct mprun_sdk_server *server)
{
    while (server->first) {
        struct mprun_sdk_message *message = server->first;
        server->first = message->next;
        free_message(message);
    }
    gh_jsonw_finish(&server->out);
    mprun_sdk_channel_finish(&server->channel);
    mprun_sdk_host_finish(&server->host);
    mprun_sdk_registry_finish(&server->registry);
}

/* ---- Sending ---------------------------------------------------------------
 */

static struct gh_jsonw *begin_message(struct mprun_sdk_server *server)
{
    struct gh_jsonw *out = &server->out;
    gh_jsonw_clear(out);
    gh_jsonw_object_begin(out);
    gh_jsonw_key(out, "jsonrpc");
    gh_jsonw_cstring(out, "2.0");
    return out;
}

/* One huge message does not cost its size for the rest of the process. */
static void forget_message(struct mprun_sdk_server *server)
{
    if (server->out.room > KEPT_BYTES)
        gh_jsonw_finish(&server->out);
}

/* False: it is too long; *length says how long. */
static bool end_message(struct mprun_sdk_server *server, size_t *length)
{
    gh_jsonw_object_end(&server->out);
    struct gh_str text = gh_jsonw_text(&server->out);
    bool fits = text.len <= server->host.max_message_bytes;
    *length = text.len;
    if (fits)
        mprun_sdk_channel_write(&server->channel, text.ptr, text.len);
    forget_message(server);
    return fits;
}

void mprun_sdk_server_notify(struct mprun_sdk_server *server,
                             const char *method, cJSON *params)
{
    size_t length;
    struct gh_jsonw *out = begin_message(server);
    gh_jsonw_key(out, "method");
    gh_jsonw_cstring(out, method);
    gh_jsonw_key(out, "params");
    mprun_sdk_json_write(out, params);
    cJSON_Delete(params);
    if (!end_message(server, &length))
        fprintf(stderr, "a %s of %zu bytes is too long and was left out\n",
                method, length);
}

static void answer(struct mprun_sdk_server *server, const cJSON *id,
                   const char *member, cJSON *value)
{
    size_t length;
    struct gh_jsonw *out = begin_message(server);
    gh_jsonw_key(out, "id");
    if (id)
        mprun_sdk_json_write(out, id);
    else
        gh_jsonw_null(out);
    gh_jsonw_key(out, member);
    mprun_sdk_json_write(out, value);
    cJSON_Delete(value);
    fflush(stdout);
    if (end_message(server, &length))
        return;
    char text[96];
    snprintf(text, sizeof text,
             "The answer has %zu bytes, the runner takes %zu", length,
             server->host.max_message_bytes);
    mprun_sdk_server_refuse(server, id, MPRUN_SDK_INTERNAL_ERROR, text, NULL);
}

void mprun_sdk_server_reply(struct mprun_sdk_server *server, const cJSON *id,
                            cJSON *result)
{
    answer(server, id, "result", result);
}

void mprun_sdk_server_refuse(struct mprun_sdk_server *server, const cJSON *id,
                             int code, const char *message, cJSON *data)
{
    cJSON *error = cJSON_CreateObject();
    cJSON_AddNumberToObject(error, "code", code);
    mprun_sdk_set_text(error, "message", message);
    if (data)
        cJSON_AddItemToObject(error, "data", data);
    answer(server, id, "error", error);
}

/* ---- Methods
 * ----------------------------------------------------------------- */

static cJSON *supported_versions(void)
{
    cJSON *versions = cJSON_CreateArray();
    cJSON_AddItemToArray(versions, cJSON_CreateNumber(PROTOCOL_VERSION));
    return versions;
}

static cJSON *greeting(const struct mprun_sdk_server *server)
{
    static const char *const can[] = {
        "matchSteps", "listStepDefinitions", "snippets", "scenarios", "cancel",
        "log",        "attachment",
    };
    cJSON *result = cJSON_CreateObject();
    cJSON_AddNumberToObject(result, "protocolVersion", PROTOCOL_VERSION);
    cJSON *info = cJSON_AddObjectToObject(result, "server");
    cJSON_AddStringToObject(info, "name", "mprun-server-c");
    cJSON_AddStringToObject(info, "version", MPRUN_SDK_VERSION);
    cJSON_AddNumberToObject(info, "pid", getpid());
    cJSON_AddStringToObject(info, "language", "c");
    cJSON_AddStringToObject(info, "sdk", "mprun-c " MPRUN_SDK_VERSION);
    cJSON *capabilities = cJSON_AddObjectToObject(result, "capabilities");
    for (size_t i = 0; i < sizeof can / sizeof *can; i++)
        cJSON_AddTrueToObject(capabilities, can[i]);
    /* A server without hooks is not asked for them. */
    cJSON_AddBoolToObject(capabilities, "hooks",
                          server->registry.hook_count > 0);
    cJSON *limits = cJSON_AddObjectToObject(result, "limits");
    cJSON_AddNumberToObject(limits, "maxMessageBytes",
                            (double)server->channel.max_bytes);
    return result;
}

static bool offers_our_version(const cJSON *offered)
{
    const cJSON *version;
    cJSON_ArrayForEach(version, offered)
    {
        if (version->valuedouble == PROTOCOL_VERSION)
            return true;
    }
    return false;
}

static bool is_number_array(const cJSON *array)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, array)
    {
        if (!cJSON_IsNumber(item))
            return false;
    }
    return cJSON_IsArray(array);
}

static void initialize(struct mprun_sdk_server *server, const cJSON *id,
                       const cJSON *params)
{
    const cJSON *offered =
        cJSON_GetObjectItemCaseSensitive(params, "protocolVersions");
    if (server->host.greeted) {
        mprun_sdk_server_refuse(server, id, MPRUN_SDK_INVALID_REQUEST,
                                "initialize was answered already", NULL);
    } else if (!is_number_array(offered)) {
        mprun_sdk_server_refuse(
            server, id, MPRUN_SDK_INVALID_PARAMS,
            "params.protocolVersions must be an array of numbers", NULL);
    } else if (!offers_our_version(offered)) {
        cJSON *data = cJSON_CreateObject();
        cJSON_AddItemToObject(data, "supported", supported_versions());
        cJSON_AddItemToObject(data, "requested", cJSON_Duplicate(offered, 1));
        mprun_sdk_server_refuse(server, id, MPRUN_SDK_UNSUPPORTED_VERSION,
                                "Unsupported protocol version", data);
    } else {
        mprun_sdk_host_greet(&server->host, params);
        mprun_sdk_server_reply(server, id, greeting(server));
    }
}

static void health(struct mprun_sdk_server *server, const cJSON *id,
                   const cJSON *params)
{
    (void)params;
    cJSON *result = cJSON_CreateObject();
    cJSON_AddStringToObject(result, "status", "ok");
    mprun_sdk_server_reply(server, id, result);
}

static mprun_sdk_method *find_method(const char *name)
{
    static const struct {
        const char *name;
        mprun_sdk_method *method;
    } method_table[] = {
        {"executeStep", mprun_sdk_execute_step},
        {"executeHook", mprun_sdk_execute_hook},
        {"health", health},
        {"ping", health},
        {"initialize", initialize},
        {"matchSteps", mprun_sdk_match_steps},
        {"listStepDefinitions", mprun_sdk_list_step_definitions},
        {"scenarioStarted", mprun_sdk_scenario_started},
        {"scenarioFinished", mprun_sdk_scenario_finished},
        {"shutdown", mprun_sdk_shutdown},
    };
    for (size_t i = 0; i < sizeof method_table / sizeof *method_table; i++) {
        if (!strcmp(method_table[i].name, name))
            return method_table[i].method;
    }
    return NULL;
}

/* ---- Handling one message
 * ------------------------------------------------------ */

static bool is_id(const cJSON *id)
{
    return cJSON_IsNumber(id) || cJSON_IsString(id) || cJSON_IsNull(id);
}

void mprun_sdk_server_handle(struct mprun_sdk_server *server,
                             const cJSON *message)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(message, "id");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(message, "method");
    const cJSON *params = cJSON_GetObjectItemCaseSensitive(message, "params");
    if (!cJSON_IsObject(message) || !cJSON_IsString(name) ||
        (id && !is_id(id))) {
        mprun_sdk_server_refuse(
            server, is_id(id) ? id : NULL, MPRUN_SDK_INVALID_REQUEST,
            "Not a request: an object with a method is needed", NULL);
        return;
    }
    if (!id)
        return; /* a notification: cancels were seen when they came */
    mprun_sdk_method *method = find_method(name->valuestring);
    if (server->closing)
        mprun_sdk_server_refuse(server, id, MPRUN_SDK_SHUTTING_DOWN,
                                "The server is shutting down", NULL);
    else if (method)
        method(server, id, params);
    else
        mprun_sdk_server_refuse(server, id, MPRUN_SDK_METHOD_NOT_FOUND,
                                "Method not found", NULL);
}

/* ---- The queue
 * ------------------------------------------------------------------ */

static bool same_id(const cJSON *a, const cJSON *b)
{
    if (cJSON_IsNumber(a) && cJSON_IsNumber(b))
        return a->valuedouble == b->valuedouble;
    return cJSON_IsString(a) && cJSON_IsString(b) &&
           !strcmp(a->valuestring, b->valuestring);
}

static void cancel(struct mprun_sdk_server *server, const cJSON *params)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(params, "id");
    const cJSON *why = cJSON_GetObjectItemCaseSensitive(params, "reason");
    const char *reason =
        cJSON_IsString(why) ? why->valuestring : "by the runner";
    if (server->running && same_id(server->running->id, id)) {
        mprun_sdk_step_cancel(server->running, reason);
        return;
    }
    for (struct mprun_sdk_message *m = server->first; m; m = m->next) {
        const cJSON *waiting = cJSON_GetObjectItemCaseSensitive(m->json, "id");
        if (same_id(waiting, id))
            snprintf(m->cancelled, sizeof m->cancelled, "%s", reason);
    }
}

static void enqueue(struct mprun_sdk_server *server,
                    struct mprun_sdk_message *message)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(message->json, "id");
    const cJSON *name =
        cJSON_GetObjectItemCaseSensitive(message->json, "method");
    if (!id && cJSON_IsString(name) &&
        !strcmp(name->valuestring, "$/cancelRequest")) {
        cancel(server,
               cJSON_GetObjectItemCaseSensitive(message->json, "params"));
        free_message(message);
        return;
    }
    if (server->first)
        server->last->next = message;
    else
        server->first = message;
    server->last = message;
}

static bool is_blank(const char *line, size_t length)
{
    return strspn(line, " \t\r") >= length;
}

/* The id of a message of which only the beginning was kept; NULL: unknown. */
static const cJSON *id_of_beginning(const char *line, size_t length,
                                    struct gh_arena *arena)
{
    size_t size = 0;
    const char *value = mprun_sdk_json_find_id(line, length, &size);
    const cJSON *id = value ? mprun_sdk_json_read(value, size, arena) : NULL;
    return cJSON_IsNumber(id) || cJSON_IsString(id) ? id : NULL;
}

/* Takes the lines that are there apart into messages. */
static void take_lines(struct mprun_sdk_server *server)
{
    char *line;
    size_t length;
    enum mprun_sdk_line kind;
    while ((kind = mprun_sdk_channel_line(&server->channel, &line, &length)) !=
           MPRUN_SDK_LINE_NONE) {
        if (is_blank(line, length))
            continue;
        struct mprun_sdk_message *message = gh_alloc(sizeof *message);
        if (kind == MPRUN_SDK_LINE_TOO_LONG) {
            message->id = id_of_beginning(line, length, &message->arena);
            message->error_code = MPRUN_SDK_MESSAGE_TOO_LARGE;
            message->error_text = "The message is longer than the limit";
        } else {
            message->json = mprun_sdk_json_read(line, length, &message->arena);
            message->error_code = MPRUN_SDK_PARSE_ERROR;
            message->error_text = "Parse error: a line of JSON is needed";
        }
        enqueue(server, message);
    }
}

void mprun_sdk_server_pump(struct mprun_sdk_server *server)
{
    while (mprun_sdk_channel_readable(&server->channel)) {
        mprun_sdk_channel_read(&server->channel);
        take_lines(server);
    }
    if (server->channel.ended && server->running)
        mprun_sdk_step_cancel(server->running, "the runner has gone");
}

/* The next message, waiting for it; NULL at the end of input. */
static struct mprun_sdk_message *next_message(struct mprun_sdk_server *server)
{
    while (!server->first) {
        bool more = mprun_sdk_channel_read(&server->channel);
        take_lines(server);
        if (!more && !server->first)
            return NULL;
    }
    struct mprun_sdk_message *message = server->first;
    server->first = message->next;
    return message;
}

static void release_at_end(struct mprun_sdk_server *server)
{
    struct mprun_step step;
    mprun_sdk_step_init(&step, server, NULL);
    server->host.takes_logs = false;
    mprun_sdk_release_states(server, &step);
    if (step.failure) {
        const cJSON *message =
            cJSON_GetObjectItemCaseSensitive(step.failure, "message");
        fprintf(stderr, "at the end of input: %s\n", message->valuestring);
    }
    mprun_sdk_step_finish(&step);
}

bool mprun_sdk_server_serve(struct mprun_sdk_server *server)
{
    struct mprun_sdk_message *message;
    while (!server->channel.broken && (message = next_message(server))) {
        server->cancelled = message->cancelled;
        if (message->json)
            mprun_sdk_server_handle(server, message->json);
        else
            mprun_sdk_server_refuse(server, message->id, message->error_code,
                                    message->error_text, NULL);
        server->cancelled = "";
        free_message(message);
    }
    release_at_end(server);
    return !server->channel.broken;
}
