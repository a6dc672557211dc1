/*
 * For LD_PRELOAD: a wall clock that jumps a day ahead, a day back, at each
 * look. All other clocks are as they are.
 */
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define DAY_S 86400

static atomic_int looks;

static time_t jump(void)
{
    return atomic_fetch_add(&looks, 1) % 2 ? -DAY_S : DAY_S;
}

/* The C library names its parameters as nobody else may. */
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): see above
int clock_gettime(clockid_t id, struct timespec *at)
{
    long status = syscall(SYS_clock_gettime, id, at);
    if (!status && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        at->tv_sec += jump();
    return (int)status;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at)
        *at = now.tv_sec;
    return now.tv_sec;
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
