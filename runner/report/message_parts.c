#include <stdlib.h>
#include <time.h>

#include "gherkin/printer.h"
#include "runner/base/fs.h"
#include "runner/report/messages.h"

/* -- Values ------------------------------------------------------------- */

void mp_message_put(struct gh_jsonw *w, const char *key, const char *text)
{
    gh_jsonw_key(w, key);
    gh_jsonw_cstring(w, text);
}

void mp_message_put_id(struct gh_jsonw *w, const char *key, uint64_t id)
{
    gh_jsonw_key(w, key);
    gh_jsonw_uint_string(w, id);
}

static void put_moment(struct gh_jsonw *w, const char *key, double ms)
{
    int64_t us = ms > 0 && ms < 9e15 ? (int64_t)(ms * 1000 + 0.5) : 0;
    gh_jsonw_key(w, key);
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "seconds");
    gh_jsonw_int(w, us / 1000000);
    gh_jsonw_key(w, "nanos");
    gh_jsonw_int(w, us % 1000000 * 1000);
    gh_jsonw_object_end(w);
}

void mp_message_put_time(struct gh_jsonw *w, const struct mp_messages *messages,
                         double time_ms)
{
    put_moment(w, "timestamp", messages->started_ms + time_ms);
}

void mp_message_put_duration(struct gh_jsonw *w, double ms)
{
    put_moment(w, "duration", ms);
}

double mp_message_read_time(const char *wall_time)
{
    struct tm utc = {0};
    const char *rest = strptime(wall_time, "%Y-%m-%dT%H:%M:%S", &utc);
    if (!rest)
        return 0;
    double part = *rest == '.' ? strtod(rest, NULL) : 0;
    return ((double)timegm(&utc) + part) * 1000;
}

void mp_message_put_reference(struct gh_jsonw *w, const char *file,
                              uint32_t line)
{
    gh_jsonw_key(w, "sourceReference");
    gh_jsonw_object_begin(w);
    if (*file)
        mp_message_put(w, "uri", file);
    if (line)
        gh_printer_put_location(w, line, 0);
    gh_jsonw_object_end(w);
}

const char *mp_message_status(enum mp_status status)
{
    switch (status) {
    case MP_PASSED:
        return "PASSED";
    case MP_NOT_RUN:
    case MP_SKIPPED:
        return "SKIPPED";
    case MP_PENDING:
        return "PENDING";
    case MP_UNDEFINED:
        return "UNDEFINED";
    case MP_AMBIGUOUS:
        return "AMBIGUOUS";
    default:
        return "FAILED";
    }
}

/* -- Attachments -------------------------------------------------------- */

static void put_owner(struct gh_jsonw *w, const struct mp_message_owner *owner)
{
    if (owner->run_hook)
        mp_message_put_id(w, "testRunHookStartedId", owner->run_hook);
    if (owner->started)
        mp_message_put_id(w, "testCaseStartedId", owner->started);
    if (owner->test_step)
        mp_message_put_id(w, "testStepId", owner->test_step);
}

static void put_url(struct gh_jsonw *w, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                                "UVWXYZ0123456789-._~/";
    struct mp_buf url = {0};
    mp_buf_append_text(&url, *path == '/' ? "file://" : "");
    for (; *path; path++) {
        if (strchr(plain, *path))
            mp_buf_append_char(&url, *path);
        else
            mp_buf_format(&url, "%%%02X", (unsigned)(unsigned char)*path);
    }
    mp_message_put(w, "url", mp_buf_text(&url));
    mp_buf_finish(&url);
}

/* What the case keeps in a file stays there. */
void mp_message_put_attachment(struct gh_jsonw *w,
                               const struct mp_messages *messages,
                               const struct mp_result_attachment *item,
                               const struct mp_message_owner *owner)
{
    const char *type =
        *item->media_type ? item->media_type : "application/octet-stream";
    gh_printer_begin(w, item->body ? "attachment" : "externalAttachment");
    put_owner(w, owner);
    if (item->body) {
        bool base64 = !strcmp(item->encoding, "base64");
        mp_message_put(w, "body", item->body);
        mp_message_put(w, "contentEncoding", base64 ? "BASE64" : "IDENTITY");
        if (*item->name)
            mp_message_put(w, "fileName", item->name);
    } else {
        put_url(w, item->path ? item->path : "");
    }
    mp_message_put(w, "mediaType", type);
    mp_message_put_time(w, messages, item->time_ms);
    gh_printer_end(w);
}

void mp_message_put_line(struct gh_jsonw *w, const struct mp_messages *messages,
                         const char *who, const struct mp_line *line,
                         const struct mp_message_owner *owner)
{
    gh_printer_begin(w, "attachment");
    put_owner(w, owner);
    gh_jsonw_key(w, "body");
    gh_jsonw_string_begin(w);
    if (who && *who) {
        gh_jsonw_string_part(w, gh_str_of(who));
        gh_jsonw_string_part(w, gh_str_of(": "));
    }
    gh_jsonw_string_part(w, gh_str_of(line->raw));
    gh_jsonw_string_end(w);
    mp_message_put(w, "contentEncoding", "IDENTITY");
    mp_message_put(w, "mediaType", "text/x.cucumber.log+plain");
    mp_message_put_time(w, messages, line->time_ms);
    gh_printer_end(w);
}

