#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/report/failure.h"
#include "runner/report/markdown.h"

/* For a job of GitHub Actions: what progress prints, then an annotation for
 * each place that failed, as a workflow command; and the grid of markdown,
 * added to the job's summary. In a file, the annotations alone. */

/* GitHub shows so many errors and so many warnings of a step and drops the
 * rest without a word: the last one says how many there are more. */
#define MOST_SHOWN    10u
#define MESSAGE_BYTES 2000u
#define MOST_NAMED    4u /* combinations in a message */
/* Of the summary of a step; GitHub takes none that is longer. */
#define SUMMARY_BYTES (1u << 20)
#define LEAST_BYTES   4096u

struct named {
    int64_t number;
    const char *combination; /* in the arena */
};

/* A step that failed, on one combination or on several. What is told of it is
 * what is told of its first case in the plan, whichever ended first. */
struct place {
    int64_t number; /* of the first case */
    bool flaky;
    enum mp_status status;
    const char *uri, *name, *text; /* in the arena */
    int64_t line, scenario_line;
    size_t cases;
    struct named named[MOST_NAMED]; /* the first ones, by number */
    size_t named_count;
    bool again;  /* rows or repetitions: a combination stands for several */
    bool others; /* combinations that are not in named */
};

struct github {
    struct mp_report base;
    struct mp_report *console; /* progress; NULL: with a path. owned */
    struct gh_arena arena;
    struct mp_markdown markdown;
    struct place *places; /* owned */
    size_t count, capacity;
};

/* ---- what failed ---- */

static bool is_place(const struct place *place,
                     const struct mp_case_result *result, int64_t line)
{
    return place->line == line && place->status == result->status &&
           place->flaky == result->flaky && !strcmp(place->uri, result->uri);
}

static struct place *get_place(struct github *github,
                               const struct mp_case_result *result,
                               int64_t line)
{
    for (size_t i = github->count; i-- > 0;) {
        if (is_place(&github->places[i], result, line))
            return &github->places[i];
    }
    if (github->count == github->capacity) {
        github->capacity = github->capacity * 2 + 16;
        github->places = gh_realloc(github->places,
                                    github->capacity * sizeof(*github->places));
    }
    struct place *place = &github->places[github->count++];
    *place = (struct place){
        .number = result->number,
        .flaky = result->flaky,
        .status = result->status,
        .uri = gh_arena_copy(&github->arena, gh_str_of(result->uri)),
        .line = line,
    };
    return place;
}

static const char *keep(struct github *github, const char *text)
{
    return gh_arena_copy(&github->arena, gh_str_of(text));
}

/* Of cases with one combination the first counts. False: it is there. */
static bool forget_later(struct place *place,
                         const struct mp_case_result *result)
{
    size_t at = 0;
    while (at < place->named_count &&
           strcmp(place->named[at].combination, result->combination) != 0)
        at++;
    if (at == place->named_count)
        return true;
    place->again = true;
    if (place->named[at].number < result->number)
        return false;
    place->named_count--;
    memmove(&place->named[at], &place->named[at + 1],
            (place->named_count - at) * sizeof(*place->named));
    return true;
}

static void add_name(struct github *github, struct place *place,
                     const struct mp_case_result *result)
{
    if (!*result->combination || !forget_later(place, result))
        return;
    size_t at = place->named_count;
    place->others = place->others || at == MOST_NAMED;
    while (at && place->named[at - 1].number > result->number)
        at--;
    if (at == MOST_NAMED)
        return;
    if (place->named_count < MOST_NAMED)
        place->named_count++;
    for (size_t i = place->named_count - 1; i > at; i--)
        place->named[i] = place->named[i - 1];
    place->named[at] =
        (struct named){result->number, keep(github, result->combination)};
}

static void tell(struct github *github, struct place *place,
                 const struct mp_case_result *failed)
{
    static const struct mp_style plain;
    struct mp_buf text = {0};
    mp_failure_summarise(&text, failed);
    const char *whole = keep(github, mp_buf_text(&text));
    place->text =
        mp_style_shorten(&plain, &github->arena, whole, MESSAGE_BYTES);
    place->number = failed->number;
    place->name = keep(github, failed->name);
    place->scenario_line = failed->line;
    mp_buf_finish(&text);
}

static void add_place(struct github *github,
                      const struct mp_case_result *result)
{
    /* Of a flaky pass, the last failure is what matters. */
    const struct mp_case_result *failed =
        result->flaky && result->earlier ? result->earlier : result;
    const struct mp_result_step *step = mp_failure_step(failed);
    struct place *place = get_place(
        github, result, step && step->line ? step->line : result->line);
    if (!place->cases++ || result->number < place->number)
        tell(github, place, failed);
    add_name(github, place, result);
}

