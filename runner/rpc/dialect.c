#include "runner/rpc/dialect.h"

#include <string.h>

#include "gherkin/regex.h"
#include "runner/rpc/harmony.h"
#include "runner/rpc/repair.h"

const char *mp_dialect_method(enum mp_method method)
{
    static const char *const names[] = {
        "",        "health",   "initialize",      "listStepDefinitions",
        "cleanup", "shutdown", "scenarioStarted", "scenarioFinished",
    };
    return names[method];
}

/* --- steps that nobody defined --- */

static bool matches(const struct gh_regex *regex, const char *text)
{
    // Longer texts are above the limit of a search.
    int length = mp_repair_cut(text, GH_REGEX_MAX_SEARCH_BYTES);
    return gh_regex_match(regex, (struct gh_str){text, (size_t)length}, NULL,
                          0) > 0;
}

/* The text that says so; NULL: none does. */
static const char *find_undefined(const struct gh_regex *regex,
                                  const struct mp_step_result *result)
{
    if (matches(regex, result->message))
        return result->message;
    for (size_t i = 0; i < result->log_count; i++)
        if (matches(regex, result->logs[i].text))
            return result->logs[i].text;
    return NULL;
}

/* Where servers have no status for it, the text of a failure tells it. */
static void judge_undefined(const char *pattern, struct mp_step_result *result)
{
    if (!pattern || result->status != MP_FAILED || result->cancelled)
        return;
    struct gh_regex *regex = gh_regex_create(pattern, NULL, 0);
    const char *found = regex ? find_undefined(regex, result) : NULL;
    gh_regex_destroy(regex);
    if (!found)
        return;
    result->status = MP_UNDEFINED;
    result->message = found;
    result->kind = NULL;
}

/* --- the native levels --- */

static void write_native(struct mp_buf *buf, int64_t id, enum mp_method method,
                         const struct mp_hello *hello, const char *reason)
{
    if (method == MP_METHOD_INITIALIZE)
        mp_request_initialize(buf, id, hello);
    else if (method == MP_METHOD_SHUTDOWN)
        mp_request_shutdown(buf, id, reason);
    else if (method == MP_METHOD_SCENARIO_STARTED)
        mp_request_scenario_started(buf, id, hello);
    else if (method == MP_METHOD_SCENARIO_FINISHED)
        mp_request_scenario_finished(buf, id, hello);
    else
        mp_request_health(buf, id, mp_dialect_method(method));
}

static void write_bare_step(struct mp_buf *buf, int64_t id,
                            const struct mp_step_call *call,
                            const struct mp_platform *platform)
{
    struct mp_step_call bare = *call;
    (void)platform;
    bare.bare = true;
    mp_request_execute_step(buf, id, &bare);
}

static void write_v1_step(struct mp_buf *buf, int64_t id,
                          const struct mp_step_call *call,
                          const struct mp_platform *platform)
{
    (void)platform;
    mp_request_execute_step(buf, id, call);
}

static enum mp_greeted read_bare_greeting(enum mp_method method,
                                          const struct mp_incoming *incoming,
                                          struct gh_arena *arena,
                                          struct mp_hello_answer *answer,
                                          char **why)
{
    (void)method;
    memset(answer, 0, sizeof(*answer));
    return mp_health_parse(incoming, arena, why) == MP_HEALTH_BAD
               ? MP_GREETED_REFUSED
               : MP_GREETED_WELL;
}

static enum mp_greeted read_v1_greeting(enum mp_method method,
                                        const struct mp_incoming *incoming,
                                        struct gh_arena *arena,
                                        struct mp_hello_answer *answer,
                                        char **why)
{
    (void)method;
    switch (mp_hello_parse(incoming, arena, answer, why)) {
    case MP_HELLO_V1:
        return MP_GREETED_WELL;
    case MP_HELLO_BARE:
        return MP_GREETED_BARE;
    case MP_HELLO_RESPAWN:
        return MP_GREETED_RESPAWN;
    case MP_HELLO_UNSUPPORTED:
        break;
    }
    return MP_GREETED_REFUSED;
}

