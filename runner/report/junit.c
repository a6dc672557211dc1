#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/report/failure.h"
#include "runner/report/kind.h"
#include "runner/report/spool.h"
#include "runner/report/transcript.h"
#include "runner/report/xml.h"

/* JUnit XML as Jenkins' schema has it: a testsuite for each feature. Bodies of
 * test cases are made when a case ends and wait in a spool; only what the
 * suites' counts and order need is kept. */

enum outcome { PASSED, FAILURE, ERROR, SKIPPED, OUTCOME_COUNT };

struct entry {
    int64_t number;
    size_t suite;
    const char *class_name, *name, *combination; /* in the arena */
    int64_t line, repetition;
    double duration_ms;
    enum mp_status status;
    struct mp_spool_place body;
};

struct suite {
    const char *uri, *feature; /* in the arena */
    size_t count;
    size_t outcomes[OUTCOME_COUNT];
    double duration_ms;
    int64_t first; /* the smallest number of its cases */
};

struct junit {
    struct mp_report base;
    struct gh_arena arena;
    struct mp_spool spool;
    struct entry *entries;
    size_t entry_count, entry_capacity;
    struct suite *suites;
    size_t suite_count, suite_capacity;
};

static enum outcome outcome_of(const struct junit *junit, enum mp_status status)
{
    switch (status) {
    case MP_PASSED:
        return PASSED;
    case MP_SKIPPED:
    case MP_NOT_RUN:
        return SKIPPED;
    case MP_PENDING:
        return junit->base.options->strict ? FAILURE : SKIPPED;
    case MP_UNDEFINED:
    case MP_AMBIGUOUS:
    case MP_FAILED:
        return FAILURE;
    default:
        return ERROR;
    }
}

/* ---- a case's body ---- */

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

static void append_failure(struct junit *junit, struct mp_buf *out,
                           const struct mp_case_result *result,
                           const char *element)
{
    struct mp_style plain = {0};
    struct mp_buf text = {0};
    mp_buf_format(out, "      <%s", element);
    mp_xml_attribute(out, "type", mp_status_name(result->status));
    mp_failure_summarise(&text, result);
    mp_xml_attribute(out, "message", mp_buf_text(&text));
    mp_buf_append_char(out, '>');
    mp_buf_reset(&text);
    mp_failure_describe(&text, &plain, 0, result, junit->base.options->repeat);
    mp_xml_text(out, mp_buf_text(&text));
    mp_buf_format(out, "</%s>\n", element);
    mp_buf_finish(&text);
}

static void append_element(struct mp_buf *out, const char *element,
                           const struct mp_buf *text)
{
    if (!text->len)
        return;
    mp_buf_format(out, "      <%s>", element);
    mp_xml_text(out, text->data);
    mp_buf_format(out, "</%s>\n", element);
}

/* The attempts before the last, oldest first. */
static void append_attempts(struct mp_buf *out,
                            const struct mp_case_result *last)
{
    for (int64_t i = 1; i < last->attempt; i++) {
        const struct mp_case_result *attempt = last->earlier;
        while (attempt && attempt->attempt != i)
            attempt = attempt->earlier;
        if (!attempt)
            continue;
        mp_buf_format(out, "attempt %lld %s: ", (long long)i,
                      mp_status_name(attempt->status));
        mp_failure_summarise(out, attempt);
        mp_buf_append_char(out, '\n');
    }
}

static void append_body(struct junit *junit, struct mp_buf *out,
                        const struct mp_case_result *result)
{
    enum outcome outcome = outcome_of(junit, result->status);
    if (outcome == SKIPPED)
        append_skipped(out, result);
    else if (outcome != PASSED)
        append_failure(junit, out, result,
                       outcome == FAILURE ? "failure" : "error");
    struct mp_buf text = {0};
    append_attempts(&text, result);
    mp_transcript_append(&text, result);
    append_element(out, "system-out", &text);
    mp_buf_reset(&text);
    mp_transcript_append_stderr(&text, result);
    append_element(out, "system-err", &text);
    mp_buf_finish(&text);
}

/* ---- what is kept of it ---- */

static const char *keep(struct junit *junit, const char *text)
{
    return gh_arena_copy(&junit->arena, gh_str_of(text));
}

static size_t get_suite(struct junit *junit,
                        const struct mp_case_result *result)
{
    /* Cases of a feature come together: the last suite is the likely one. */
    for (size_t i = junit->suite_count; i-- > 0;) {
        if (!strcmp(junit->suites[i].uri, result->uri))
            return i;
    }
    if (junit->suite_count == junit->suite_capacity) {
        junit->suite_capacity = junit->suite_capacity * 2 + 8;
        junit->suites = gh_realloc(junit->suites, junit->suite_capacity *
                                                      sizeof(*junit->suites));
    }
    struct suite suite = {
        .uri = keep(junit, result->uri),
        .feature =
            keep(junit, *result->feature ? result->feature : result->uri),
        .first = result->number,
    };
    junit->suites[junit->suite_count] = suite;
    return junit->suite_count++;
}

