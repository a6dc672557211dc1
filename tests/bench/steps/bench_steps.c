/* What the benchmarks play: steps that cost next to nothing, and one that
 * costs as much processor time as it says. */
#include <time.h>

#include <mprun/mprun.h>

static void *start(struct mprun_step *step)
{
    static int64_t counter;
    (void)step;
    return &counter;
}

static void set(struct mprun_step *step)
{
    int64_t *counter = mprun_state(step);
    *counter = mprun_arg_int(step, 0);
}

static void add(struct mprun_step *step)
{
    int64_t *counter = mprun_state(step);
    *counter += mprun_arg_int(step, 0);
}

static void is(struct mprun_step *step)
{
    const int64_t *counter = mprun_state(step);
    mprun_assert_int(step, mprun_arg_int(step, 0), *counter);
}

static int64_t processor_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void burn(struct mprun_step *step)
{
    int64_t until = processor_us() + mprun_arg_int(step, 0);
    while (processor_us() < until)
        continue;
}

MPRUN_STEPS(m)
{
    mprun_state_functions(m, start, NULL);
    mprun_given(m, "a counter at {int}", set);
    mprun_when(m, "I add {int}", add);
    mprun_then(m, "the counter is {int}", is);
    mprun_when(m, "I burn {int} us", burn);
}
