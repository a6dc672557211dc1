#include "runner/run/hooking.h"

#include <string.h>

#include "runner/run/case_private.h"

static bool applies(const struct mp_hook *hook,
                    const struct mp_scenario *scenario)
{
    if (!hook->tags || !scenario)
        return true;
    struct gh_str *tags = gh_alloc((scenario->tag_count + 1) * sizeof(*tags));
    for (size_t i = 0; i < scenario->tag_count; i++)
        tags[i] = gh_str_of(scenario->tags[i].name);
    bool matches = gh_tagexpr_matches(hook->tags, tags, scenario->tag_count);
    gh_free(tags);
    return matches;
}

static bool is_after(enum mp_hook_type type)
{
    return type == MP_HOOK_AFTER_SCENARIO || type == MP_HOOK_AFTER_STEP ||
           type == MP_HOOK_AFTER_RUN;
}

const struct mp_hook *mp_hooking_next(struct mp_server *server,
                                      const struct mp_hooks *hooks,
                                      enum mp_hook_type type,
                                      const struct mp_scenario *scenario)
{
    struct mp_hooking *hooking = &server->hooking;
    while (hooking->looked < hooks->count) {
        size_t at = hooking->looked++;
        const struct mp_hook *hook =
            &hooks->list[is_after(type) ? hooks->count - 1 - at : at];
        if (hook->type == type && applies(hook, scenario))
            return hook;
    }
    return NULL;
}

void mp_hooking_tell(struct mp_server *server, const struct mp_hook *hook,
                     int64_t number, size_t step)
{
    struct mp_record record = mp_server_record(server, MP_RECORD_HOOK);
    record.hook = number;
    record.step = (int64_t)step;
    record.id = hook->id;
    record.kind = mp_hook_type_name(hook->type);
    record.name = hook->name;
    record.location = *hook->location ? hook->location : NULL;
    mp_emit(server->place.context, &record);
}

void mp_hooking_leave_out(struct mp_server *server, int64_t number)
{
    struct mp_record record = mp_server_record(server, MP_RECORD_HOOK_RESULT);
    record.hook = number;
    record.status = MP_NOT_RUN;
    mp_emit(server->place.context, &record);
}

/* Of a step that was not run that is so; all else begins as passed. */
static const char *status_told(enum mp_status status, enum mp_hook_type type)
{
    bool begins = status == MP_NOT_RUN && type != MP_HOOK_AFTER_STEP;
    return mp_status_name(begins ? MP_PASSED : status);
}

void mp_hooking_send(struct mp_server *server, const struct mp_hook *hook,
                     int64_t number, const struct mp_hooking_place *around)
{
    struct mp_hooking *hooking = &server->hooking;
    const struct mp_server_place *place = &server->place;
    struct mp_hook_call call = {
        .hook = hook->id,
        .process = server->member->name,
        .platform = server->platform->name,
        .scenario_id = place->source->scenario_id,
        .status = status_told(around->status, server->hooking.type),
        .scenario = around->scenario,
        .step =
            around->step ? &around->scenario->steps[around->step - 1] : NULL,
        .step_index = (int64_t)around->step,
        .attempt = place->attempt,
        .timeout_ms = around->timeout_ms};
    struct mp_export *exports = mp_exports_list(
        place->exports, &place->context->exports, &call.export_count);
    call.exports = exports;
    hooking->number = number;
    hooking->hook = hook;
    hooking->started_ms = mp_context_lived(place->context);
    hooking->until = around->timeout_ms ? mp_clock_now(&place->context->clock) +
                                              (uint64_t)around->timeout_ms
                                        : 0;
    mp_server_execute_hook(server, &call);
    gh_free(exports);
}

void mp_hooking_finish(struct mp_server *server,
                       const struct mp_step_result *result)
{
    struct mp_hooking *hooking = &server->hooking;
    struct mp_record record = mp_server_record(server, MP_RECORD_HOOK_RESULT);
    mp_outcome_fill(&record, result);
    record.hook = hooking->number;
    record.duration_ms =
        mp_context_lived(server->place.context) - hooking->started_ms;
    mp_emit(server->place.context, &record);
    server->awaited = false;
    hooking->number = 0;
    hooking->until = 0;
}

void mp_hooking_append_title(struct mp_buf *out, const struct mp_hook *hook)
{
    mp_buf_append_text(out, mp_hook_type_name(hook->type));
    if (hook->name)
        mp_buf_format(out, " '%s'", hook->name);
    if (*hook->location)
        mp_buf_format(out, " (%s)", hook->location);
}
