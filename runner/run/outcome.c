/* What the running step came to, kept and told. */
#include "runner/base/text.h"
#include "runner/run/case_private.h"

/* The first text is the step's; NULL forgets it. */
void mp_outcome_set_text(struct mp_step_run *step, const char *text)
{
    if (!text) {
        gh_free(step->text);
        step->text = NULL;
    } else if (!step->text) {
        step->text = mp_text_copy(text);
    }
}

void mp_outcome_keep(struct mp_case_run *run, enum mp_status status,
                     const char *text)
{
    if (status > MP_PASSED && text)
        mp_outcome_set_text(&run->step, text);
    run->step.status = mp_status_worse(run->step.status, status);
}

/* A server's part of the running step, in mprun's own words. */
void mp_outcome_tell(struct mp_case_run *run, const struct mp_server *server,
                     enum mp_status status, const char *text)
{
    struct mp_record record = mp_server_record(server, MP_RECORD_STEP_RESULT);
    record.step = (int64_t)run->step.number;
    record.status = status;
    record.text = text;
    mp_emit(run->options.context, &record);
    mp_case_count(run, status, text, run->step.number, server->member->name);
    mp_outcome_keep(run, status, text);
}

/* What the server has to say about a step that matches no definition, or
 * several. One without snippets leaves it to the expression alone. */
static const char *find_advice(const struct mp_case_run *run, size_t step,
                               const struct mp_step_result *result,
                               struct gh_arena *arena)
{
    const struct gh_suggestion *suggestion;
    const struct mp_scenario *scenario = run->options.source->scenario;
    if (result->snippets || result->matches || result->status != MP_UNDEFINED)
        return result->snippets ? result->snippets : result->matches;
    struct gh_parameter_types *types = gh_parameter_type_registry_create();
    gh_suggestion_make(types, gh_str_of(scenario->steps[step - 1].sent), 1,
                       arena, &suggestion);
    gh_parameter_type_registry_destroy(types);
    return suggestion->source;
}

void mp_outcome_fill(struct mp_record *record,
                     const struct mp_step_result *result)
{
    bool passed = result->status == MP_PASSED;
    record->status = result->status;
    record->text = passed ? NULL : result->message;
    record->kind = result->kind;
    record->failure_type = result->type;
    record->expected = result->expected;
    record->actual = result->actual;
    record->diff = result->diff;
    record->stack = result->stack;
    record->location = result->location;
    record->data = result->data;
    record->duration_ms = result->duration_ms > 0 ? result->duration_ms : 0;
}

void mp_outcome_tell_answer(struct mp_case_run *run,
                            const struct mp_server *server, size_t step,
                            const struct mp_step_result *result)
{
    struct mp_record record = mp_server_record(server, MP_RECORD_STEP_RESULT);
    mp_outcome_fill(&record, result);
    record.step = (int64_t)step;
    struct gh_arena arena = {0};
    record.body = find_advice(run, step, result, &arena);
    mp_emit(run->options.context, &record);
    gh_arena_finish(&arena);
}

void mp_outcome_tell_finished(struct mp_case_run *run, size_t step,
                              enum mp_status status, const char *text,
                              double duration_ms)
{
    struct mp_record record = mp_case_record(run, MP_RECORD_STEP_FINISHED);
    record.step = (int64_t)step;
    record.status = status;
    record.text = text;
    record.duration_ms = duration_ms;
    mp_emit(run->options.context, &record);
}
