/*
 * A case's definition, for listeners and the journal: what is played, step by
 * step, so that no plan is needed to read what comes after.
 */
#include <string.h>

#include "runner/rpc/request.h"
#include "runner/run/case_private.h"

static void emit_head(struct mp_run_context *context,
                      const struct mp_case *source, struct mp_record record)
{
    const struct mp_scenario *scenario = source->scenario;
    const char **tags = gh_alloc((scenario->tag_count + 1) * sizeof(*tags));
    for (size_t i = 0; i < scenario->tag_count; i++)
        tags[i] = scenario->tags[i].name;
    record.case_number = (int64_t)source->number;
    record.id = source->id;
    record.key = source->key;
    record.uri = scenario->uri;
    record.feature = scenario->feature;
    record.rule = *scenario->rule ? scenario->rule : NULL;
    record.name = scenario->name;
    record.scenario = scenario->scenario_name;
    record.line = scenario->at.line;
    record.combination = source->combination;
    record.tags = tags;
    record.tag_count = scenario->tag_count;
    record.repetition = source->repetition;
    record.scenario_id = source->scenario_id;
    record.seed = mp_plan_case_seed(context->options->seed, source->key);
    mp_emit(context, &record);
    gh_free(tags);
}

static void append_listed(struct mp_buf *list, const char *name)
{
    if (list->len)
        mp_buf_append_text(list, ", ");
    mp_buf_append_text(list, name);
}

static void emit_step_plan(struct mp_run_context *context,
                           const struct mp_case *source, int attempt,
                           size_t index)
{
    const struct mp_scenario *scenario = source->scenario;
    const struct mp_step *step = &scenario->steps[index];
    struct mp_buf names = {0}, platforms = {0}, argument = {0};
    for (size_t i = 0; i < step->target_count; i++) {
        const struct mp_member *member = &scenario->members[step->targets[i]];
        append_listed(&names, member->name);
        if (source->platforms)
            append_listed(&platforms, source->platforms[member->process]->name);
    }
    mp_argument_json(&argument, step);
    bool whole = !step->sent || !strcmp(step->sent, step->text);
    struct mp_record record = {.type = MP_RECORD_STEP_PLANNED,
                               .case_number = (int64_t)source->number,
                               .attempt = attempt,
                               .step = (int64_t)index + 1,
                               .keyword = step->keyword,
                               .text = step->text,
                               .name = whole ? NULL : step->sent,
                               .line = step->at.line,
                               .process = names.len ? names.data : NULL,
                               .platform =
                                   platforms.len ? platforms.data : NULL,
                               .kind = mp_action_name(step->action),
                               .argument = argument.len ? argument.data : NULL};
    mp_emit(context, &record);
    mp_buf_finish(&names);
    mp_buf_finish(&platforms);
    mp_buf_finish(&argument);
}

void mp_definition_emit(struct mp_run_context *context,
                        const struct mp_case *source, int attempt,
                        const char *artifact_dir)
{
    struct mp_record record = {.type = MP_RECORD_CASE_STARTED,
                               .attempt = attempt,
                               .total = (int64_t)source->scenario->step_count,
                               .path = artifact_dir};
    emit_head(context, source, record);
    for (size_t i = 0; i < source->scenario->step_count; i++)
        emit_step_plan(context, source, attempt, i);
}

void mp_definition_emit_planned(struct mp_run_context *context,
                                const struct mp_case *source)
{
    struct mp_record record = {.type = MP_RECORD_CASE_PLANNED};
    emit_head(context, source, record);
}
