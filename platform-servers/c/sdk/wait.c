/* Steps that block, and how they learn that nobody waits any longer. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "platform-servers/c/sdk/server.h"
#include "platform-servers/c/sdk/step.h"
#include "platform-servers/c/sdk/text.h"

void mprun_sdk_step_cancel(struct mprun_step *step, const char *reason)
{
    if (step->cancelled)
        return;
    step->cancelled = true;
    snprintf(step->cancel_reason, sizeof step->cancel_reason, "%s", reason);
}

bool mprun_cancelled(struct mprun_step *step)
{
    mprun_sdk_server_pump(step->server);
    step->cancel_seen = step->cancelled;
    return step->cancelled;
}

int mprun_cancel_fd(struct mprun_step *step)
{
    return step->server->channel.in_fd;
}

int64_t mprun_remaining_ms(const struct mprun_step *step)
{
    if (step->budget_ms < 0)
        return -1;
    int64_t used = mprun_sdk_now_ms() - step->started_ms;
    return used < step->budget_ms ? step->budget_ms - used : 0;
}

/* A runner that greeted has a clock of its own, which may have stood still for
 * a while, and cancels by it: to end here at the same moment would leave it to
 * chance which of the two is told. At the bare level nobody cancels. */
static bool ends_by_itself(const struct mprun_step *step)
{
    return !step->server->host.greeted;
}

static bool budget_is_over(struct mprun_step *step)
{
    if (!ends_by_itself(step) || mprun_remaining_ms(step) != 0)
        return false;
    struct mprun_sdk_text message = {0};
    mprun_sdk_text_format(&message, "the step's time of %lld ms is over",
                          (long long)step->budget_ms);
    mprun_sdk_step_fail(step, &(struct mprun_sdk_failure){
                                  .kind = "timeout", .message = message.bytes});
    mprun_sdk_text_finish(&message);
    return true;
}

/* The time of one poll: to the own limit or to the budget's end; -1: none. */
static int poll_time_ms(const struct mprun_step *step, int64_t until_ms)
{
    int64_t wait_ms = ends_by_itself(step) ? mprun_remaining_ms(step) : -1;
    if (until_ms >= 0) {
        int64_t own_ms = until_ms - mprun_sdk_now_ms();
        if (own_ms < 0)
            own_ms = 0;
        if (wait_ms < 0 || own_ms < wait_ms)
            wait_ms = own_ms;
    }
    return wait_ms > 60000 ? 60000 : (int)wait_ms;
}

enum mprun_wait mprun_wait_fd(struct mprun_step *step, int fd, short events,
                              int timeout_ms)
{
    int64_t until_ms = timeout_ms < 0 ? -1 : mprun_sdk_now_ms() + timeout_ms;
    for (;;) {
        if (mprun_cancelled(step))
            return MPRUN_CANCELLED;
        const struct mprun_sdk_channel *channel = &step->server->channel;
        struct pollfd polled[2] = {
            {.fd = channel->ended ? -1 : channel->in_fd, .events = POLLIN},
            {.fd = fd, .events = events},
        };
        int ready = poll(polled, 2, poll_time_ms(step, until_ms));
        if (ready > 0 && polled[1].revents != 0)
            return MPRUN_READY;
        if (budget_is_over(step))
            return MPRUN_CANCELLED;
        if (until_ms >= 0 && mprun_sdk_now_ms() >= until_ms)
            return MPRUN_TIMEOUT;
    }
}
