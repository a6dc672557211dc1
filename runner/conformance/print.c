/* The results of an examination: table, JSON, JUnit, and the list of checks. */
#include <stdio.h>
#include <string.h>

#include "gherkin/jsonw.h"
#include "runner/base/text.h"
#include "runner/conformance/check.h"
#include "runner/conformance/hints.h"
#include "runner/report/xml.h"

#define INDENT 9

static const char *mark_word(enum mp_mark mark)
{
    static const char *const words[] = {[MP_MARK_NONE] = "not chosen",
                                        [MP_MARK_PASS] = "pass",
                                        [MP_MARK_WARN] = "warn",
                                        [MP_MARK_FAIL] = "FAIL",
                                        [MP_MARK_NOT_TESTED] = "not tested"};
    return words[mark];
}

static enum mp_colour mark_colour(enum mp_mark mark)
{
    static const enum mp_colour colours[] = {
        [MP_MARK_NONE] = MP_COLOUR_NONE,
        [MP_MARK_PASS] = MP_COLOUR_GREEN,
        [MP_MARK_WARN] = MP_COLOUR_YELLOW,
        [MP_MARK_FAIL] = MP_COLOUR_RED_BOLD,
        [MP_MARK_NOT_TESTED] = MP_COLOUR_DIM};
    return colours[mark];
}

static void detail(struct mp_buf *out, const struct mp_style *style,
                   const char *label, const char *text)
{
    mp_style_spaces(out, INDENT);
    mp_style_fit(out, style, MP_COLOUR_DIM, label, 10, true);
    mp_style_text(out, style, MP_COLOUR_NONE, text);
    mp_buf_append_char(out, '\n');
}

static void print_check(struct mp_buf *out, const struct mp_check *check,
                        const struct mp_conformance_result *result,
                        const struct mp_style *style)
{
    const struct mp_verdict *verdict = &result->verdicts[check->number];
    char number[16];
    bool bad = verdict->mark == MP_MARK_FAIL || verdict->mark == MP_MARK_WARN;
    snprintf(number, sizeof(number), "  %4d  ", check->number);
    mp_buf_append_text(out, number);
    mp_style_fit(out, style, mark_colour(verdict->mark),
                 mark_word(verdict->mark), 12, true);
    mp_style_text(out, style, MP_COLOUR_NONE, check->title);
    if (verdict->why && !bad) {
        mp_buf_append_text(out, " (");
        mp_style_text(out, style, MP_COLOUR_DIM, verdict->why);
        mp_buf_append_char(out, ')');
    }
    mp_buf_append_char(out, '\n');
    if (!bad)
        return;
    detail(out, style, "found", verdict->why);
    if (verdict->sent)
        detail(out, style, "sent", verdict->sent);
    if (verdict->bytes)
        detail(out, style, "received", verdict->bytes);
    detail(out, style, "mend", mp_check_hint(check, result));
}

/* The command may be a program that was compiled from anything. */
static void print_languages(struct mp_buf *out,
                            const struct mp_conformance_result *result)
{
    if (result->language || !mp_conformance_count(result, MP_MARK_FAIL))
        return;
    mp_buf_append_text(out,
                       "--language NAME tells how to mend it in that one:");
    for (size_t i = 0; mp_hints_languages[i]; i++)
        mp_buf_format(out, "%s %s", i ? "," : "", mp_hints_languages[i]);
    mp_buf_append_char(out, '\n');
}

static void print_end(struct mp_buf *out,
                      const struct mp_conformance_result *result,
                      const struct mp_style *style)
{
    static const enum mp_mark marks[] = {MP_MARK_PASS, MP_MARK_WARN,
                                         MP_MARK_FAIL, MP_MARK_NOT_TESTED};
    char time[MP_STYLE_TIME_SIZE];
    size_t count = 0;
    struct mp_buf text = {0};
    for (int i = 0; i < 4; i++) {
        size_t of = mp_conformance_count(result, marks[i]);
        count += of;
        if (of)
            mp_buf_format(&text, "%s%zu %s", text.len ? ", " : "", of,
                          mark_word(marks[i]));
    }
    bool failed = mp_conformance_count(result, MP_MARK_FAIL);
    mp_buf_format(out, "\n%zu check%s: ", count, count == 1 ? "" : "s");
    mp_style_text(out, style, failed ? MP_COLOUR_RED : MP_COLOUR_GREEN,
                  mp_buf_text(&text));
    mp_buf_format(out, " in %s\n", mp_style_time(result->duration_ms, time));
    print_languages(out, result);
    mp_buf_finish(&text);
}

