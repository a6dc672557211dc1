#include "runner/report/actor.h"

#include <signal.h>
#include <string.h>

/* sigabbrev_np is glibc's alone. */
static const char *const signal_table[] = {
    [SIGHUP] = "HUP",   [SIGINT] = "INT",   [SIGQUIT] = "QUIT",
    [SIGILL] = "ILL",   [SIGTRAP] = "TRAP", [SIGABRT] = "ABRT",
    [SIGBUS] = "BUS",   [SIGFPE] = "FPE",   [SIGKILL] = "KILL",
    [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
    [SIGPIPE] = "PIPE", [SIGALRM] = "ALRM", [SIGTERM] = "TERM",
    [SIGXCPU] = "XCPU", [SIGXFSZ] = "XFSZ", [SIGSYS] = "SYS",
};

static const char *signal_name(int64_t number)
{
    size_t count = sizeof(signal_table) / sizeof(*signal_table);
    return number < (int64_t)count ? signal_table[number] : NULL;
}

void mp_actor_ending(struct mp_buf *out, const struct mp_incarnation *life)
{
    if (!life->ended)
        return;
    if (*life->end_text) {
        mp_buf_append_text(out, life->end_text);
    } else if (life->signal > 0) {
        const char *name = signal_name(life->signal);
        if (name)
            mp_buf_format(out, "was killed by SIG%s", name);
        else
            mp_buf_format(out, "was killed by signal %lld",
                          (long long)life->signal);
    } else if (life->exited) {
        mp_buf_format(out, "exited with code %lld", (long long)life->exit_code);
    } else {
        mp_buf_append_text(out, "ended");
    }
}

static enum mp_colour process_colour(const struct mp_case_result *result,
                                     const char *process)
{
    static const enum mp_colour palette[] = {
        MP_COLOUR_BLUE,
        MP_COLOUR_MAGENTA,
        MP_COLOUR_CYAN,
        MP_COLOUR_YELLOW,
    };
    size_t length = strcspn(process, "#,");
    size_t place = 0;
    const char *at = result->combination;
    while (*at && !(strlen(at) > length && at[1 + length] == '=' &&
                    !strncmp(at + 1, process, length))) {
        at++;
        at += strcspn(at, ",");
        place++;
    }
    return palette[(*at ? place : 0) % 4];
}

static void append_platform(struct mp_buf *out, const struct mp_style *style,
                            struct gh_str platform)
{
    if (!platform.len)
        return;
    mp_buf_append_text(out, " (");
    mp_style_span(out, style, MP_COLOUR_NONE, platform);
    mp_buf_append_text(out, ")");
}

void mp_actor_append(struct mp_buf *out, const struct mp_style *style,
                     const struct mp_case_result *result, const char *process)
{
    struct gh_arena arena = {0};
    while (*process) {
        struct gh_str name = {process, strcspn(process, ",")};
        const char *one = gh_arena_copy(&arena, name);
        const char *next = process + name.len;
        next += strspn(next, ", ");
        const char *other =
            gh_arena_copy(&arena, (struct gh_str){next, strcspn(next, ",")});
        struct gh_str platform = mp_results_platform(result, one);
        mp_style_text(out, style, process_colour(result, one), one);
        /* "node#1, node#2 (c)": a platform stands after the last of its. */
        if (!*next ||
            !gh_str_equal(platform, mp_results_platform(result, other)))
            append_platform(out, style, platform);
        mp_buf_append_text(out, *next ? ", " : "");
        process = next;
    }
    gh_arena_finish(&arena);
}

static enum mp_colour level_colour(const char *level)
{
    if (!strcmp(level, "error"))
        return MP_COLOUR_RED;
    if (!strcmp(level, "warn"))
        return MP_COLOUR_YELLOW;
    return MP_COLOUR_DIM;
}

void mp_actor_line(struct mp_buf *out, const struct mp_style *style,
                   const struct mp_line *line)
{
    if (*line->level)
        mp_style_text(out, style, level_colour(line->level), line->level);
    if (*line->level && *line->text) /* a column of "error" and "info " */
        mp_style_spaces(out, 6 - strnlen(line->level, 5));
    mp_style_text(out, style, MP_COLOUR_NONE, line->text);
}

void mp_actor_output(struct mp_buf *out, const struct mp_style *style,
                     const struct mp_case_result *result)
{
    const struct mp_line *line = result->last_line;
    if (!line)
        return;
    mp_style_text(out, style, process_colour(result, line->process),
                  line->process);
    mp_buf_append_char(out, '(');
    mp_style_span(out, style, MP_COLOUR_NONE,
                  mp_results_platform(result, line->process));
    mp_buf_append_text(out, ")| ");
    mp_actor_line(out, style, line);
    mp_buf_append_char(out, '\n');
}
