#include "runner/proc/clone.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sched.h>
#include <sys/syscall.h>
#endif

#if defined(CLONE_INTO_CGROUP) && defined(SYS_clone3)

/* What the child is told and tells, and below it its stack. */
struct starting {
    const struct mp_spawn_options *options;
    int error;
};

#define MEMORY_BYTES 65536u

/* The child has another stack than the sanitizers know. */
#define ON_ITS_OWN_STACK                                                       \
    __attribute__((noreturn, noinline, no_sanitize("address", "undefined")))

/* All is put back by hand: two signals are the C library's own, and its calls
 * leave them out. */
ON_ITS_OWN_STACK static void become(struct starting *starting)
{
    const struct mp_spawn_options *options = starting->options;
    const uint64_t by_default[8] = {0}, none[2] = {0};
    const size_t mask_bytes = NSIG / 8;
    if (!options->program)
        _exit(0);
    for (int i = 1; i < NSIG; i++)
        syscall(SYS_rt_sigaction, i, by_default, NULL, mask_bytes);
    setsid();
    for (int i = 0; i < options->file_count; i++) {
        if (dup2(options->files[i], i) < 0) {
            starting->error = errno;
            _exit(127);
        }
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, mask_bytes);
    execve(options->program, options->argv, options->environment);
    starting->error = errno;
    _exit(127);
}

#if defined(__x86_64__) && !defined(__ILP32__) && !defined(MP_CLONE_COPIES)

#define CLONE_MEMORY CLONE_VM

/* The child never comes back from here: it goes on in become, on its own
 * stack. */
static long clone_and_become(struct clone_args *args, struct starting *starting)
{
    long result = SYS_clone3;
    register struct starting *self __asm__("r8") = starting;
    register void (*run)(struct starting *) __asm__("r9") = become;
    __asm__ volatile("syscall\n\t"
                     "testq %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xorl %%ebp, %%ebp\n\t"
                     "movq %%r8, %%rdi\n\t"
                     "callq *%%r9\n\t"
                     "ud2\n"
                     "1:"
                     : "+a"(result)
                     : "D"(args), "S"(sizeof(*args)), "r"(self), "r"(run)
                     : "rcx", "r11", "cc", "memory");
    if (result >= 0)
        return result;
    errno = (int)-result;
    return -1;
}

#else

#define CLONE_MEMORY 0

static long clone_and_become(struct clone_args *args, struct starting *starting)
{
    args->stack = args->stack_size = 0;
    long result = syscall(SYS_clone3, args, sizeof(*args));
    if (!result)
        become(starting);
    return result;
}

#endif

static int run_child(struct starting *starting, pid_t *pid)
{
    const size_t head = 64; /* keeps the stack aligned */
    struct clone_args args = {.flags = CLONE_INTO_CGROUP | CLONE_VFORK |
                                       CLONE_MEMORY,
                              .exit_signal = SIGCHLD,
                              .stack = (uint64_t)(uintptr_t)starting + head,
                              .stack_size = MEMORY_BYTES - head,
                              .cgroup = (uint64_t)starting->options->group};
    long child = clone_and_become(&args, starting);
    if (child < 0)
        return errno;
    *pid = (pid_t)child;
    if (!starting->options->program || starting->error)
        waitpid(*pid, NULL, 0);
    return starting->error;
}

int mp_clone(const struct mp_spawn_options *options, pid_t *pid)
{
    sigset_t all, before;
    struct starting *starting = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (starting == MAP_FAILED)
        return errno;
    starting->options = options;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    int error = run_child(starting, pid);
    sigprocmask(SIG_SETMASK, &before, NULL);
    munmap(starting, MEMORY_BYTES);
    return error;
}

#else

int mp_clone(const struct mp_spawn_options *options, pid_t *pid)
{
    (void)options;
    (void)pid;
    return ENOSYS;
}

#endif
