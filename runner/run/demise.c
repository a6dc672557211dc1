#include "runner/run/demise.h"

#include <signal.h>
#include <stdio.h>

#include "runner/run/ahead.h"

/* A signal that a program gives itself: it did not end but break. */
static bool is_fault_signal(int number)
{
    return number == SIGSEGV || number == SIGABRT || number == SIGBUS ||
           number == SIGFPE || number == SIGILL || number == SIGSYS ||
           number == SIGTRAP;
}

bool mp_demise_is_crash(const struct mp_server *server)
{
    const struct mp_session_end *how = &server->how;
    if (!how->signalled || server->killed || how->forced)
        return false;
    return !how->asked || is_fault_signal(how->signal);
}

void mp_demise_judge(struct mp_server *server)
{
    const struct mp_session_end *how = &server->how;
    char text[MP_HOW_SIZE + 64], end[MP_HOW_SIZE];
    mp_session_end_text(how, end);
    if (how->forced) {
        mp_ahead_cause(server, MP_CRASHED,
                       "it did not end when asked to: only SIGKILL stopped it");
    } else if (how->terminated) {
        mp_server_note(server, "note", "it ended only when sent SIGTERM");
    }
    bool by_term = how->terminated && how->signalled && how->signal == SIGTERM;
    if (how->asked && !how->forced && !by_term && !server->killed &&
        (how->signalled || how->exit_code)) {
        snprintf(text, sizeof(text), "it %s after it was asked to stop", end);
        if (is_fault_signal(how->signal))
            mp_ahead_cause(server, MP_CRASHED, text);
        else
            mp_server_note(server, "warning", text);
    }
    if (!how->survivors && !how->held_open)
        return;
    const char *what = how->survivors
                           ? "it left processes of its group behind"
                           : "a process that it started kept its output open";
    if (server->on_request || server->unjudged)
        mp_server_note(server, "note", what);
    else
        mp_ahead_cause(server, MP_LEAKED, what);
}

struct mp_metrics mp_demise_whole(const struct mp_server *server)
{
    const struct mp_session *session = server->session;
    struct mp_usage usage = mp_session_usage(session);
    struct mp_session_traffic traffic = mp_session_traffic(session);
    struct mp_child_traffic bytes = mp_session_bytes(session);
    return (struct mp_metrics){.cpu_user_ms = (double)usage.user_us / 1000,
                               .cpu_system_ms = (double)usage.system_us / 1000,
                               .max_rss_kb = usage.max_rss_kb,
                               .descriptors = traffic.descriptors,
                               .messages_in = traffic.messages_in,
                               .messages_out = traffic.messages_out,
                               .bytes_in = bytes.stdout_bytes,
                               .bytes_out = bytes.stdin_bytes,
                               .stderr_bytes = bytes.stderr_bytes};
}

struct mp_metrics mp_demise_metrics(const struct mp_server *server)
{
    const struct mp_metrics *before = &server->before;
    struct mp_metrics used = mp_demise_whole(server);
    used.messages_in -= before->messages_in;
    used.messages_out -= before->messages_out;
    used.bytes_in -= before->bytes_in;
    used.bytes_out -= before->bytes_out;
    used.stderr_bytes -= before->stderr_bytes;
    return used;
}

void mp_demise_explain(const struct mp_server *server, struct mp_buf *text)
{
    char how[MP_HOW_SIZE];
    const char *name = server->member->name;
    if (server->standing == MP_SERVER_NEVER) {
        mp_buf_format(text, "'%s' was never started", name);
        return;
    }
    mp_buf_format(text, "'%s' is not running: it ", name);
    if (server->ended_by)
        mp_buf_format(text, "was %s", server->ended_by);
    else if (server->ended_step)
        mp_buf_format(text, "%s during or after step %zu",
                      mp_session_end_text(&server->how, how),
                      server->ended_step);
    else
        mp_buf_format(text, "%s", mp_session_end_text(&server->how, how));
    mp_buf_format(text, "; say \"the '%s' process starts\" first", name);
}
