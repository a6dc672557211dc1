#include "runner/run/evidence.h"

#include "runner/proc/look.h"
#include "runner/run/case_private.h"

/* It has no process that could be looked at. */
static const char *describe_absent(const struct mp_server *server,
                                   struct mp_buf *text)
{
    char how[MP_HOW_SIZE];
    if (server->standing == MP_SERVER_NEVER) {
        mp_buf_append_text(text, "not started yet");
        return "absent";
    }
    if (server->ended_by)
        mp_buf_format(text, "ended: it was %s", server->ended_by);
    else
        mp_buf_format(text, "ended: it %s",
                      mp_session_end_text(&server->how, how));
    return "ended";
}

static void look_at(const struct mp_server *server)
{
    struct mp_record record = mp_server_record(server, MP_RECORD_PROCESS_STATE);
    struct mp_look look = {0};
    struct mp_buf text = {0};
    if (mp_server_is_alive(server) && mp_session_pid(server->session) > 1) {
        record.pid = mp_session_pid(server->session);
        mp_look_at((pid_t)record.pid, &look);
        mp_look_append(&look, &text);
        record.kind = look.word;
        record.name = *look.wait ? look.wait : NULL;
    } else {
        record.kind = describe_absent(server, &text);
    }
    record.step = (int64_t)server->step;
    record.text = text.data;
    mp_emit(server->place.context, &record);
    mp_buf_finish(&text);
}

void mp_evidence_look(struct mp_case_run *run)
{
    if (run->evidence.looked)
        return;
    run->evidence.looked = true;
    for (size_t i = 0; i < run->server_count; i++)
        look_at(&run->servers[i]);
}