static bool read_bare_step(const struct mp_incoming *incoming,
                           const struct mp_platform *platform,
                           struct gh_arena *arena,
                           struct mp_step_result *result, char **why)
{
    bool good = mp_result_parse(incoming, true, arena, result, why);
    judge_undefined(platform->undefined_when, result);
    return good;
}

static bool read_v1_step(const struct mp_incoming *incoming,
                         const struct mp_platform *platform,
                         struct gh_arena *arena, struct mp_step_result *result,
                         char **why)
{
    (void)platform;
    return mp_result_parse(incoming, false, arena, result, why);
}

/* --- harmony --- */

static void write_harmony(struct mp_buf *buf, int64_t id, enum mp_method method,
                          const struct mp_hello *hello, const char *reason)
{
    (void)reason;
    if (method == MP_METHOD_INITIALIZE)
        mp_harmony_write_initialize(buf, id, hello);
    else
        mp_harmony_write(buf, id, mp_dialect_method(method));
}

static void write_harmony_step(struct mp_buf *buf, int64_t id,
                               const struct mp_step_call *call,
                               const struct mp_platform *platform)
{
    mp_harmony_write_step(buf, id, call, platform->step_type_number);
}

static enum mp_greeted read_harmony_greeting(enum mp_method method,
                                             const struct mp_incoming *incoming,
                                             struct gh_arena *arena,
                                             struct mp_hello_answer *answer,
                                             char **why)
{
    memset(answer, 0, sizeof(*answer));
    return mp_harmony_read_true(incoming, mp_dialect_method(method), arena, why)
               ? MP_GREETED_WELL
               : MP_GREETED_REFUSED;
}

static bool read_harmony_step(const struct mp_incoming *incoming,
                              const struct mp_platform *platform,
                              struct gh_arena *arena,
                              struct mp_step_result *result, char **why)
{
    bool good = mp_harmony_read_step(incoming, arena, result, why);
    judge_undefined(platform->undefined_when ? platform->undefined_when
                                             : MP_HARMONY_UNDEFINED,
                    result);
    return good;
}

/* --- the table --- */

static const struct mp_dialect dialects[] = {
    {.level = MP_LEVEL_V1,
     .name = "1",
     .greetings = {MP_METHOD_INITIALIZE},
     .farewells = {MP_METHOD_SHUTDOWN},
     .write = write_native,
     .write_step = write_v1_step,
     .write_hook = mp_request_execute_hook,
     .write_match = mp_request_match_steps,
     .read_greeting = read_v1_greeting,
     .read_step = read_v1_step},
    {.level = MP_LEVEL_BARE,
     .name = "bare",
     .greetings = {MP_METHOD_HEALTH},
     .lenient = true,
     .write = write_native,
     .write_step = write_bare_step,
     .read_greeting = read_bare_greeting,
     .read_step = read_bare_step},
    {.level = MP_LEVEL_HARMONY,
     .name = "harmony",
     .greetings = {MP_METHOD_HEALTH, MP_METHOD_INITIALIZE},
     .farewells = {MP_METHOD_CLEANUP, MP_METHOD_SHUTDOWN},
     .lenient = true,
     .write = write_harmony,
     .write_step = write_harmony_step,
     .read_greeting = read_harmony_greeting,
     .read_step = read_harmony_step},
};

const struct mp_dialect *mp_dialect_of(enum mp_level level)
{
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
        if (dialects[i].level == level)
            return &dialects[i];
    return &dialects[0];
}

enum mp_level mp_dialect_configured(enum mp_protocol protocol)
{
    switch (protocol) {
    case MP_PROTOCOL_BARE:
        return MP_LEVEL_BARE;
    case MP_PROTOCOL_V1:
        return MP_LEVEL_V1;
    case MP_PROTOCOL_HARMONY:
        return MP_LEVEL_HARMONY;
    case MP_PROTOCOL_AUTO:
        break;
    }
    return MP_LEVEL_UNKNOWN;
}
