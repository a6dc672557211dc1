/* How a step ends: outcomes, checks, and the result that says so. */
#include <stdio.h>
#include <string.h>

#include "platform-servers/c/sdk/diff.h"
#include "platform-servers/c/sdk/server.h"
#include "platform-servers/c/sdk/step.h"
#include "platform-servers/c/sdk/text.h"

bool mprun_passing(const struct mprun_step *step)
{
    return step->status == MPRUN_SDK_PASSED;
}

/* Where it failed, perhaps in a helper, and the step or hook that was run. */
static void add_places(const struct mprun_step *step,
                       const struct mprun_sdk_failure *failure, cJSON *json)
{
    const struct mprun_sdk_owner *owner = &step->owner;
    const char *file = failure->file ? failure->file : owner->file;
    struct mprun_sdk_text trace = {0};
    if (file)
        cJSON_AddItemToObject(json, "location",
                              mprun_sdk_location(file, failure->file
                                                           ? failure->line
                                                           : owner->line));
    if (failure->file)
        mprun_sdk_text_format(&trace, "at %s:%d", failure->file, failure->line);
    if (owner->file)
        mprun_sdk_text_format(&trace, "%sin the %s \"%s\", %s:%d",
                              failure->file ? "\n" : "",
                              step->hook ? "hook" : "step", owner->name,
                              owner->file, owner->line);
    if (trace.bytes)
        mprun_sdk_set_text(json, "stackTrace", trace.bytes);
    mprun_sdk_text_finish(&trace);
}

static void add_values(const struct mprun_sdk_failure *failure, cJSON *json)
{
    if (failure->expected)
        mprun_sdk_set_text(json, "expected", failure->expected);
    if (failure->actual)
        mprun_sdk_set_text(json, "actual", failure->actual);
    char *diff = failure->expected && failure->actual
                     ? mprun_sdk_diff(failure->expected, failure->actual)
                     : NULL;
    if (diff)
        mprun_sdk_set_text(json, "diff", diff);
    gh_free(diff);
}

static cJSON *failure_json(const struct mprun_step *step,
                           const struct mprun_sdk_failure *failure)
{
    cJSON *json = cJSON_CreateObject();
    struct mprun_sdk_text message = {0};
    mprun_sdk_text_format(
        &message, "%s%s%s",
        *failure->message ? failure->message : "the step failed",
        step->missed ? "\n" : "", step->missed ? step->missed : "");
    mprun_sdk_set_text(json, "kind", failure->kind);
    mprun_sdk_set_text(json, "message", message.bytes);
    mprun_sdk_text_finish(&message);
    add_values(failure, json);
    add_places(step, failure, json);
    return json;
}

void mprun_sdk_step_fail(struct mprun_step *step,
                         const struct mprun_sdk_failure *failure)
{
    if (!mprun_passing(step)) {
        mprun_log(step, MPRUN_ERROR, "after the outcome: %s", failure->message);
        return;
    }
    step->status = MPRUN_SDK_FAILED;
    step->failure = failure_json(step, failure);
}

static void fail_with(struct mprun_step *step,
                      struct mprun_sdk_failure *failure, const char *format,
                      va_list args) __attribute__((format(printf, 3, 0)));

static void fail_with(struct mprun_step *step,
                      struct mprun_sdk_failure *failure, const char *format,
                      va_list args)
{
    struct mprun_sdk_text message = {0};
    mprun_sdk_text_vformat(&message, format, args);
    failure->message = message.bytes;
    mprun_sdk_step_fail(step, failure);
    mprun_sdk_text_finish(&message);
}

void mprun_fail_at(struct mprun_step *step, const char *file, int line,
                   const char *format, ...)
{
    struct mprun_sdk_failure failure = {
        .kind = "assertion", .file = file, .line = line};
    va_list args;
    va_start(args, format);
    fail_with(step, &failure, format, args);
    va_end(args);
}

void mprun_fail_values_at(struct mprun_step *step, const char *file, int line,
                          const char *expected, const char *actual,
                          const char *format, ...)
{
    struct mprun_sdk_failure failure = {.kind = "assertion",
                                        .file = file,
                                        .line = line,
                                        .expected = expected,
                                        .actual = actual};
    va_list args;
    va_start(args, format);
    fail_with(step, &failure, format, args);
    va_end(args);
}

void mprun_error_at(struct mprun_step *step, const char *file, int line,
                    const char *format, ...)
{
    struct mprun_sdk_failure failure = {
        .kind = "exception", .file = file, .line = line};
    va_list args;
    va_start(args, format);
    fail_with(step, &failure, format, args);
    va_end(args);
}

