#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/report/junitcase.h"
#include "runner/report/spool.h"
#include "runner/report/xml.h"

/* JUnit XML in three dialects (junitcase.h): a testsuite for each feature, in
 * Surefire's one for the file. Bodies of test cases are made when a case ends
 * and wait in a spool; only what the suites' counts and order need is kept. */

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
    size_t outcomes[MP_JUNIT_OUTCOME_COUNT];
    double duration_ms;
    int64_t first; /* the smallest number of its cases */
};

struct junit {
    struct mp_report base;
    enum mp_junit_dialect dialect;
    struct gh_arena arena;
    struct mp_spool spool;
    struct entry *entries;
    size_t entry_count, entry_capacity;
    struct suite *suites;
    size_t suite_count, suite_capacity;
};

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
    mp_junitcase_append(&body, report, junit->dialect, result);
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
        .body = mp_spool_add(&junit->spool, mp_buf_str(&body)),
    };
    mp_buf_finish(&body);
    junit->entries[junit->entry_count++] = entry;
    struct suite *suite = &junit->suites[entry.suite];
    suite->count++;
    suite->outcomes[mp_junitcase_outcome(report, junit->dialect, result)]++;
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

/* What counts against the run outside of its cases: an error each. */
static size_t count_run_causes(const struct junit *junit)
{
    size_t count = 0;
    const struct mp_cause *cause = junit->base.results->run.causes;
    for (; cause; cause = cause->next)
        count++;
    return count;
}

static struct suite sum_up(const struct junit *junit)
{
    struct suite all = {0};
    for (size_t i = 0; i < junit->suite_count; i++) {
        const struct suite *suite = &junit->suites[i];
        all.count += suite->count;
        all.duration_ms += suite->duration_ms;
        for (int j = 0; j < MP_JUNIT_OUTCOME_COUNT; j++)
            all.outcomes[j] += suite->outcomes[j];
    }
    size_t causes = count_run_causes(junit);
    all.count += causes;
    all.outcomes[MP_JUNIT_ERROR] += causes;
    return all;
}

static void append_counts(struct mp_buf *out, const struct suite *suite)
{
    mp_xml_attribute_number(out, "tests", suite->count);
    mp_xml_attribute_number(out, "failures", suite->outcomes[MP_JUNIT_FAILURE]);
    mp_xml_attribute_number(out, "errors", suite->outcomes[MP_JUNIT_ERROR]);
}

static void append_property(struct mp_buf *out, const char *name,
                            const char *value)
{
    mp_buf_append_text(out, "      <property");
    mp_xml_attribute(out, "name", name);
    mp_xml_attribute(out, "value", value);
    mp_buf_append_text(out, "/>\n");
}

static void append_run_properties(struct mp_buf *out,
                                  const struct mp_run_result *run)
{
    char seed[32];
    snprintf(seed, sizeof(seed), "%llu", (unsigned long long)run->seed);
    append_property(out, "run", run->id);
    append_property(out, "seed", seed);
    append_property(out, "mprun", run->name);
    if (*run->containment)
        append_property(out, "containment", run->containment);
}

static void append_head(struct junit *junit, struct mp_buf *out)
{
    const struct mp_run_result *run = &junit->base.results->run;
    struct suite all = sum_up(junit);
    mp_buf_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    if (junit->dialect == MP_JUNIT_SUREFIRE) {
        mp_buf_append_text(out, "<testsuite version=\"3.0.2\" name=\"mprun\"");
        append_counts(out, &all);
        mp_xml_attribute_number(out, "skipped", all.outcomes[MP_JUNIT_SKIPPED]);
        mp_xml_attribute_seconds(out, "time", run->duration_ms);
        mp_buf_append_text(out, ">\n    <properties>\n");
        append_run_properties(out, run);
        mp_buf_append_text(out, "    </properties>\n");
        return;
    }
    mp_buf_append_text(out, "<testsuites name=\"mprun\"");
    mp_xml_attribute_seconds(out, "time", run->duration_ms);
    append_counts(out, &all);
    mp_buf_append_text(out, ">\n");
}

static void append_suite(struct junit *junit, struct mp_buf *out,
                         const struct suite *suite)
{
    const struct mp_run_result *run = &junit->base.results->run;
    mp_buf_append_text(out, "  <testsuite");
    mp_xml_attribute(out, "name", suite->feature);
    append_counts(out, suite);
    mp_xml_attribute_number(out, "skipped", suite->outcomes[MP_JUNIT_SKIPPED]);
    mp_xml_attribute_seconds(out, "time", suite->duration_ms);
    if (*run->wall_time)
        mp_xml_attribute(out, "timestamp", run->wall_time);
    if (junit->dialect == MP_JUNIT_EXTENDED)
        mp_xml_attribute(out, "file", suite->uri);
    mp_buf_append_text(out, ">\n    <properties>\n");
    append_property(out, "feature", suite->uri);
    append_run_properties(out, run);
    mp_buf_append_text(out, "    </properties>\n");
}

