#include "runner/model/status.h"

#include <string.h>

static const char *const name_table[MP_STATUS_COUNT] = {
    [MP_NOT_RUN] = "not-run",
    [MP_PASSED] = "passed",
    [MP_SKIPPED] = "skipped",
    [MP_PENDING] = "pending",
    [MP_UNDEFINED] = "undefined",
    [MP_AMBIGUOUS] = "ambiguous",
    [MP_FAILED] = "failed",
    [MP_LEAKED] = "leaked",
    [MP_TIMED_OUT] = "timed-out",
    [MP_CRASHED] = "crashed",
    [MP_PROTOCOL_ERROR] = "protocol-error",
    [MP_START_FAILED] = "start-failed",
    [MP_INTERRUPTED] = "interrupted",
};

const char *mp_status_name(enum mp_status status)
{
    return name_table[status];
}

bool mp_status_from_name(const char *name, enum mp_status *status)
{
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        if (!strcmp(name, name_table[i])) {
            *status = (enum mp_status)i;
            return true;
        }
    }
    return false;
}

enum mp_status mp_status_worse(enum mp_status a, enum mp_status b)
{
    return a > b ? a : b;
}

bool mp_status_is_failure(enum mp_status status, bool strict)
{
    return status > (strict ? MP_SKIPPED : MP_PENDING);
}

int mp_tally_exit(const struct mp_tally *tally)
{
    bool failed = tally->cut_off || tally->run_failed;
    for (int i = 0; i < MP_STATUS_COUNT; i++) {
        if (i != MP_START_FAILED && tally->cases[i])
            failed = failed ||
                     mp_status_is_failure((enum mp_status)i, tally->strict);
    }
    if (tally->signal)
        return 128 + tally->signal;
    if (tally->usage_error)
        return MP_EXIT_USAGE;
    if (tally->report_failed)
        return MP_EXIT_REPORT;
    if (failed)
        return MP_EXIT_FAILED;
    return tally->cases[MP_START_FAILED] ? MP_EXIT_INFRASTRUCTURE : MP_EXIT_OK;
}