static void end_with(struct mprun_step *step, enum mprun_sdk_status status,
                     const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void end_with(struct mprun_step *step, enum mprun_sdk_status status,
                     const char *format, va_list args)
{
    struct mprun_sdk_text reason = {0};
    mprun_sdk_text_vformat(&reason, format, args);
    if (mprun_passing(step)) {
        step->status = status;
        step->reason = mprun_sdk_utf8_repair(reason.bytes);
    } else {
        mprun_log(step, MPRUN_WARN, "after the outcome: %s", reason.bytes);
    }
    mprun_sdk_text_finish(&reason);
}

void mprun_skip(struct mprun_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    end_with(step, MPRUN_SDK_SKIPPED, format, args);
    va_end(args);
}

void mprun_pending(struct mprun_step *step, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    end_with(step, MPRUN_SDK_PENDING, format, args);
    va_end(args);
}

/* ---- Checks ----------------------------------------------------------------
 */

bool mprun_check_at(struct mprun_step *step, const char *file, int line,
                    const char *what, bool held)
{
    if (!held)
        mprun_fail_at(step, file, line, "does not hold: %s", what);
    return held;
}

static void fail_differ(struct mprun_step *step,
                        struct mprun_sdk_failure *failure, const char *what)
{
    struct mprun_sdk_text message = {0};
    bool lines =
        strchr(failure->expected, '\n') || strchr(failure->actual, '\n');
    if (lines) /* the diff tells them better */
        mprun_sdk_text_format(&message, "%s: not as expected", what);
    else
        mprun_sdk_text_format(&message, "%s: expected %s, got %s", what,
                              failure->expected, failure->actual);
    failure->kind = "assertion";
    failure->message = message.bytes;
    mprun_sdk_step_fail(step, failure);
    mprun_sdk_text_finish(&message);
}

bool mprun_check_int_at(struct mprun_step *step, const char *file, int line,
                        const char *what, int64_t expected, int64_t actual)
{
    char wanted[32];
    char got[32];
    if (expected == actual)
        return true;
    snprintf(wanted, sizeof wanted, "%lld", (long long)expected);
    snprintf(got, sizeof got, "%lld", (long long)actual);
    fail_differ(
        step,
        &(struct mprun_sdk_failure){
            .file = file, .line = line, .expected = wanted, .actual = got},
        what);
    return false;
}

bool mprun_check_text_at(struct mprun_step *step, const char *file, int line,
                         const char *what, const char *expected,
                         const char *actual)
{
    bool equal =
        expected && actual ? !strcmp(expected, actual) : expected == actual;
    if (!equal)
        fail_differ(step,
                    &(struct mprun_sdk_failure){
                        .file = file,
                        .line = line,
                        .expected = expected ? expected : "(null)",
                        .actual = actual ? actual : "(null)"},
                    what);
    return equal;
}

/* Some bytes around the first one that differs, in hexadecimal. */
static void format_bytes(struct mprun_sdk_text *out, const unsigned char *bytes,
                         size_t size, size_t at)
{
    size_t from = at > 4 ? at - 4 : 0;
    mprun_sdk_text_format(out, "%zu bytes, from byte %zu:", size, from);
    for (size_t i = from; i < size && i < from + 16; i++)
        mprun_sdk_text_format(out, " %02x", bytes[i]);
}

bool mprun_check_bytes_at(struct mprun_step *step, const char *file, int line,
                          const char *what, const void *expected,
                          size_t expected_size, const void *actual,
                          size_t actual_size)
{
    const unsigned char *a = expected;
    const unsigned char *b = actual;
    size_t same = 0;
    while (same < expected_size && same < actual_size && a[same] == b[same])
        same++;
    if (same == expected_size && same == actual_size)
        return true;
    struct mprun_sdk_text wanted = {0};
    struct mprun_sdk_text got = {0};
    format_bytes(&wanted, a, expected_size, same);
    format_bytes(&got, b, actual_size, same);
    fail_differ(step,
                &(struct mprun_sdk_failure){.file = file,
                                            .line = line,
                                            .expected = wanted.bytes,
                                            .actual = got.bytes},
                what);
    mprun_sdk_text_finish(&wanted);
    mprun_sdk_text_finish(&got);
    return false;
}

/* ---- The result ------------------------------------------------------------
 */

static void move_into(cJSON *result, const char *name, cJSON **item)
{
    if (*item)
        cJSON_AddItemToObject(result, name, *item);
    *item = NULL;
}

cJSON *mprun_sdk_step_result(struct mprun_step *step)
{
    static const char *const names[] = {"passed",  "failed",    "pending",
                                        "skipped", "undefined", "ambiguous"};
    cJSON *result = cJSON_CreateObject();
    cJSON_AddBoolToObject(result, "success", mprun_passing(step));
    cJSON_AddStringToObject(result, "status", names[step->status]);
    if (step->reason)
        cJSON_AddStringToObject(result, "reason", step->reason);
    move_into(result, "failure", &step->failure);
    move_into(result, "data", &step->data);
    if (!step->logs)
        step->logs = cJSON_CreateArray();
    move_into(result, "logs", &step->logs);
    move_into(result, "attachments", &step->attachments);
    move_into(result, "exports", &step->exports);
    cJSON *more = step->extra ? step->extra->child : NULL;
    while (more) {
        cJSON *next = more->next;
        cJSON_AddItemToObject(result, more->string,
                              cJSON_DetachItemViaPointer(step->extra, more));
        more = next;
    }
    cJSON_AddNumberToObject(result, "durationMs",
                            (double)(mprun_sdk_now_ms() - step->started_ms));
    return result;
}
