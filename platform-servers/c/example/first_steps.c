#include <mprun/mprun.h>

static void *start(struct mprun_step *step)
{
    static int64_t number; /* what this process keeps between steps */
    mprun_log(step, MPRUN_DEBUG, "process '%s'", mprun_process(step));
    return &number;
}

static void keeps(struct mprun_step *step)
{
    int64_t *number = mprun_state(step);
    *number = mprun_arg_int(step, 0);
    mprun_log(step, MPRUN_INFO, "keeping %lld", (long long)*number);
}

static void has(struct mprun_step *step)
{
    const int64_t *number = mprun_state(step);
    mprun_assert_int(step, mprun_arg_int(step, 0), *number);
}

MPRUN_STEPS(m)
{
    mprun_state_functions(m, start, NULL);
    mprun_when(m, "keeps the number {int}", keeps);
    mprun_then(m, "has the number {int}", has);
}
