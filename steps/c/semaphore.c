#include "steps/c/semaphore.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

static struct timespec end_of_slice(void)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += (long)SEMAPHORE_SLICE_MS * NS_PER_MS;
    if (end.tv_nsec >= NS_PER_S) {
        end.tv_nsec -= NS_PER_S;
        end.tv_sec++;
    }
    return end;
}

enum mprun_wait semaphore_wait(struct mprun_step *step, sem_t *semaphore)
{
    struct timespec end = end_of_slice();
    if (mprun_wait_fd(step, -1, 0, 0) == MPRUN_CANCELLED)
        return MPRUN_CANCELLED;
    if (sem_timedwait(semaphore, &end) == 0)
        return MPRUN_READY;
    if (errno == ETIMEDOUT || errno == EINTR)
        return MPRUN_TIMEOUT;
    mprun_error(step, "cannot wait for the semaphore: %s", strerror(errno));
    return MPRUN_CANCELLED;
}
