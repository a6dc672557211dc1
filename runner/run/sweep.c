/* What a case left behind when it is over: processes and files. */
#include "runner/run/case_private.h"

#include <string.h>

#include "runner/base/text.h"

#define LEAK_TEXT_MAX 2000

static void emit_note(struct mp_case_run *run, const char *level,
                      const char *text)
{
    struct mp_record record = mp_case_record(run, MP_RECORD_NOTE);
    record.level = level;
    record.text = text;
    mp_emit(run->options.context, &record);
}

/* Something left behind: leaked, or a note where a step killed a process. */
static void tell_leak(struct mp_case_run *run, const char *what,
                      const struct mp_buf *list)
{
    bool excused = false;
    for (size_t i = 0; i < run->server_count; i++)
        excused = excused || run->servers[i].on_request ||
                  (run->servers[i].unjudged && !run->servers[i].ahead);
    struct mp_buf text = {0};
    mp_buf_format(&text, "%s: %.*s", what, LEAK_TEXT_MAX, mp_buf_text(list));
    if (excused)
        emit_note(run, "note", text.data);
    else
        mp_case_count_cause(run, MP_LEAKED, text.data, NULL);
    mp_buf_finish(&text);
}

static void set_mark(struct mp_buf *mark, const char *scenario_id)
{
    mp_buf_reset(mark);
    mp_buf_append_text(mark, "MPRUN_SCENARIO_ID=");
    mp_buf_append_text(mark, scenario_id);
}

/* Processes that are kept carry the mark of their first case, and those that
 * were to be kept have control groups of their own. */
static void sweep_kept(struct mp_case_run *run, struct mp_buf *found)
{
    struct mp_contain *contain = &run->options.context->contain;
    struct mp_buf mark = {0};
    for (size_t i = 0; i < run->server_count; i++) {
        const struct mp_server *server = &run->servers[i];
        if (server->incarnation && server->first_mark) {
            set_mark(&mark, server->first_mark);
            mp_contain_sweep_adopted(contain, mark.data, false, found);
        }
        if (server->group && server->standing != MP_SERVER_RESTED) {
            set_mark(&mark, server->group);
            mp_contain_sweep(contain, mark.data, false, found);
        }
    }
    mp_buf_finish(&mark);
}

/* Was anything started in the control group of the case? */
static bool has_group(const struct mp_case_run *run)
{
    for (size_t i = 0; i < run->server_count; i++) {
        if (run->servers[i].incarnation && !run->servers[i].group)
            return true;
    }
    return false;
}

/* What carries no mark is this case's only if no other has run beside it; the
 * last one has to answer for the others. */
static void sweep_processes(struct mp_case_run *run)
{
    struct mp_run_context *context = run->options.context;
    struct mp_buf mark = {0}, found = {0};
    bool last = context->running_cases <= 1;
    bool alone = last && context->overlaps == run->overlaps;
    set_mark(&mark, run->options.source->scenario_id);
    if (has_group(run))
        mp_contain_sweep(&context->contain, mark.data, alone, &found);
    else
        mp_contain_sweep_adopted(&context->contain, mark.data, alone, &found);
    sweep_kept(run, &found);
    if (found.len)
        tell_leak(run, "left processes behind", &found);
    mp_buf_reset(&found);
    if (last && !alone &&
        mp_contain_sweep(&context->contain, mark.data, true, &found))
        tell_leak(run,
                  "left processes behind, this case or one that ran beside it "
                  "or before (-j1 tells which)",
                  &found);
    mp_buf_finish(&mark);
    mp_buf_finish(&found);
}

void mp_sweep_case(struct mp_case_run *run)
{
    struct mp_run_context *context = run->options.context;
    struct mp_buf mark = {0}, found = {0}, files = {0}, stuck = {0};
    sweep_processes(run);
    mp_workspace_clear(&run->workspace, context->options->keep, &found, &files,
                       &stuck);
    if (found.len)
        tell_leak(run, "left behind", &found);
    if (files.len) {
        mp_buf_reset(&mark);
        mp_buf_format(&mark, "left files in sharedDir: %.*s", LEAK_TEXT_MAX,
                      files.data);
        emit_note(run, "note", mark.data);
    }
    if (stuck.len) {
        mp_buf_reset(&mark);
        mp_buf_format(&mark, "cannot remove %.*s", LEAK_TEXT_MAX, stuck.data);
        emit_note(run, "warning", mark.data);
    }
    if (context->options->keep) {
        mp_buf_reset(&mark);
        mp_buf_format(&mark, "its sharedDir is kept: %s",
                      run->workspace.shared_dir);
        emit_note(run, "note", mark.data);
    }
    mp_buf_finish(&mark);
    mp_buf_finish(&found);
    mp_buf_finish(&files);
    mp_buf_finish(&stuck);
}

void mp_sweep_dropped(struct mp_case_run *run)
{
    struct mp_run_context *context = run->options.context;
    struct mp_buf mark = {0}, found = {0};
    set_mark(&mark, run->options.source->scenario_id);
    mp_contain_sweep(&context->contain, mark.data, false, &found);
    mp_workspace_clear(&run->workspace, false, &found, &found, &found);
    mp_workspace_drop_empty(&run->workspace, NULL);
    mp_buf_finish(&mark);
    mp_buf_finish(&found);
}
