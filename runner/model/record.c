#include "runner/model/record.h"

static const char *const type_table[MP_RECORD_TYPE_COUNT] = {
    [MP_RECORD_RUN_STARTED] = "run-started",
    [MP_RECORD_CASE_PLANNED] = "case-planned",
    [MP_RECORD_SOURCE] = "source",
    [MP_RECORD_DEFINITIONS] = "definitions",
    [MP_RECORD_CASE_STARTED] = "case-started",
    [MP_RECORD_STEP_PLANNED] = "step-planned",
    [MP_RECORD_PROCESS_STARTED] = "process-started",
    [MP_RECORD_PROCESS_READY] = "process-ready",
    [MP_RECORD_STEP_STARTED] = "step-started",
    [MP_RECORD_LOG] = "log",
    [MP_RECORD_ATTACHMENT] = "attachment",
    [MP_RECORD_EXPORT] = "export",
    [MP_RECORD_STEP_RESULT] = "step-result",
    [MP_RECORD_STEP_FINISHED] = "step-finished",
    [MP_RECORD_HOOK] = "hook",
    [MP_RECORD_HOOK_RESULT] = "hook-result",
    [MP_RECORD_PROCESS_STATE] = "process-state",
    [MP_RECORD_PROCESS_EXITED] = "process-exited",
    [MP_RECORD_PROCESS_KEPT] = "process-kept",
    [MP_RECORD_NOTE] = "note",
    [MP_RECORD_CAUSE] = "cause",
    [MP_RECORD_CASE_FINISHED] = "case-finished",
    [MP_RECORD_RUN_SUSPENDED] = "run-suspended",
    [MP_RECORD_RUN_FINISHED] = "run-finished",
};

const char *mp_record_type_name(enum mp_record_type type)
{
    return type_table[type];
}
