#include "runner/report/pagecase.h"

#include <string.h>
#include <sys/stat.h>

#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/report/actor.h"
#include "runner/report/diff.h"
#include "runner/report/failure.h"
#include "runner/report/members.h"
#include "runner/report/style.h"

/* Of a text; of a line; of an attachment, and of all of a case; lines at the
 * beginning and at the end of an attempt. */
#define TEXT_BYTES       65536u
#define LINE_BYTES       4096u
#define ATTACHMENT_BYTES (3u << 19)
#define ATTACHED_BYTES   (6u << 20)
#define FIRST_LINES      1000u
#define LAST_LINES       1000u

struct page {
    struct gh_jsonw *out;
    const struct mp_case_result *result; /* the attempt */
    const char *folder;                  /* of the run, real; NULL: none */
    size_t attached;                     /* bytes of attachments so far */
    struct gh_arena arena;               /* of texts that were cut */
};

static void put_cut(struct page *page, const char *key, const char *text,
                    size_t most)
{
    static const struct mp_style plain;
    mp_members_text(page->out, key,
                    mp_style_shorten(&plain, &page->arena, text, most));
}

static void put_text(struct page *page, const char *key, const char *text)
{
    if (*text)
        put_cut(page, key, text, TEXT_BYTES);
}

static void put_flag(struct gh_jsonw *out, const char *key, bool value)
{
    if (!value)
        return;
    gh_jsonw_key(out, key);
    gh_jsonw_bool(out, true);
}

static void put_status(struct gh_jsonw *out, enum mp_status status)
{
    if (status != MP_NOT_RUN)
        mp_members_text(out, "status", mp_status_name(status));
}

/* A time is told also where it is 0. */
static void put_time(struct gh_jsonw *out, const char *key, double ms)
{
    gh_jsonw_key(out, key);
    gh_jsonw_thousandths(out, ms);
}

static void begin_list(struct page *page, const char *key)
{
    gh_jsonw_key(page->out, key);
    gh_jsonw_array_begin(page->out);
}

/* ---- steps ---- */

static void put_diff(struct page *page, const struct mp_answer *answer)
{
    const char *expected = answer->expected, *actual = answer->actual;
    if (*answer->diff) {
        put_text(page, "diff", answer->diff);
        return;
    }
    if (!expected || !actual ||
        (!strchr(expected, '\n') && !strchr(actual, '\n')))
        return;
    struct mp_buf diff = {0};
    mp_diff_append(&diff, expected, actual);
    put_text(page, "diff", mp_buf_text(&diff));
    mp_buf_finish(&diff);
}

static void put_answer(struct page *page, const struct mp_answer *answer)
{
    gh_jsonw_object_begin(page->out);
    mp_members_text(page->out, "process", answer->process);
    mp_members_text_if(page->out, "platform", answer->platform);
    put_status(page->out, answer->status);
    mp_members_ms(page->out, "ms", answer->duration_ms);
    put_text(page, "text", answer->text);
    mp_members_text_if(page->out, "type", answer->failure_type);
    if (answer->expected)
        put_cut(page, "expected", answer->expected, TEXT_BYTES);
    if (answer->actual)
        put_cut(page, "actual", answer->actual, TEXT_BYTES);
    put_diff(page, answer);
    put_text(page, "stack", answer->stack);
    put_text(page, "location", answer->location);
    if (strcmp(answer->data, "{}") != 0)
        put_text(page, "data", answer->data);
    put_text(page, "advice", answer->advice);
    gh_jsonw_object_end(page->out);
}

/* A lone answer that passed says nothing that the step does not. */
static bool is_telling(const struct mp_result_step *step)
{
    return step->answers &&
           (step->answers->next || step->answers->status != MP_PASSED ||
            *step->answers->text);
}

static void put_step(struct page *page, const struct mp_result_step *step)
{
    struct gh_jsonw *out = page->out;
    gh_jsonw_object_begin(out);
    mp_members_text_if(out, "keyword", step->keyword);
    put_text(page, "text", step->text);
    mp_members_known(out, "line", step->line);
    mp_members_text_if(out, "process", step->process);
    mp_members_text_if(out, "platform", step->platform);
    if (strcmp(step->kind, "send") != 0)
        mp_members_text_if(out, "kind", step->kind);
    put_text(page, "argument", step->argument);
    put_status(out, step->status);
    if (step->started) {
        put_time(out, "start", step->request_ms);
        mp_members_ms(out, "ms", step->duration_ms);
    }
    put_text(page, "message", step->message);
    if (is_telling(step)) {
        begin_list(page, "answers");
        for (const struct mp_answer *answer = step->answers; answer;
             answer = answer->next)
            put_answer(page, answer);
        gh_jsonw_array_end(out);
    }
    gh_jsonw_object_end(out);
}

/* ---- processes ---- */

