/*
 * A case's definition, for listeners and the journal: what is played, step by
 * step, so that no plan is needed to read what comes after.
 */
#include "runner/rpc/request.h"
#include "runner/run/case_private.h"

static void emit_started(struct mp_run_context *context,
                         const struct mp_case *source, int attempt,
                         const char *artifact_dir)
{
    const struct mp_scenario *scenario = source->scenario;
    const char **tags = gh_alloc((scenario->tag_count + 1) * sizeof(*tags));
    for (size_t i = 0; i < scenario->tag_count; i++)
        tags[i] = scenario->tags[i].name;
    struct mp_record record = {
        .type = MP_RECORD_CASE_STARTED,
        .case_number = (int64_t)source->number,
        .attempt = attempt,
        .id = source->id,
        .key = source->key,
        .uri = scenario->uri,
        .feature = scenario->feature,
        .rule = *scenario->rule ? scenario->rule : NULL,
        .name = scenario->name,
        .scenario = scenario->scenario_name,
        .line = scenario->at.line,
        .combination = source->combination,
        .tags = tags,
        .tag_count = scenario->tag_count,
        .scenario_id = source->scenario_id,
        .seed = mp_plan_case_seed(context->options->seed, source->key),
        .total = (int64_t)scenario->step_count,
        .path = artifact_dir};
    mp_emit(context, &record);
    gh_free(tags);
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
        mp_buf_format(&names, "%s%s", i ? ", " : "", member->name);
        if (source->platforms)
            mp_buf_format(&platforms, "%s%s", i ? ", " : "",
                          source->platforms[member->process]->name);
    }
    mp_argument_json(&argument, step);
    struct mp_record record = {.type = MP_RECORD_STEP_PLANNED,
                               .case_number = (int64_t)source->number,
                               .attempt = attempt,
                               .step = (int64_t)index + 1,
                               .keyword = step->keyword,
                               .text = step->text,
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
    emit_started(context, source, attempt, artifact_dir);
    for (size_t i = 0; i < source->scenario->step_count; i++)
        emit_step_plan(context, source, attempt, i);
}