static void command_line(const struct mp_conformance_options *options,
                         struct mp_buf *out)
{
    for (size_t i = 0; options->argv[i]; i++) {
        if (i)
            mp_buf_append_char(out, ' ');
        mp_words_quote(out, options->argv[i]);
    }
}

void mp_conformance_print(struct mp_buf *out,
                          const struct mp_conformance_options *options,
                          const struct mp_conformance_result *result,
                          const struct mp_style *style, bool quiet)
{
    const char *section = "";
    struct mp_buf command = {0};
    command_line(options, &command);
    mp_buf_format(out, "mprun %s %s conformance %s level %s %s ",
                  options->version, mp_style_dot(style), mp_style_dot(style),
                  result->v1 ? "1" : "bare", mp_style_dot(style));
    mp_style_text(out, style, MP_COLOUR_NONE, mp_buf_text(&command));
    mp_buf_append_char(out, '\n');
    mp_buf_finish(&command);
    if (result->bare_why) {
        mp_buf_append_text(out, "bare, because ");
        mp_style_text(out, style, MP_COLOUR_NONE, result->bare_why);
        mp_buf_append_char(out, '\n');
    }
    for (int number = 1; number <= MP_CHECK_COUNT; number++) {
        enum mp_mark mark = result->verdicts[number].mark;
        bool calm = mark == MP_MARK_PASS || mark == MP_MARK_NOT_TESTED;
        if (mark == MP_MARK_NONE || (quiet && calm))
            continue;
        if (strcmp(section, mp_check_section(number)) != 0) {
            section = mp_check_section(number);
            mp_buf_append_char(out, '\n');
            mp_style_text(out, style, MP_COLOUR_BOLD, section);
            mp_buf_append_char(out, '\n');
        }
        print_check(out, mp_check_find(number), result, style);
    }
    print_end(out, result, style);
}

/* --- JSON --- */

static void member(struct gh_jsonw *w, const char *key, const char *text)
{
    gh_jsonw_key(w, key);
    gh_jsonw_cstring(w, text);
}

static void json_check(struct gh_jsonw *w, const struct mp_check *check,
                       const struct mp_conformance_result *result)
{
    static const char *const words[] = {[MP_MARK_NONE] = "",
                                        [MP_MARK_PASS] = "pass",
                                        [MP_MARK_WARN] = "warn",
                                        [MP_MARK_FAIL] = "fail",
                                        [MP_MARK_NOT_TESTED] = "not-tested"};
    const struct mp_verdict *verdict = &result->verdicts[check->number];
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "number");
    gh_jsonw_int(w, check->number);
    member(w, "section", mp_check_section(check->number));
    member(w, "title", check->title);
    member(w, "level", check->v1 ? "1" : "bare");
    member(w, "result", words[verdict->mark]);
    if (verdict->why)
        member(w, "why", verdict->why);
    if (verdict->mark == MP_MARK_FAIL || verdict->mark == MP_MARK_WARN) {
        if (verdict->sent)
            member(w, "sent", verdict->sent);
        if (verdict->bytes)
            member(w, "received", verdict->bytes);
        member(w, "hint", mp_check_hint(check, result));
    }
    gh_jsonw_key(w, "durationMs");
    gh_jsonw_thousandths(w, verdict->duration_ms);
    gh_jsonw_object_end(w);
}

void mp_conformance_json(struct mp_buf *out,
                         const struct mp_conformance_options *options,
                         const struct mp_conformance_result *result)
{
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    gh_jsonw_object_begin(&w);
    member(&w, "version", options->version);
    member(&w, "level", result->v1 ? "1" : "bare");
    if (result->bare_why)
        member(&w, "bareBecause", result->bare_why);
    member(&w, "language", result->language);
    gh_jsonw_key(&w, "command");
    gh_jsonw_array_begin(&w);
    for (size_t i = 0; options->argv[i]; i++)
        gh_jsonw_cstring(&w, options->argv[i]);
    gh_jsonw_array_end(&w);
    gh_jsonw_key(&w, "checks");
    gh_jsonw_array_begin(&w);
    for (int number = 1; number <= MP_CHECK_COUNT; number++) {
        if (result->verdicts[number].mark)
            json_check(&w, mp_check_find(number), result);
    }
    gh_jsonw_array_end(&w);
    gh_jsonw_key(&w, "durationMs");
    gh_jsonw_thousandths(&w, result->duration_ms);
    gh_jsonw_object_end(&w);
    mp_buf_append_str(out, gh_jsonw_text(&w));
    mp_buf_append_char(out, '\n');
    gh_jsonw_finish(&w);
}

/* --- JUnit --- */

