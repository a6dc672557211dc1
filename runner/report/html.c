#include <stdlib.h>
#include <string.h>

#include "runner/base/fs.h"
#include "runner/report/failure.h"
#include "runner/report/kind.h"
#include "runner/report/members.h"
#include "runner/report/page.h"
#include "runner/report/pagecase.h"
#include "runner/report/spool.h"

/* One page with everything in it. A case is written to the spool when it
 * ends, as its line in the list of cases and as a block of its own; only their
 * places are kept. */

#define PAGE_VERSION 1

struct entry {
    int64_t number;
    struct mp_spool_place line, block;
};

struct html {
    struct mp_report base;
    struct gh_arena arena;
    struct mp_spool spool;
    struct entry *entries;
    size_t count, capacity;
    const char *libraries, *machine; /* "": not known */
    const char *folder; /* whose files may be shown; NULL: none's */
};

/* "<" stands in strings alone, and no text may end the block or open a
 * comment in it. */
static void append_block(struct mp_buf *out, const struct gh_jsonw *json)
{
    struct gh_str text = gh_jsonw_text(json);
    const char *end = text.ptr + text.len;
    while (text.ptr < end) {
        const char *next = memchr(text.ptr, '<', (size_t)(end - text.ptr));
        size_t length = (size_t)((next ? next : end) - text.ptr);
        mp_buf_append(out, text.ptr, length);
        if (next)
            mp_buf_append_text(out, "\\u003c");
        text.ptr += length + (next != NULL);
    }
}

static struct mp_spool_place keep(struct html *html,
                                  const struct gh_jsonw *json)
{
    struct mp_buf text = {0};
    append_block(&text, json);
    struct mp_spool_place place = mp_spool_add(&html->spool, mp_buf_str(&text));
    mp_buf_finish(&text);
    return place;
}

/* ---- a case in the list ---- */

static void put_tags(struct gh_jsonw *out, const struct mp_case_result *result)
{
    if (!result->tag_count)
        return;
    gh_jsonw_key(out, "tags");
    gh_jsonw_array_begin(out);
    for (size_t i = 0; i < result->tag_count; i++)
        gh_jsonw_cstring(out, result->tags[i]);
    gh_jsonw_array_end(out);
}

static void put_slowest(struct gh_jsonw *out,
                        const struct mp_case_result *result)
{
    const struct mp_result_step *slowest = NULL;
    for (size_t i = 0; i < result->step_count; i++) {
        if (!slowest || result->steps[i].duration_ms > slowest->duration_ms)
            slowest = &result->steps[i];
    }
    if (!slowest || !(slowest->duration_ms > 0))
        return;
    mp_members_number(out, "slowest", slowest - result->steps + 1);
    mp_members_ms(out, "slowest_ms", slowest->duration_ms);
}

static void put_line(struct gh_jsonw *out, const struct mp_case_result *result)
{
    gh_jsonw_object_begin(out);
    mp_members_case(out, result);
    mp_members_text(out, "uri", result->uri);
    mp_members_known(out, "line", result->line);
    put_tags(out, result);
    put_slowest(out, result);
    if (result->flaky && result->earlier) {
        struct mp_buf message = {0};
        mp_failure_summarise(&message, result->earlier);
        mp_members_text_if(out, "earlier", mp_buf_text(&message));
        mp_buf_finish(&message);
    }
    gh_jsonw_object_end(out);
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct html *html = (struct html *)report;
    struct gh_jsonw out;
    if (html->count == html->capacity) {
        html->capacity = html->capacity * 2 + 64;
        html->entries =
            gh_realloc(html->entries, html->capacity * sizeof(*html->entries));
    }
    struct entry entry = {.number = result->number};
    gh_jsonw_init(&out);
    put_line(&out, result);
    entry.line = keep(html, &out);
    gh_jsonw_clear(&out);
    mp_pagecase_write(&out, result, report->options->repeat, html->folder);
    entry.block = keep(html, &out);
    gh_jsonw_finish(&out);
    html->entries[html->count++] = entry;
}

/* ---- the file ---- */

static const char *own_folder(struct html *html)
{
    const struct mp_report_options *options = html->base.options;
    char *real = options->artifacts ? mp_fs_absolute(options->artifacts) : NULL;
    bool own =
        real && (!options->past || (options->journal_folder &&
                                    !strcmp(real, options->journal_folder)));
    const char *folder =
        own ? gh_arena_copy(&html->arena, gh_str_of(real)) : NULL;
    gh_free(real);
    return folder;
}

