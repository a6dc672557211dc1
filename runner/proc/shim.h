/*
 * The launch shim: mprun started again as `mprun __shim`, which becomes the
 * platform server.
 *
 * Between fork and exec of a server some things must be done that libuv does
 * not do: ask the kernel to kill the server should mprun die, search PATH
 * ourselves so that a file that is no program is a start error and not run by
 * a shell (execvp does that), and say which of chdir and exec failed. They
 * are done here, in the process that then becomes the server: its pid is the
 * server's. The limit of descriptors, which mprun raised for itself, is put
 * back.
 *
 * Failure is told on descriptor 3, which closes by itself when exec succeeds:
 * a line "chdir ERRNO" or "exec ERRNO"; the exit status is then 127.
 */
#ifndef RUNNER_PROC_SHIM_H
#define RUNNER_PROC_SHIM_H

#include <stdbool.h>

#define MP_SHIM_WORD           "__shim"
#define MP_SHIM_TRACEABLE_WORD "__shim-traceable"
#define MP_SHIM_STATUS_FD      3

/* argv: mprun __shim PARENT_PID FILES CWD PROGRAM [ARG...]; FILES is what
 * mp_limits_raise_files said. Does not return when it succeeds; else the exit
 * status. With the other word debuggers that are not its parents may attach to
 * the server where the kernel asks for that (Yama, ptrace_scope 1). */
int mp_shim_main(int argc, char **argv);

/* The file that a command's first word means: itself when it holds a slash
 * (relative to cwd), else the first executable in PATH. Returns new
 * (gh_free); NULL with errno: ENOENT, or EACCES when one was found that may
 * not be executed. */
char *mp_shim_find_program(const char *word, const char *cwd);

#endif
