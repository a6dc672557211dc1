#include "runner/run/beside.h"

void mp_beside_init(struct mp_beside *beside, struct mp_run_context *context,
                    const struct mp_platform *platform, const char *name,
                    const char *purpose, const struct mp_server_events *events)
{
    const struct mp_run_options *options = context->options;
    struct mp_buf id = {0};
    beside->context = context;
    beside->scenario.name = "";
    mp_buf_format(&id, "%s-%s", name, platform->name);
    beside->source = (struct mp_case){.scenario = &beside->scenario,
                                      .key = name,
                                      .scenario_id = mp_buf_take(&id)};
    beside->member =
        (struct mp_member){.name = name, .group = name, .group_size = 1};
    size_t number = options->plan->case_count + 1 + context->beside_count++;
    mp_workspace_make(&beside->workspace, options->shared_root,
                      options->ipc_prefix, options->artifact_root,
                      beside->source.scenario_id, number, 1);
    struct mp_server_place place = {.context = context,
                                    .source = &beside->source,
                                    .workspace = &beside->workspace,
                                    .exports = &context->exports,
                                    .purpose = purpose,
                                    .attempt = 1};
    mp_server_init(&beside->server, &place, &beside->member, platform, events);
}

void mp_beside_sweep(struct mp_beside *beside, struct mp_buf *found)
{
    struct mp_run_context *context = beside->context;
    struct mp_buf mark = {0}, files = {0}, stuck = {0};
    mp_buf_format(&mark, "MPRUN_SCENARIO_ID=%s", beside->source.scenario_id);
    mp_contain_sweep(&context->contain, mark.data, false, found);
    mp_workspace_clear(&beside->workspace, context->options->keep, found,
                       &files, &stuck);
    mp_workspace_drop_empty(&beside->workspace, beside->member.name);
    mp_workspace_drop_empty(&beside->workspace, NULL);
    mp_buf_finish(&mark);
    mp_buf_finish(&files);
    mp_buf_finish(&stuck);
}

void mp_beside_finish(struct mp_beside *beside)
{
    if (!beside->context)
        return;
    mp_server_finish(&beside->server);
    mp_workspace_finish(&beside->workspace);
    gh_free((char *)beside->source.scenario_id);
    beside->context = NULL;
}