/* ---- workflow commands ---- */

/* As GitHub decodes it; a property may not hold what ends it. */
static void append_encoded(struct mp_buf *out, const char *text,
                           bool is_property)
{
    for (; *text; text++) {
        if (*text == '%' || *text == '\r' || *text == '\n' ||
            (is_property && (*text == ':' || *text == ',')))
            mp_buf_format(out, "%%%02X", (unsigned)*text);
        else
            mp_buf_append_char(out, *text);
    }
}

static void append_property(struct mp_buf *out, const char *text)
{
    static const struct mp_style plain;
    struct mp_buf safe = {0};
    mp_style_text(&safe, &plain, MP_COLOUR_NONE, text);
    append_encoded(out, mp_buf_text(&safe), true);
    mp_buf_finish(&safe);
}

/* From the root of the repository, if that is known: what GitHub looks for. */
static void append_file(struct mp_buf *out, const struct github *github,
                        const char *uri)
{
    const char *root = github->base.options->workspace;
    const char *cwd = github->base.results->run.cwd;
    size_t length = root ? strlen(root) : 0;
    struct mp_buf path = {0};
    while (length && root[length - 1] == '/')
        length--;
    if (*uri != '/' && length && !strncmp(cwd, root, length) &&
        cwd[length] == '/' && cwd[length + 1])
        mp_buf_format(&path, "%s/", cwd + length + 1);
    if (length && !strncmp(uri, root, length) && uri[length] == '/')
        uri += length + 1;
    mp_buf_append_text(&path, strncmp(uri, "./", 2) ? uri : uri + 2);
    append_property(out, mp_buf_text(&path));
    mp_buf_finish(&path);
}

static void append_message(struct mp_buf *out, const struct github *github,
                           const struct place *place)
{
    static const struct mp_style plain;
    struct mp_buf text = {0}, safe = {0}, id = {0};
    const char *repeat = github->base.options->repeat;
    mp_buf_format(&text, "%s\n", place->text);
    for (size_t i = 0; i < place->named_count; i++)
        mp_buf_format(&text, i ? " %s" : "on %s", place->named[i].combination);
    if (place->others && place->again)
        mp_buf_append_text(&text, " and others");
    else if (place->others)
        mp_buf_format(&text, " and %zu more", place->cases - MOST_NAMED);
    if (place->again)
        mp_buf_format(&text, ", in %zu cases", place->cases);
    mp_buf_format(&id, "%s:%lld", place->uri, (long long)place->scenario_line);
    mp_buf_format(&text, "\n%s ", repeat ? repeat : "mprun");
    mp_words_quote(&text, mp_buf_text(&id));
    mp_style_block(&safe, &plain, MP_COLOUR_NONE, 0, mp_buf_text(&text));
    if (safe.len)
        safe.data[--safe.len] = '\0';
    append_encoded(out, mp_buf_text(&safe), false);
    mp_buf_finish(&id);
    mp_buf_finish(&safe);
    mp_buf_finish(&text);
}

static void append_annotation(struct mp_buf *out, const struct github *github,
                              const struct place *place)
{
    mp_buf_append_text(out, place->flaky ? "::warning file=" : "::error file=");
    append_file(out, github, place->uri);
    mp_buf_format(out, ",line=%lld,title=", (long long)place->line);
    mp_buf_append_text(out,
                       place->flaky ? "flaky" : mp_status_name(place->status));
    append_property(out, ": ");
    append_property(out, place->name);
    mp_buf_append_text(out, "::");
    append_message(out, github, place);
    mp_buf_append_char(out, '\n');
}

/* What counts against the run is at no place. */
static void append_cause(struct mp_buf *out, const struct mp_cause *cause)
{
    static const struct mp_style plain;
    struct mp_buf safe = {0};
    struct gh_arena arena = {0};
    const char *text =
        mp_style_shorten(&plain, &arena, cause->text, MESSAGE_BYTES);
    mp_style_block(&safe, &plain, MP_COLOUR_NONE, 0, text);
    if (safe.len)
        safe.data[--safe.len] = '\0';
    mp_buf_append_text(out, "::error title=");
    append_property(out, mp_status_name(cause->status));
    append_property(out, ": the run");
    mp_buf_append_text(out, "::");
    append_encoded(out, mp_buf_text(&safe), false);
    mp_buf_append_char(out, '\n');
    gh_arena_finish(&arena);
    mp_buf_finish(&safe);
}