static void put_life(struct page *page, const struct mp_incarnation *life)
{
    struct gh_jsonw *out = page->out;
    struct mp_buf ending = {0};
    gh_jsonw_object_begin(out);
    mp_members_known(out, "pid", life->pid);
    put_text(page, "command", life->command);
    mp_members_text_if(out, "server", life->server);
    put_time(out, "start", life->start_ms);
    if (life->ready)
        put_time(out, "ready_ms", life->ready_ms);
    if (life->hidden_ms > 0)
        put_time(out, "hidden_ms", life->hidden_ms);
    if (life->ended) {
        put_time(out, "end", life->end_ms);
        mp_actor_ending(&ending, life);
        put_text(page, "ending", mp_buf_text(&ending));
        if (life->exited)
            mp_members_number(out, "exit", life->exit_code);
        mp_members_known(out, "signal", life->signal);
        put_flag(out, "expected", life->expected_death);
        mp_members_metrics(out, &life->metrics);
    }
    gh_jsonw_object_end(out);
    mp_buf_finish(&ending);
}

static void put_processes(struct page *page)
{
    begin_list(page, "processes");
    for (const struct mp_process_result *process = page->result->processes;
         process; process = process->next) {
        gh_jsonw_object_begin(page->out);
        mp_members_text(page->out, "name", process->name);
        mp_members_text_if(page->out, "platform", process->platform);
        begin_list(page, "lives");
        for (const struct mp_incarnation *life = process->incarnations; life;
             life = life->next)
            put_life(page, life);
        gh_jsonw_array_end(page->out);
        gh_jsonw_object_end(page->out);
    }
    gh_jsonw_array_end(page->out);
}

/* ---- lines ---- */

static void put_log_line(struct page *page, const struct mp_line *line)
{
    gh_jsonw_object_begin(page->out);
    put_time(page->out, "time", line->time_ms);
    mp_members_known(page->out, "step", line->step);
    mp_members_text_if(page->out, "process", line->process);
    if (strcmp(line->source, "log") != 0)
        mp_members_text(page->out, "source", line->source);
    mp_members_text_if(page->out, "level", line->level);
    mp_members_text_if(page->out, "sent", line->sent_time);
    put_cut(page, "text", line->text, LINE_BYTES);
    gh_jsonw_object_end(page->out);
}

static void put_lines(struct page *page)
{
    size_t count = 0, number = 0, left_out = 0;
    const struct mp_line *line;
    for (line = page->result->lines; line; line = line->next)
        count++;
    if (!count)
        return;
    if (count > FIRST_LINES + LAST_LINES)
        left_out = count - FIRST_LINES - LAST_LINES;
    begin_list(page, "lines");
    for (line = page->result->lines; line; line = line->next, number++) {
        if (number < FIRST_LINES || number >= FIRST_LINES + left_out)
            put_log_line(page, line);
    }
    gh_jsonw_array_end(page->out);
    mp_members_known(page->out, "lines_left_out", (int64_t)left_out);
}

/* ---- attachments ---- */

static void put_base64(struct gh_jsonw *out, const struct mp_buf *bytes)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = (const unsigned char *)bytes->data;
    char four[4];
    struct gh_str part = {four, sizeof(four)};
    gh_jsonw_string_begin(out);
    for (size_t left = bytes->len; left;
         at += left < 3 ? left : 3, left -= left < 3 ? left : 3) {
        unsigned group = (unsigned)at[0] << 16;
        group |= left > 1 ? (unsigned)at[1] << 8 : 0;
        group |= left > 2 ? at[2] : 0;
        four[0] = digits[group >> 18];
        four[1] = digits[group >> 12 & 63];
        four[2] = left > 1 ? digits[group >> 6 & 63] : '=';
        four[3] = left > 2 ? digits[group & 63] : '=';
        gh_jsonw_string_part(out, part);
    }
    gh_jsonw_string_end(out);
}

/* A journal may name any file of this machine: only what lies in the run's
 * own folder goes into a page that others will see. */
static bool read_own_file(struct page *page, const char *path,
                          struct mp_buf *bytes)
{
    struct stat st;
    char *real = page->folder ? mp_fs_absolute(path) : NULL;
    size_t length = real ? strlen(page->folder) : 0;
    bool ok = real && !strncmp(real, page->folder, length) &&
              real[length] == '/' && !stat(real, &st) && S_ISREG(st.st_mode) &&
              mp_fs_read(real, ATTACHMENT_BYTES / 4 * 3, bytes);
    gh_free(real);
    return ok;
}

static bool takes(struct page *page, size_t bytes)
{
    if (bytes > ATTACHMENT_BYTES || page->attached + bytes > ATTACHED_BYTES)
        return false;
    page->attached += bytes;
    return true;
}

static void put_file(struct page *page, const char *path)
{
    struct mp_buf bytes = {0};
    mp_members_text(page->out, "path", path);
    if (read_own_file(page, path, &bytes) && takes(page, bytes.len)) {
        mp_members_text(page->out, "encoding", "base64");
        gh_jsonw_key(page->out, "body");
        put_base64(page->out, &bytes);
    }
    mp_buf_finish(&bytes);
}