/* What tells the case apart from others, and how it went. */
static void append_attributes(struct junit *junit, struct mp_buf *out,
                              const struct entry *entry)
{
    const struct suite *suite = &junit->suites[entry->suite];
    mp_xml_attribute(out, "classname", entry->class_name);
    if (junit->dialect == MP_JUNIT_SUREFIRE)
        mp_xml_attribute(out, "group", suite->feature);
    mp_xml_attribute_seconds(out, "time", entry->duration_ms);
    if (junit->dialect != MP_JUNIT_SUREFIRE)
        mp_xml_attribute(out, "status", mp_status_name(entry->status));
    if (junit->dialect != MP_JUNIT_EXTENDED)
        return;
    mp_xml_attribute(out, "file", suite->uri);
    if (entry->line > 0)
        mp_xml_attribute_number(out, "line", (size_t)entry->line);
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
    append_attributes(junit, out, entry);
    mp_spool_read(&junit->spool, entry->body, scratch);
    if (!scratch->len) {
        mp_buf_append_text(out, "/>\n");
        return;
    }
    mp_buf_append_text(out, ">\n");
    mp_buf_append_str(out, gh_str_of(scratch->data));
    mp_buf_append_text(out, "    </testcase>\n");
}

static void append_run_causes(const struct junit *junit, struct mp_buf *out)
{
    const struct mp_cause *cause = junit->base.results->run.causes;
    bool suites = junit->dialect != MP_JUNIT_SUREFIRE;
    struct suite suite = {.count = count_run_causes(junit)};
    suite.outcomes[MP_JUNIT_ERROR] = suite.count;
    if (suites && cause) {
        mp_buf_append_text(out, "  <testsuite name=\"the run\"");
        append_counts(out, &suite);
        mp_buf_append_text(out, " skipped=\"0\" time=\"0.000\">\n");
    }
    for (size_t i = 1; cause; cause = cause->next, i++) {
        mp_buf_format(out,
                      "    <testcase name=\"outside of its cases, %zu\" "
                      "classname=\"the run\" time=\"0.000\">\n      <error",
                      i);
        mp_xml_attribute(out, "type", mp_status_name(cause->status));
        mp_xml_attribute(out, "message", cause->text);
        mp_buf_append_text(out, "/>\n    </testcase>\n");
    }
    if (suites && suite.count)
        mp_buf_append_text(out, "  </testsuite>\n");
}

static bool write_all(struct junit *junit)
{
    struct mp_output *output = &junit->base.output;
    struct mp_buf out = {0}, scratch = {0};
    bool suites = junit->dialect != MP_JUNIT_SUREFIRE;
    append_head(junit, &out);
    for (size_t i = 0; i < junit->entry_count; i++) {
        const struct entry *entry = &junit->entries[i];
        bool first = suites && (!i || entry[-1].suite != entry->suite);
        bool last = suites && (i + 1 == junit->entry_count ||
                               entry[1].suite != entry->suite);
        if (first)
            append_suite(junit, &out, &junit->suites[entry->suite]);
        append_case(junit, &out, entry, &scratch);
        if (last)
            mp_buf_append_text(&out, "  </testsuite>\n");
        mp_output_append(output, out.data, out.len);
        mp_buf_reset(&out);
    }
    append_run_causes(junit, &out);
    mp_buf_append_text(&out, suites ? "</testsuites>\n" : "</testsuite>\n");
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
    if (!junit->entry_count)
        return write_all(junit);
    tell_equals_apart(junit);
    if (junit->entry_count)
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

static void create_surefire(struct mp_report *report)
{
    ((struct junit *)report)->dialect = MP_JUNIT_SUREFIRE;
}

static void create_extended(struct mp_report *report)
{
    ((struct junit *)report)->dialect = MP_JUNIT_EXTENDED;
}

const struct mp_report_kind mp_junit_kind = {
    .name = "junit",
    .about = "JUnit XML as Jenkins' schema has it, a suite for each feature",
    .size = sizeof(struct junit),
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};

const struct mp_report_kind mp_junit_surefire_kind = {
    .name = "junit-surefire",
    .about = "JUnit XML as Surefire's schema has it, each attempt of a case",
    .size = sizeof(struct junit),
    .on_created = create_surefire,
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};

const struct mp_report_kind mp_junit_extended_kind = {
    .name = "junit-extended",
    .about = "JUnit XML with places, properties and attachments of each case",
    .size = sizeof(struct junit),
    .on_created = create_extended,
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