/* "features/ipc/fifo.feature" and a rule: "features.ipc.fifo.Rule". Viewers
 * build their tree from the dots. */
static const char *make_class_name(struct junit *junit,
                                   const struct mp_case_result *result)
{
    struct mp_buf name = {0};
    const char *uri = result->uri;
    while (!strncmp(uri, "./", 2) || !strncmp(uri, "../", 3))
        uri = strchr(uri, '/') + 1;
    uri += *uri == '/';
    mp_buf_append_text(&name, uri);
    if (name.len > 8 && !strcmp(name.data + name.len - 8, ".feature"))
        name.data[name.len -= 8] = '\0';
    for (size_t i = 0; i < name.len; i++)
        name.data[i] = name.data[i] == '/' ? '.' : name.data[i];
    if (*result->rule)
        mp_buf_format(&name, ".%s", result->rule);
    size_t count = junit->entry_count;
    const char *last = count ? junit->entries[count - 1].class_name : "";
    const char *kept = !strcmp(last, mp_buf_text(&name))
                           ? last
                           : keep(junit, mp_buf_text(&name));
    mp_buf_finish(&name);
    return kept;
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct junit *junit = (struct junit *)report;
    if (junit->entry_count == junit->entry_capacity) {
        junit->entry_capacity = junit->entry_capacity * 2 + 64;
        junit->entries = gh_realloc(
            junit->entries, junit->entry_capacity * sizeof(*junit->entries));
    }
    struct mp_buf body = {0};
    append_body(junit, &body, result);
    struct entry entry = {
        .number = result->number,
        .suite = get_suite(junit, result),
        .class_name = make_class_name(junit, result),
        .name = keep(junit, result->name),
        .combination = keep(junit, result->combination),
        .repetition = result->repetition,
        .line = result->line,
        .duration_ms = result->duration_ms,
        .status = result->status,
        .body = mp_spool_add(&junit->spool, &body),
    };
    mp_buf_finish(&body);
    junit->entries[junit->entry_count++] = entry;
    struct suite *suite = &junit->suites[entry.suite];
    suite->count++;
    suite->outcomes[outcome_of(junit, result->status)]++;
    suite->duration_ms += result->duration_ms;
    if (result->number < suite->first)
        suite->first = result->number;
}

/* ---- the file ---- */

static int compare_names(const struct entry *a, const struct entry *b)
{
    int order = strcmp(a->class_name, b->class_name);
    if (!order)
        order = strcmp(a->name, b->name);
    if (!order)
        order = strcmp(a->combination, b->combination);
    return order ? order
                 : (a->repetition > b->repetition) -
                       (a->repetition < b->repetition);
}

static int by_name(const void *a, const void *b)
{
    const struct entry *const *first = a, *const *second = b;
    return compare_names(*first, *second);
}

/* Rows of an outline may share a name: viewers would take them for one test
 * case, so those get their line. */
static void tell_equals_apart(struct junit *junit)
{
    size_t count = junit->entry_count;
    struct entry **sorted = gh_alloc(count * sizeof(struct entry *));
    for (size_t i = 0; i < count; i++)
        sorted[i] = &junit->entries[i];
    qsort(sorted, count, sizeof(struct entry *), by_name);
    for (size_t i = 0, next; i < count; i = next) {
        next = i + 1;
        while (next < count && !compare_names(sorted[i], sorted[next]))
            next++;
        for (size_t j = i; next - i > 1 && j < next; j++)
            sorted[j]->name =
                gh_arena_format(&junit->arena, "%s (line %lld)",
                                sorted[j]->name, (long long)sorted[j]->line);
    }
    gh_free(sorted);
}

static int by_place(const void *a, const void *b, void *context)
{
    const struct entry *const first = a, *const second = b;
    const struct suite *suites = context;
    int64_t x = suites[first->suite].first, y = suites[second->suite].first;
    if (x == y) {
        x = (int64_t)first->suite;
        y = (int64_t)second->suite;
    }
    if (x == y) {
        x = first->number;
        y = second->number;
    }
    return (x > y) - (x < y);
}

static void append_head(struct junit *junit, struct mp_buf *out)
{
    size_t totals[OUTCOME_COUNT] = {0};
    for (size_t i = 0; i < junit->suite_count; i++) {
        for (int j = 0; j < OUTCOME_COUNT; j++)
            totals[j] += junit->suites[i].outcomes[j];
    }
    mp_buf_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                            "<testsuites name=\"mprun\"");
    mp_xml_attribute_seconds(out, "time", junit->base.results->run.duration_ms);
    mp_xml_attribute_number(out, "tests", junit->entry_count);
    mp_xml_attribute_number(out, "failures", totals[FAILURE]);
    mp_xml_attribute_number(out, "errors", totals[ERROR]);
    mp_buf_append_text(out, ">\n");
}