static void put_attachment(struct page *page,
                           const struct mp_result_attachment *item)
{
    struct gh_jsonw *out = page->out;
    gh_jsonw_object_begin(out);
    mp_members_known(out, "step", item->step);
    mp_members_text_if(out, "process", item->process);
    mp_members_text(out, "name", item->name);
    mp_members_text_if(out, "type", item->media_type);
    mp_members_text_if(out, "kind", item->kind);
    put_text(page, "command", item->command);
    if (item->path) {
        put_file(page, item->path);
    } else if (item->body && takes(page, strlen(item->body))) {
        mp_members_text_if(out, "encoding", item->encoding);
        mp_members_text(out, "body", item->body);
    }
    gh_jsonw_object_end(out);
}

static void put_attachments(struct page *page)
{
    if (!page->result->attachments)
        return;
    begin_list(page, "attachments");
    for (const struct mp_result_attachment *item = page->result->attachments;
         item; item = item->next)
        put_attachment(page, item);
    gh_jsonw_array_end(page->out);
}

/* ---- what else there is ---- */

static void put_exports(struct page *page)
{
    const struct mp_result_export *item = page->result->exports;
    if (!item)
        return;
    begin_list(page, "exports");
    for (; item; item = item->next) {
        gh_jsonw_object_begin(page->out);
        mp_members_known(page->out, "step", item->step);
        mp_members_text_if(page->out, "process", item->process);
        mp_members_text(page->out, "name", item->name);
        put_cut(page, "value", item->value, TEXT_BYTES);
        gh_jsonw_object_end(page->out);
    }
    gh_jsonw_array_end(page->out);
}

static void put_notes(struct page *page)
{
    const struct mp_note *note = page->result->notes;
    if (!note)
        return;
    begin_list(page, "notes");
    for (; note; note = note->next) {
        gh_jsonw_object_begin(page->out);
        mp_members_text(page->out, "level", note->level);
        mp_members_known(page->out, "step", note->step);
        mp_members_text_if(page->out, "process", note->process);
        put_cut(page, "text", note->text, TEXT_BYTES);
        gh_jsonw_object_end(page->out);
    }
    gh_jsonw_array_end(page->out);
}

static void put_causes(struct page *page)
{
    const struct mp_cause *cause = page->result->causes;
    if (!cause)
        return;
    begin_list(page, "causes");
    for (; cause; cause = cause->next) {
        gh_jsonw_object_begin(page->out);
        put_status(page->out, cause->status);
        mp_members_text_if(page->out, "process", cause->process);
        put_cut(page, "text", cause->text, TEXT_BYTES);
        gh_jsonw_object_end(page->out);
    }
    gh_jsonw_array_end(page->out);
}

static void put_attempt(struct page *page)
{
    const struct mp_case_result *result = page->result;
    const struct mp_result_step *cause = mp_failure_step(result);
    struct gh_jsonw *out = page->out;
    gh_jsonw_object_begin(out);
    mp_members_number(out, "attempt", result->attempt);
    put_status(out, result->status);
    put_time(out, "start", result->start_ms);
    mp_members_ms(out, "ms", result->duration_ms);
    put_text(page, "text", result->text);
    if (cause && result->status != MP_PASSED)
        mp_members_number(out, "step", cause - result->steps + 1);
    mp_members_text_if(out, "process", result->cause_process);
    mp_members_text_if(out, "folder", result->artifacts);
    begin_list(page, "steps");
    for (size_t i = 0; i < result->step_count; i++)
        put_step(page, &result->steps[i]);
    gh_jsonw_array_end(out);
    put_processes(page);
    put_lines(page);
    put_attachments(page);
    mp_members_states(out, result);
    put_exports(page);
    put_notes(page);
    put_causes(page);
    gh_jsonw_object_end(out);
}

static void put_repeat(struct gh_jsonw *out,
                       const struct mp_case_result *result, const char *repeat)
{
    struct mp_buf command = {0};
    mp_buf_format(&command, "%s ", repeat ? repeat : "mprun");
    mp_words_quote(&command, result->id);
    mp_members_text(out, "repeat", mp_buf_text(&command));
    mp_buf_finish(&command);
}

void mp_pagecase_write(struct gh_jsonw *out,
                       const struct mp_case_result *result, const char *repeat,
                       const char *folder)
{
    struct page page = {.out = out, .folder = folder};
    gh_jsonw_object_begin(out);
    put_repeat(out, result, repeat);
    /* The last attempt first. */
    begin_list(&page, "attempts");
    for (; result; result = result->earlier) {
        page.result = result;
        put_attempt(&page);
    }
    gh_jsonw_array_end(out);
    gh_jsonw_object_end(out);
    gh_arena_finish(&page.arena);
}