static void junit_failure(struct mp_buf *out, const struct mp_check *check,
                          const struct mp_conformance_result *result)
{
    const struct mp_verdict *verdict = &result->verdicts[check->number];
    mp_buf_append_text(out, "<failure");
    mp_xml_attribute(out, "message", verdict->why);
    mp_buf_append_text(out, ">");
    mp_xml_text(out, verdict->why);
    if (verdict->sent) {
        mp_buf_append_text(out, "\nsent: ");
        mp_xml_text(out, verdict->sent);
    }
    if (verdict->bytes) {
        mp_buf_append_text(out, "\nreceived: ");
        mp_xml_text(out, verdict->bytes);
    }
    mp_buf_append_text(out, "\nmend: ");
    mp_xml_text(out, mp_check_hint(check, result));
    mp_buf_append_text(out, "</failure>");
}

static void junit_check(struct mp_buf *out, const struct mp_check *check,
                        const struct mp_conformance_result *result)
{
    const struct mp_verdict *verdict = &result->verdicts[check->number];
    struct mp_buf name = {0};
    mp_buf_format(&name, "%02d %s", check->number, check->title);
    mp_buf_append_text(out, "    <testcase");
    mp_xml_attribute(out, "name", mp_buf_text(&name));
    mp_xml_attribute(out, "classname", mp_check_section(check->number));
    mp_xml_attribute_seconds(out, "time", verdict->duration_ms);
    mp_buf_append_text(out, ">");
    mp_buf_finish(&name);
    if (verdict->mark == MP_MARK_FAIL) {
        junit_failure(out, check, result);
    } else if (verdict->mark == MP_MARK_NOT_TESTED) {
        mp_buf_append_text(out, "<skipped");
        mp_xml_attribute(out, "message", verdict->why);
        mp_buf_append_text(out, "/>");
    } else if (verdict->why) {
        mp_buf_append_text(out, "<system-out>");
        mp_xml_text(out, verdict->why);
        mp_buf_append_text(out, "</system-out>");
    }
    mp_buf_append_text(out, "</testcase>\n");
}

void mp_conformance_junit(struct mp_buf *out,
                          const struct mp_conformance_options *options,
                          const struct mp_conformance_result *result)
{
    struct mp_buf command = {0};
    size_t skipped = mp_conformance_count(result, MP_MARK_NOT_TESTED);
    size_t failed = mp_conformance_count(result, MP_MARK_FAIL);
    size_t count = skipped + failed +
                   mp_conformance_count(result, MP_MARK_PASS) +
                   mp_conformance_count(result, MP_MARK_WARN);
    command_line(options, &command);
    mp_buf_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                            "<testsuites>\n  <testsuite name=\"mprun "
                            "conformance\"");
    mp_xml_attribute_number(out, "tests", count);
    mp_xml_attribute_number(out, "failures", failed);
    mp_xml_attribute_number(out, "errors", 0);
    mp_xml_attribute_number(out, "skipped", skipped);
    mp_xml_attribute_seconds(out, "time", result->duration_ms);
    mp_buf_append_text(out, ">\n    <properties>\n      <property "
                            "name=\"command\"");
    mp_xml_attribute(out, "value", mp_buf_text(&command));
    mp_buf_append_text(out, "/>\n      <property name=\"level\"");
    mp_xml_attribute(out, "value", result->v1 ? "1" : "bare");
    mp_buf_append_text(out, "/>\n    </properties>\n");
    for (int number = 1; number <= MP_CHECK_COUNT; number++) {
        if (result->verdicts[number].mark)
            junit_check(out, mp_check_find(number), result);
    }
    mp_buf_append_text(out, "  </testsuite>\n</testsuites>\n");
    mp_buf_finish(&command);
}

/* --- the list --- */

static void list_check(struct mp_buf *out, const struct mp_check *check)
{
    mp_buf_format(out, "| %d | %s | %s |", check->number,
                  check->v1 ? "1" : "bare", check->title);
    for (int i = 0; check->needs[i]; i++)
        mp_buf_format(out, "%s %d", i ? "," : "", check->needs[i]);
    if (check->capability)
        mp_buf_format(out, "%s %s", check->needs[0] ? "," : "",
                      check->capability);
    mp_buf_format(out, " | %s |\n", check->does);
}

void mp_conformance_list(struct mp_buf *out)
{
    const char *section = "";
    for (int number = 1; number <= MP_CHECK_COUNT; number++) {
        if (strcmp(section, mp_check_section(number)) != 0) {
            mp_buf_format(out, "%s### %s\n\n", *section ? "\n" : "",
                          mp_check_section(number));
            mp_buf_append_text(out, "| | level | the server | needs | how |\n"
                                    "|---|---|---|---|---|\n");
            section = mp_check_section(number);
        }
        list_check(out, mp_check_find(number));
    }
}
