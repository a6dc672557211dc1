#include "runner/report/junitcase.h"

#include <stdio.h>
#include <string.h>

#include "runner/report/failure.h"
#include "runner/report/transcript.h"
#include "runner/report/xml.h"

static enum mp_junit_outcome outcome_of(const struct mp_report *report,
                                        enum mp_status status)
{
    switch (status) {
    case MP_PASSED:
        return MP_JUNIT_PASSED;
    case MP_SKIPPED:
    case MP_NOT_RUN:
        return MP_JUNIT_SKIPPED;
    case MP_PENDING:
        return report->options->strict ? MP_JUNIT_FAILURE : MP_JUNIT_SKIPPED;
    case MP_UNDEFINED:
    case MP_AMBIGUOUS:
    case MP_FAILED:
        return MP_JUNIT_FAILURE;
    default:
        return MP_JUNIT_ERROR;
    }
}

static bool is_bad(enum mp_junit_outcome outcome)
{
    return outcome == MP_JUNIT_FAILURE || outcome == MP_JUNIT_ERROR;
}

static const struct mp_case_result *
first_attempt(const struct mp_case_result *result)
{
    while (result->earlier)
        result = result->earlier;
    return result;
}

enum mp_junit_outcome mp_junitcase_outcome(const struct mp_report *report,
                                           enum mp_junit_dialect dialect,
                                           const struct mp_case_result *result)
{
    enum mp_junit_outcome last = outcome_of(report, result->status);
    if (dialect != MP_JUNIT_SUREFIRE || !is_bad(last))
        return last;
    enum mp_junit_outcome first =
        outcome_of(report, first_attempt(result)->status);
    return is_bad(first) ? first : last;
}

/* ---- how it came out ---- */

static void append_skipped(struct mp_buf *out,
                           const struct mp_case_result *result)
{
    struct mp_buf reason = {0};
    if (result->status != MP_SKIPPED) {
        mp_buf_append_text(&reason, result->status == MP_NOT_RUN ? "not run"
                                                                 : "pending");
        mp_buf_append_text(&reason, *result->text ? ": " : "");
    }
    mp_buf_append_text(&reason, mp_failure_message(result));
    mp_buf_append_text(out, "      <skipped>");
    mp_xml_text(out, mp_buf_text(&reason));
    mp_buf_append_text(out, "</skipped>\n");
    mp_buf_finish(&reason);
}

/* "<failure type="failed" message="...">", still open. */
static void open_bad(struct mp_buf *out, const char *element,
                     const struct mp_case_result *result)
{
    struct mp_buf text = {0};
    mp_buf_format(out, "      <%s", element);
    mp_xml_attribute(out, "type", mp_status_name(result->status));
    mp_failure_summarise(&text, result);
    mp_xml_attribute(out, "message", mp_buf_text(&text));
    mp_buf_append_char(out, '>');
    mp_buf_finish(&text);
}

static void append_description(struct mp_buf *out,
                               const struct mp_report *report,
                               const struct mp_case_result *result)
{
    struct mp_style plain = {0};
    struct mp_buf text = {0};
    mp_failure_describe(&text, &plain, 0, result, report->options->repeat);
    mp_xml_text(out, mp_buf_text(&text));
    mp_buf_finish(&text);
}

static void append_bad(struct mp_buf *out, const struct mp_report *report,
                       enum mp_junit_outcome outcome,
                       const struct mp_case_result *result)
{
    const char *element = outcome == MP_JUNIT_FAILURE ? "failure" : "error";
    open_bad(out, element, result);
    append_description(out, report, result);
    mp_buf_format(out, "</%s>\n", element);
}

/* ---- what its processes said ---- */

static void append_element(struct mp_buf *out, const char *element,
                           const struct mp_buf *text)
{
    if (!text->len)
        return;
    mp_buf_format(out, "      <%s>", element);
    mp_xml_text(out, text->data);
    mp_buf_format(out, "</%s>\n", element);
}

static void append_stderr(struct mp_buf *out,
                          const struct mp_case_result *result)
{
    struct mp_buf text = {0};
    mp_transcript_append_stderr(&text, result);
    append_element(out, "system-err", &text);
    mp_buf_finish(&text);
}

/* The attempts before the last, oldest first; owned by the caller. */
static const struct mp_case_result **
list_earlier(const struct mp_case_result *last, size_t *count)
{
    const struct mp_case_result *attempt;
    *count = 0;
    for (attempt = last->earlier; attempt; attempt = attempt->earlier)
        ++*count;
    const struct mp_case_result **list =
        gh_alloc(*count * sizeof(const struct mp_case_result *));
    size_t at = *count;
    for (attempt = last->earlier; attempt; attempt = attempt->earlier)
        list[--at] = attempt;
    return list;
}

static void tell_attempts(struct mp_buf *out, const struct mp_case_result *last)
{
    size_t count;
    if (!last->earlier)
        return;
    const struct mp_case_result **list = list_earlier(last, &count);
    for (size_t i = 0; i < count; i++) {
        mp_buf_format(out, "attempt %lld %s: ", (long long)list[i]->attempt,
                      mp_status_name(list[i]->status));
        mp_failure_summarise(out, list[i]);
        mp_buf_append_char(out, '\n');
    }
    gh_free(list);
}

/* A line of its own for each file of any attempt: the form that Jenkins'
 * attachments plug-in and GitLab look for. */
static void tell_attachments(struct mp_buf *out,
                             const struct mp_case_result *result)
{
    for (; result; result = result->earlier) {
        const struct mp_result_attachment *item = result->attachments;
        for (; item; item = item->next) {
            if (item->path && !strpbrk(item->path, "\r\n"))
                mp_buf_format(out, "[[ATTACHMENT|%s]]\n", item->path);
        }
    }
}