static void append_property(struct mp_buf *out, const char *name,
                            const char *value)
{
    mp_buf_append_text(out, "      <property");
    mp_xml_attribute(out, "name", name);
    mp_xml_attribute(out, "value", value);
    mp_buf_append_text(out, "/>\n");
}

static void append_suite(struct junit *junit, struct mp_buf *out,
                         const struct suite *suite)
{
    const struct mp_run_result *run = &junit->base.results->run;
    char seed[32];
    snprintf(seed, sizeof(seed), "%llu", (unsigned long long)run->seed);
    mp_buf_append_text(out, "  <testsuite");
    mp_xml_attribute(out, "name", suite->feature);
    mp_xml_attribute_number(out, "tests", suite->count);
    mp_xml_attribute_number(out, "failures", suite->outcomes[FAILURE]);
    mp_xml_attribute_number(out, "errors", suite->outcomes[ERROR]);
    mp_xml_attribute_number(out, "skipped", suite->outcomes[SKIPPED]);
    mp_xml_attribute_seconds(out, "time", suite->duration_ms);
    if (*run->wall_time)
        mp_xml_attribute(out, "timestamp", run->wall_time);
    mp_buf_append_text(out, ">\n    <properties>\n");
    append_property(out, "feature", suite->uri);
    append_property(out, "run", run->id);
    append_property(out, "seed", seed);
    append_property(out, "mprun", run->name);
    if (*run->containment)
        append_property(out, "containment", run->containment);
    mp_buf_append_text(out, "    </properties>\n");
}

static void append_case(struct junit *junit, struct mp_buf *out,
                        const struct entry *entry, struct mp_buf *scratch)
{
    mp_buf_reset(scratch);
    mp_buf_append_text(scratch, entry->name);
    if (*entry->combination)
        mp_buf_format(scratch, " %s", entry->combination);
    if (entry->repetition)
        mp_buf_format(scratch, " (repetition %lld)",
                      (long long)entry->repetition);
    mp_buf_append_text(out, "    <testcase");
    mp_xml_attribute(out, "name", mp_buf_text(scratch));
    mp_xml_attribute(out, "classname", entry->class_name);
    mp_xml_attribute_seconds(out, "time", entry->duration_ms);
    mp_xml_attribute(out, "status", mp_status_name(entry->status));
    mp_spool_read(&junit->spool, entry->body, scratch);
    if (!scratch->len) {
        mp_buf_append_text(out, "/>\n");
        return;
    }
    mp_buf_append_text(out, ">\n");
    mp_buf_append_str(out, gh_str_of(scratch->data));
    mp_buf_append_text(out, "    </testcase>\n");
}

static bool write_all(struct junit *junit)
{
    struct mp_output *output = &junit->base.output;
    struct mp_buf out = {0}, scratch = {0};
    append_head(junit, &out);
    for (size_t i = 0; i < junit->entry_count; i++) {
        const struct entry *entry = &junit->entries[i];
        bool first = !i || entry[-1].suite != entry->suite;
        bool last =
            i + 1 == junit->entry_count || entry[1].suite != entry->suite;
        if (first)
            append_suite(junit, &out, &junit->suites[entry->suite]);
        append_case(junit, &out, entry, &scratch);
        if (last)
            mp_buf_append_text(&out, "  </testsuite>\n");
        mp_output_append(output, out.data, out.len);
        mp_buf_reset(&out);
    }
    mp_buf_append_text(&out, "</testsuites>\n");
    mp_output_append(output, mp_buf_text(&out), out.len);
    mp_buf_finish(&out);
    mp_buf_finish(&scratch);
    if (junit->spool.error && !output->error)
        output->error = junit->spool.error;
    return mp_output_commit(output);
}

static bool on_run_finished(struct mp_report *report)
{
    struct junit *junit = (struct junit *)report;
    tell_equals_apart(junit);
    qsort_r(junit->entries, junit->entry_count, sizeof(*junit->entries),
            by_place, junit->suites);
    return write_all(junit);
}

static void finish(struct mp_report *report)
{
    struct junit *junit = (struct junit *)report;
    gh_free(junit->entries);
    gh_free(junit->suites);
    mp_spool_finish(&junit->spool);
    gh_arena_finish(&junit->arena);
}

const struct mp_report_kind mp_junit_kind = {
    .name = "junit",
    .about = "JUnit XML as Jenkins' schema has it, a suite for each feature",
    .size = sizeof(struct junit),
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
