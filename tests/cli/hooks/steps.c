/* Of hooks_sdk.t: what steps.py does. */
#include <poll.h>
#include <stdio.h>

#include "mprun/mprun.h"

struct kept {
    const char *made; /* by whom */
    bool broker;      /* there is something to clean up */
};

static void write_line(struct mprun_step *step, const char *text)
{
    FILE *order = fopen("order", "a");
    mprun_assert(step, order != NULL);
    fprintf(order, "%s: %s\n", mprun_process(step), text);
    fclose(order);
}

static void note(struct mprun_step *step, const char *what)
{
    char text[200];
    const char *status = mprun_hook_status(step);
    snprintf(text, sizeof text, "%s, %s", what, status ? status : "None");
    write_line(step, text);
}

static void *start(struct mprun_step *step)
{
    static struct kept kept;
    (void)step;
    kept = (struct kept){.made = "nothing"};
    return &kept;
}

static void finish(struct mprun_step *step, void *state)
{
    const struct kept *kept = state;
    if (kept->broker)
        write_line(step, "clean up");
}

static void late(struct mprun_step *step)
{
    note(step, "late");
}

static void first(struct mprun_step *step)
{
    struct kept *kept = mprun_state(step);
    note(step, "first");
    kept->made = "by first";
    mprun_export(step, "told", "before");
    mprun_log(step, MPRUN_INFO, "said by first");
    mprun_attach(step, "a.txt", "text/plain", "given by first", 14);
}

static void only_a(struct mprun_step *step)
{
    note(step, "only a");
}

static void set_up(struct mprun_step *step)
{
    note(step, "set up");
    mprun_fail(step, "no set-up");
}

static void skips(struct mprun_step *step)
{
    mprun_skip(step, "not here");
}

static void hangs(struct mprun_step *step)
{
    struct pollfd cancel = {.fd = mprun_cancel_fd(step), .events = POLLIN};
    note(step, "hangs");
    /* mprun_wait_fd also ends by itself when the hook's time is over. */
    while (!mprun_cancelled(step))
        poll(&cancel, 1, -1);
}

static void tidy(struct mprun_step *step)
{
    note(step, "tidy");
}

static void tidy_more(struct mprun_step *step)
{
    mprun_fail(step, "no tidying");
}

static void tidy_first(struct mprun_step *step)
{
    note(step, "tidy first");
    mprun_skip(step, "nothing to do");
}

static void start_broker(struct mprun_step *step)
{
    struct kept *kept = mprun_state(step);
    note(step, "start the broker");
    mprun_export(step, "port", "%d", 40123);
    kept->broker = true;
}

static void stop_first(struct mprun_step *step)
{
    note(step, "stop first");
}

static void stop(struct mprun_step *step)
{
    note(step, "stop");
}

static void knows(struct mprun_step *step)
{
    char text[100];
    const struct kept *kept = mprun_state(step);
    const char *port = mprun_exported(step, "run", "port");
    const char *told = mprun_exported(step, mprun_process(step), "told");
    mprun_assert(step, port != NULL && told != NULL);
    snprintf(text, sizeof text, "%s, %s, %s", kept->made, port, told);
    note(step, text);
}

static void fails(struct mprun_step *step)
{
    mprun_fail(step, "on purpose");
}

MPRUN_STEPS(m)
{
    mprun_state_functions(m, start, finish);
    mprun_hook(m, MPRUN_BEFORE_SCENARIO, NULL, "late", 5, late);
    mprun_hook(m, MPRUN_BEFORE_SCENARIO, NULL, "first", -1, first);
    mprun_hook(m, MPRUN_BEFORE_SCENARIO, "@a and not @b", "only a", 0, only_a);
    mprun_hook(m, MPRUN_BEFORE_SCENARIO, "@fail", "set up", 0, set_up);
    mprun_before_scenario(m, "@skip", skips);
    mprun_before_scenario(m, "@hang", hangs);
    mprun_hook(m, MPRUN_AFTER_SCENARIO, NULL, "tidy", 0, tidy);
    mprun_hook(m, MPRUN_AFTER_SCENARIO, "@fail-after", "tidy more", 0,
               tidy_more);
    mprun_hook(m, MPRUN_AFTER_SCENARIO, NULL, "tidy first", 0, tidy_first);
    mprun_hook(m, MPRUN_BEFORE_RUN, NULL, "start the broker", 0, start_broker);
    mprun_hook(m, MPRUN_AFTER_RUN, NULL, NULL, 1, stop_first);
    mprun_after_run(m, stop);
    mprun_define(m, "knows", knows);
    mprun_define(m, "fails", fails);
}