static void on_record(struct mp_report *report, const struct mp_record *record)
{
    struct html *html = (struct html *)report;
    if (record->type != MP_RECORD_RUN_STARTED)
        return;
    html->folder = own_folder(html);
    if (record->libraries)
        html->libraries =
            gh_arena_copy(&html->arena, gh_str_of(record->libraries));
    if (record->machine)
        html->machine = gh_arena_copy(&html->arena, gh_str_of(record->machine));
}

static void put_run(struct gh_jsonw *out, const struct html *html)
{
    const struct mp_report *report = &html->base;
    const struct mp_run_result *run = &report->results->run;
    const char *artifacts = report->options->artifacts;
    gh_jsonw_object_begin(out);
    mp_members_number(out, "version", PAGE_VERSION);
    gh_jsonw_key(out, "run");
    gh_jsonw_object_begin(out);
    mp_members_run(out, run);
    mp_members_text_if(out, "command", run->command);
    mp_members_text_if(out, "cwd", run->cwd);
    mp_members_text_if(out, "containment", run->containment);
    mp_members_text_if(out, "libraries", html->libraries);
    mp_members_text_if(out, "machine", html->machine);
    mp_members_text_if(out, "artifacts", artifacts ? artifacts : "");
    mp_members_known(out, "signal", run->signal);
    gh_jsonw_key(out, "strict");
    gh_jsonw_bool(out, report->results->tally.strict);
    gh_jsonw_object_end(out);
    mp_members_counts(out, &report->results->tally);
    mp_blames_json(out, report->blames);
    gh_jsonw_object_end(out);
}

static void append_text(struct html *html, const char *text)
{
    mp_output_append(&html->base.output, text, strlen(text));
}

static void append_place(struct html *html, struct mp_spool_place place,
                         struct mp_buf *scratch)
{
    mp_spool_read(&html->spool, place, scratch);
    mp_output_append(&html->base.output, mp_buf_text(scratch), scratch->len);
}

static void append_run(struct html *html, struct mp_buf *scratch)
{
    struct gh_jsonw out;
    gh_jsonw_init(&out);
    put_run(&out, html);
    mp_buf_reset(scratch);
    append_block(scratch, &out);
    gh_jsonw_finish(&out);
    append_text(html, "<script type=\"application/json\" id=\"run\">");
    mp_output_append(&html->base.output, mp_buf_text(scratch), scratch->len);
    append_text(html, "</script>\n");
}

static void append_cases(struct html *html, struct mp_buf *scratch)
{
    append_text(html, "<script type=\"application/json\" id=\"cases\">[");
    for (size_t i = 0; i < html->count; i++) {
        append_text(html, i ? ",\n" : "\n");
        append_place(html, html->entries[i].line, scratch);
    }
    append_text(html, "\n]</script>\n");
    for (size_t i = 0; i < html->count; i++) {
        struct mp_buf head = {0};
        mp_buf_format(&head,
                      "<script type=\"application/json\" id=\"case-%lld\">",
                      (long long)html->entries[i].number);
        append_text(html, mp_buf_text(&head));
        append_place(html, html->entries[i].block, scratch);
        append_text(html, "</script>\n");
        mp_buf_finish(&head);
    }
}

static int by_number(const void *a, const void *b)
{
    const struct entry *first = a, *second = b;
    return (first->number > second->number) - (first->number < second->number);
}

static bool on_run_finished(struct mp_report *report)
{
    struct html *html = (struct html *)report;
    struct mp_output *output = &report->output;
    struct mp_buf scratch = {0};
    if (html->count)
        qsort(html->entries, html->count, sizeof(*html->entries), by_number);
    mp_output_append(output, mp_page_head, mp_page_head_bytes);
    append_run(html, &scratch);
    append_cases(html, &scratch);
    mp_output_append(output, mp_page_tail, mp_page_tail_bytes);
    mp_buf_finish(&scratch);
    if (html->spool.error && !output->error)
        output->error = html->spool.error;
    return mp_output_commit(output);
}

static void on_created(struct mp_report *report)
{
    struct html *html = (struct html *)report;
    html->libraries = html->machine = "";
}

static void finish(struct mp_report *report)
{
    struct html *html = (struct html *)report;
    gh_free(html->entries);
    mp_spool_finish(&html->spool);
    gh_arena_finish(&html->arena);
}

const struct mp_report_kind mp_html_kind = {
    .name = "html",
    .about = "a page to look at: grid, timelines, failures; in one file",
    .size = sizeof(struct html),
    .on_created = on_created,
    .on_record = on_record,
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