static void append_output(struct mp_buf *out, enum mp_junit_dialect dialect,
                          const struct mp_case_result *result)
{
    struct mp_buf text = {0};
    if (dialect != MP_JUNIT_SUREFIRE)
        tell_attempts(&text, result);
    mp_transcript_append(&text, result);
    if (dialect == MP_JUNIT_EXTENDED)
        tell_attachments(&text, result);
    append_element(out, "system-out", &text);
    mp_buf_finish(&text);
    append_stderr(out, result);
}

/* ---- properties of a case ---- */

static void append_property(struct mp_buf *out, const char *name,
                            const char *value)
{
    mp_buf_append_text(out, "        <property");
    mp_xml_attribute(out, "name", name);
    mp_xml_attribute(out, "value", value);
    mp_buf_append_text(out, "/>\n");
}

static void append_number(struct mp_buf *out, const char *name, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    append_property(out, name, text);
}

/* "platform.reader" for each "reader=c" of the combination. */
static void append_platforms(struct mp_buf *out,
                             const struct mp_case_result *result)
{
    struct mp_buf name = {0}, value = {0};
    const char *at = result->combination;
    for (at += *at == '['; *at && *at != ']';) {
        size_t length = strcspn(at, "=,]");
        mp_buf_reset(&name);
        mp_buf_append_text(&name, "platform.");
        mp_buf_append(&name, at, length);
        at += length;
        at += *at == '=';
        length = strcspn(at, ",]");
        mp_buf_reset(&value);
        mp_buf_append(&value, at, length);
        at += length;
        at += *at == ',';
        append_property(out, mp_buf_text(&name), mp_buf_text(&value));
    }
    mp_buf_finish(&name);
    mp_buf_finish(&value);
}

static void append_properties(struct mp_buf *out,
                              const struct mp_case_result *result)
{
    mp_buf_append_text(out, "      <properties>\n");
    append_property(out, "id", result->id);
    append_platforms(out, result);
    for (size_t i = 0; i < result->tag_count; i++)
        append_property(out, "tag", result->tags[i]);
    if (result->seed)
        append_number(out, "seed", result->seed);
    append_number(out, "attempt", (uint64_t)result->attempt);
    if (result->flaky)
        append_property(out, "flaky", "true");
    if (result->repetition > 0)
        append_number(out, "repetition", (uint64_t)result->repetition);
    mp_buf_append_text(out, "      </properties>\n");
}

/* ---- Surefire ---- */

/* "rerun" or "flaky", each with Failure or Error: an attempt whole. */
static void append_attempt(struct mp_buf *out, const struct mp_report *report,
                           const char *element,
                           const struct mp_case_result *attempt)
{
    struct mp_buf text = {0};
    open_bad(out, element, attempt);
    mp_buf_append_text(out, "\n      <stackTrace>");
    append_description(out, report, attempt);
    mp_buf_append_text(out, "</stackTrace>\n");
    mp_transcript_append(&text, attempt);
    append_element(out, "system-out", &text);
    mp_buf_finish(&text);
    append_stderr(out, attempt);
    mp_buf_format(out, "      </%s>\n", element);
}

/* Those of one outcome but for the attempt that the case itself shows. */
static void append_attempts(struct mp_buf *out, const struct mp_report *report,
                            const struct mp_case_result *last,
                            const struct mp_case_result *shown,
                            enum mp_junit_outcome wanted)
{
    bool failed = is_bad(outcome_of(report, last->status));
    bool error = wanted == MP_JUNIT_ERROR;
    const char *rerun = error ? "rerunError" : "rerunFailure";
    const char *flaky = error ? "flakyError" : "flakyFailure";
    size_t count;
    if (!last->earlier)
        return;
    const struct mp_case_result **list = list_earlier(last, &count);
    for (size_t i = 0; i <= count; i++) {
        const struct mp_case_result *attempt = i < count ? list[i] : last;
        if (attempt != shown && outcome_of(report, attempt->status) == wanted)
            append_attempt(out, report, failed ? rerun : flaky, attempt);
    }
    gh_free(list);
}

/* The schema wants the elements in this order. */
static void append_surefire(struct mp_buf *out, const struct mp_report *report,
                            const struct mp_case_result *result)
{
    enum mp_junit_outcome outcome =
        mp_junitcase_outcome(report, MP_JUNIT_SUREFIRE, result);
    const struct mp_case_result *shown = result;
    if (is_bad(outcome) &&
        is_bad(outcome_of(report, first_attempt(result)->status)))
        shown = first_attempt(result);
    if (outcome == MP_JUNIT_FAILURE)
        append_bad(out, report, outcome, shown);
    append_attempts(out, report, result, shown, MP_JUNIT_FAILURE);
    if (outcome == MP_JUNIT_SKIPPED)
        append_skipped(out, result);
    if (outcome == MP_JUNIT_ERROR)
        append_bad(out, report, outcome, shown);
    append_attempts(out, report, result, shown, MP_JUNIT_ERROR);
    append_output(out, MP_JUNIT_SUREFIRE, shown);
}

void mp_junitcase_append(struct mp_buf *out, const struct mp_report *report,
                         enum mp_junit_dialect dialect,
                         const struct mp_case_result *result)
{
    if (dialect == MP_JUNIT_SUREFIRE) {
        append_surefire(out, report, result);
        return;
    }
    enum mp_junit_outcome outcome = outcome_of(report, result->status);
    if (dialect == MP_JUNIT_EXTENDED)
        append_properties(out, result);
    if (outcome == MP_JUNIT_SKIPPED)
        append_skipped(out, result);
    else if (outcome != MP_JUNIT_PASSED)
        append_bad(out, report, outcome, result);
    append_output(out, dialect, result);
}