static void append_level(struct mp_buf *out, const struct github *github,
                         bool flaky)
{
    const struct mp_cause *causes =
        flaky ? NULL : github->base.results->run.causes;
    size_t total = 0, shown = 0;
    for (const struct mp_cause *cause = causes; cause; cause = cause->next)
        total++;
    for (size_t i = 0; i < github->count; i++)
        total += github->places[i].flaky == flaky;
    size_t most = total > MOST_SHOWN ? MOST_SHOWN - 1 : total;
    for (; causes && shown < most; causes = causes->next, shown++)
        append_cause(out, causes);
    for (size_t i = 0; i < github->count && shown < most; i++) {
        if (github->places[i].flaky != flaky)
            continue;
        append_annotation(out, github, &github->places[i]);
        shown++;
    }
    if (shown < total)
        mp_buf_format(out, "::%s title=mprun::%zu more %s\n",
                      flaky ? "warning" : "error", total - shown,
                      flaky ? "flaky steps" : "failures");
}

/* ---- the job's summary ---- */

static bool append_to_file(const char *path, const struct mp_buf *text)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    bool ok = fd >= 0 && mp_fs_write_all(fd, mp_buf_text(text), text->len);
    int error = errno;
    if (fd >= 0 && close(fd) && ok) {
        error = errno;
        ok = false;
    }
    errno = error;
    return ok;
}

static bool add_to_summary(struct github *github)
{
    const char *path = github->base.options->job_summary;
    struct stat st;
    struct mp_buf text = {0};
    size_t room = SUMMARY_BYTES;
    if (!path)
        return true;
    if (!stat(path, &st) && st.st_size > 0)
        room -= (size_t)st.st_size < room ? (size_t)st.st_size : room;
    mp_markdown_append(&text, &github->markdown, &github->base,
                       room > LEAST_BYTES ? room : LEAST_BYTES);
    mp_buf_append_char(&text, '\n');
    errno = github->markdown.spool.error;
    bool ok = !errno && append_to_file(path, &text);
    if (!ok)
        fprintf(stderr, "mprun: %s: the job's summary was not written: %s\n",
                path, strerror(errno));
    mp_buf_finish(&text);
    return ok;
}

/* ---- the calls ---- */

static void on_created(struct mp_report *report)
{
    struct github *github = (struct github *)report;
    if (report->output.path)
        return;
    github->console = gh_alloc(mp_progress_kind.size);
    *github->console = *report;
    github->console->kind = &mp_progress_kind;
}

static void on_run_started(struct mp_report *report)
{
    struct mp_report *console = ((struct github *)report)->console;
    if (console)
        console->kind->on_run_started(console);
}

static void on_record(struct mp_report *report, const struct mp_record *record)
{
    struct mp_report *console = ((struct github *)report)->console;
    if (console)
        console->kind->on_record(console, record);
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct github *github = (struct github *)report;
    mp_markdown_add(&github->markdown, report, result);
    if (result->flaky ||
        mp_status_is_failure(result->status, report->options->strict))
        add_place(github, result);
    if (github->console)
        github->console->kind->on_case(github->console, result);
}

static void on_tick(struct mp_report *report, double now_ms)
{
    struct mp_report *console = ((struct github *)report)->console;
    if (!console)
        return;
    console->style = report->style;
    console->kind->on_tick(console, now_ms);
}

static int by_number(const void *a, const void *b)
{
    const struct place *first = a, *second = b;
    return (first->number > second->number) - (first->number < second->number);
}

static bool on_run_finished(struct mp_report *report)
{
    struct github *github = (struct github *)report;
    struct mp_buf text = {0};
    if (github->count)
        qsort(github->places, github->count, sizeof(*github->places),
              by_number);
    append_level(&text, github, false);
    append_level(&text, github, true);
    mp_output_append(&report->output, mp_buf_text(&text), text.len);
    bool ok = mp_output_commit(&report->output);
    mp_buf_finish(&text);
    if (github->console)
        github->console->kind->on_run_finished(github->console);
    return add_to_summary(github) && ok;
}

static void finish(struct mp_report *report)
{
    struct github *github = (struct github *)report;
    if (github->console)
        github->console->kind->finish(github->console);
    gh_free(github->console);
    gh_free(github->places);
    mp_markdown_finish(&github->markdown);
    gh_arena_finish(&github->arena);
}

const struct mp_report_kind mp_github_kind = {
    .name = "github",
    .about = "progress, with annotations and a job summary for GitHub Actions",
    .size = sizeof(struct github),
    .on_created = on_created,
    .on_run_started = on_run_started,
    .on_record = on_record,
    .on_case = on_case,
    .on_tick = on_tick,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