void mp_message_put_evidence(struct gh_jsonw *w,
                             const struct mp_messages *messages,
                             const struct mp_case_result *attempt, int64_t step,
                             int64_t hook, const struct mp_message_owner *owner)
{
    const struct mp_line *line = attempt->lines;
    const struct mp_result_attachment *item = attempt->attachments;
    bool several = attempt->processes && attempt->processes->next;
    while (line || item) {
        bool is_line = line && (!item || line->time_ms <= item->time_ms);
        if (is_line) {
            if (line->step == step && line->hook == hook)
                mp_message_put_line(w, messages, several ? line->process : NULL,
                                    line, owner);
            line = line->next;
        } else {
            if (item->step == step && item->hook == hook)
                mp_message_put_attachment(w, messages, item, owner);
            item = item->next;
        }
    }
}

/* -- Results ------------------------------------------------------------ */

/* Of what a definition is missing for, or too much of, other messages tell. */
static bool has_message(enum mp_status status, bool known)
{
    return status != MP_PASSED && status != MP_NOT_RUN &&
           status != MP_UNDEFINED && !(status == MP_AMBIGUOUS && known);
}

static void append_value(struct mp_buf *out, const char *name,
                         const char *value)
{
    if (value)
        mp_buf_format(out, "\n%s: %s", name, value);
}

static void append_answer(struct mp_buf *out, bool several,
                          const struct mp_answer *answer)
{
    if (out->len)
        mp_buf_append_char(out, '\n');
    if (several && *answer->process)
        mp_buf_format(out, "%s (%s): ", answer->process, answer->platform);
    if (answer->status > MP_FAILED)
        mp_buf_format(out, "%s: ", mp_status_name(answer->status));
    mp_buf_append_text(out, answer->text);
    append_value(out, "expected", answer->expected);
    append_value(out, "actual", answer->actual);
    if (answer->status == MP_AMBIGUOUS && *answer->advice)
        mp_buf_format(out, "\n%s", answer->advice);
}

void mp_message_put_exception(struct gh_jsonw *w, const char *type,
                              const char *message, const char *stack)
{
    gh_jsonw_key(w, "exception");
    gh_jsonw_object_begin(w);
    mp_message_put(w, "type", type);
    mp_message_put(w, "message", message);
    if (*stack)
        mp_message_put(w, "stackTrace", stack);
    gh_jsonw_object_end(w);
}

/* first: of the answers that text was made of, NULL: of none. */
static void put_test_result(struct gh_jsonw *w, const char *key,
                            double duration_ms, enum mp_status status,
                            const struct mp_buf *text,
                            const struct mp_answer *first)
{
    const char *type = first ? first->failure_type : "";
    gh_jsonw_key(w, key);
    gh_jsonw_object_begin(w);
    mp_message_put_duration(w, duration_ms);
    if (text->len) {
        mp_message_put(w, "message", text->data);
        mp_message_put_exception(w, *type ? type : mp_status_name(status),
                                 text->data, first ? first->stack : "");
    }
    mp_message_put(w, "status", mp_message_status(status));
    gh_jsonw_object_end(w);
}

void mp_message_put_result(struct gh_jsonw *w,
                           const struct mp_case_result *attempt,
                           const struct mp_result_step *step, bool known)
{
    struct mp_buf text = {0};
    bool several = attempt->processes && attempt->processes->next;
    const struct mp_answer *first = NULL, *answer = step->answers;
    for (; answer; answer = answer->next) {
        if (!has_message(answer->status, known) || !*answer->text)
            continue;
        append_answer(&text, several, answer);
        first = first ? first : answer;
    }
    if (!text.len && has_message(step->status, known))
        mp_buf_append_text(&text, step->message);
    put_test_result(w, "testStepResult", step->duration_ms, step->status, &text,
                    first);
    mp_buf_finish(&text);
}

void mp_message_put_hook_result(struct gh_jsonw *w, const char *key,
                                const struct mp_answer *answer,
                                double duration_ms)
{
    struct mp_buf text = {0};
    if (has_message(answer->status, false) && *answer->text)
        append_answer(&text, false, answer);
    put_test_result(w, key, duration_ms, answer->status, &text, answer);
    mp_buf_finish(&text);
}

void mp_message_put_suggestion(struct gh_jsonw *w, struct gh_ids *ids,
                               uint64_t pickle_step_id, const char *language,
                               const char *code)
{
    gh_printer_begin(w, "suggestion");
    gh_printer_put_id(w, ids->next++);
    mp_message_put_id(w, "pickleStepId", pickle_step_id);
    gh_jsonw_key(w, "snippets");
    gh_jsonw_array_begin(w);
    gh_jsonw_object_begin(w);
    mp_message_put(w, "language", language);
    mp_message_put(w, "code", code);
    gh_jsonw_object_end(w);
    gh_jsonw_array_end(w);
    gh_printer_end(w);
}

void mp_message_put_suggestions(struct gh_jsonw *w, struct gh_ids *ids,
                                const struct mp_result_step *step,
                                uint64_t pickle_step_id)
{
    const struct mp_answer *answer = step->answers;
    for (; answer; answer = answer->next) {
        if (answer->status == MP_UNDEFINED && *answer->advice)
            mp_message_put_suggestion(w, ids, pickle_step_id, answer->platform,
                                      answer->advice);
    }
}
