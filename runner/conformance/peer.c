#include "runner/conformance/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gherkin/utf8.h"
#include "runner/base/fs.h"
#include "runner/base/text.h"
#include "runner/conformance/judge.h"
#include "runner/proc/variables.h"

/* So much of a server is read; then it is killed. */
#define OUT_MAX  ((size_t)96 << 20)
#define SAID_MAX 200000u
#define KEPT_MAX 4096 /* bytes of a request that are kept to be shown */

/* --- what comes --- */

static void on_said(void *self, struct mp_said *said)
{
    struct mp_peer *peer = self;
    if (peer->said_count == peer->said_room) {
        peer->said_room = peer->said_room ? peer->said_room * 2 : 16;
        peer->said =
            gh_realloc(peer->said, peer->said_room * sizeof(*peer->said));
    }
    peer->said[peer->said_count++] = said;
    peer->lab->said++;
    peer->broken += said->kind == MP_SAID_BROKEN;
    mp_judge_said(peer, said);
    peer->answered = peer->answered || said->kind == MP_SAID_ANSWER;
}

static struct mp_listener_of_said listener(struct mp_peer *peer)
{
    return (struct mp_listener_of_said){
        .lab = peer->lab, .self = peer, .on_said = on_said};
}

static void on_started(void *self)
{
    struct mp_peer *peer = self;
    peer->started = true;
}

static void on_start_failed(void *self, const char *why)
{
    struct mp_peer *peer = self;
    peer->start_failed = peer->ended = true;
    peer->start_fault = mp_text_copy(why);
}

static void keep_tail(struct mp_peer *peer, const char *bytes, size_t length)
{
    mp_buf_append(&peer->err_tail, bytes, length);
    if (peer->err_tail.len > (size_t)2 * MP_PEER_TAIL)
        mp_buf_consume(&peer->err_tail, peer->err_tail.len - MP_PEER_TAIL);
}

static void on_output(void *self, enum mp_child_stream stream,
                      const char *bytes, size_t length)
{
    struct mp_peer *peer = self;
    if (stream == MP_CHILD_STDERR) {
        peer->err_bytes += length;
        keep_tail(peer, bytes, length);
        return;
    }
    struct mp_listener_of_said to = listener(peer);
    peer->out_ended = peer->out_ended || !length;
    peer->out_bytes += length;
    if (peer->flooded)
        return;
    if (length)
        mp_saying_feed(&peer->saying, &to, (struct gh_str){bytes, length});
    else
        mp_saying_end(&peer->saying, &to);
    if (peer->out_bytes > OUT_MAX || peer->said_count > SAID_MAX) {
        peer->flooded = true;
        mp_child_signal(peer->child, SIGKILL);
    }
}

static void on_input_broken(void *self)
{
    struct mp_peer *peer = self;
    peer->input_broken = true;
}

static void on_exited(void *self, int exit_code, int signal)
{
    struct mp_peer *peer = self;
    peer->exited = true;
    peer->exit_code = exit_code;
    peer->exit_signal = signal;
    peer->exited_ms = mp_clock_now_exact(&peer->lab->clock);
}

static void on_ended(void *self, bool held_open)
{
    struct mp_peer *peer = self;
    struct mp_listener_of_said to = listener(peer);
    peer->ended = true;
    peer->held_open = held_open;
    if (!peer->flooded)
        mp_saying_end(&peer->saying, &to);
}

/* --- starting --- */

static char *const *make_environment(struct mp_peer *peer)
{
    const struct mp_conformance_options *options = peer->lab->options;
    const char *texts[][2] = {{"MPRUN", "1"},
                              {"MPRUN_PROTOCOL", "1"},
                              {"MPRUN_RUN_ID", options->run_id},
                              {"MPRUN_SEED", "1"},
                              {"MPRUN_PROCESS", "writer"},
                              {"MPRUN_PLATFORM", "examined"},
                              {"MPRUN_INCARNATION", "1"},
                              {"MPRUN_GROUP", ""},
                              {"MPRUN_INDEX", "0"},
                              {"MPRUN_GROUP_SIZE", "1"},
                              {"MPRUN_SLOT", "0"},
                              {"MPRUN_SCENARIO_ID", peer->scenario_id},
                              {"MPRUN_SHARED_DIR", peer->shared_dir},
                              {"MPRUN_ARTIFACT_DIR", peer->artifact_dir},
                              {"MPRUN_IPC_PREFIX", peer->ipc_prefix}};
    struct mp_variables variables;
    mp_variables_init(&variables, &peer->arena, options->environment);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        mp_variables_set(&variables, texts[i][0], texts[i][1]);
    mp_variables_set_number(&variables, "MPRUN_RUNNER_PID", (uint64_t)getpid());
    return variables.list;
}

static void name_places(struct mp_peer *peer)
{
    const struct mp_conformance_options *options = peer->lab->options;
    struct gh_arena *arena = &peer->arena;
    size_t number = ++peer->lab->started;
    peer->scenario_id = gh_arena_format(arena, "conformance-%zu", number);
    peer->shared_dir =
        gh_arena_format(arena, "%s/%zu", options->shared_root, number);
    peer->artifact_dir =
        gh_arena_format(arena, "%s/%zu.files", options->shared_root, number);
    peer->ipc_prefix =
        gh_arena_format(arena, "%s-%zu", options->ipc_prefix, number);
    mp_fs_make_dirs(peer->shared_dir);
    mp_fs_make_dirs(peer->artifact_dir);
}

struct mp_peer *mp_peer_start(struct mp_lab *lab)
{
    struct mp_peer *peer = gh_alloc(sizeof(*peer));
    struct mp_child_events events = {.self = peer,
                                     .on_started = on_started,
                                     .on_start_failed = on_start_failed,
                                     .on_output = on_output,
                                     .on_input_broken = on_input_broken,
                                     .on_exited = on_exited,
                                     .on_ended = on_ended};
    peer->lab = lab;
    peer->started_ms = mp_clock_now_exact(&lab->clock);
    peer->next = lab->peers;
    lab->peers = peer;
    name_places(peer);
    peer->launch = (struct mp_launch){.argv = lab->options->argv,
                                      .cwd = lab->options->cwd,
                                      .environment = make_environment(peer),
                                      .scenario_id = peer->scenario_id};
    peer->child = mp_child_create(&lab->nursery, &events);
    if (mp_child_start(peer->child, &peer->launch, &peer->start_fault))
        peer->start_failed = peer->ended = true;
    return peer;
}

static bool is_started(void *self)
{
    const struct mp_peer *peer = self;
    return peer->started || peer->start_failed;
}

bool mp_peer_wait_started(struct mp_peer *peer)
{
    mp_lab_wait(peer->lab, is_started, peer, 2 * peer->lab->answer_ms);
    return peer->started && !peer->start_failed;
}

/* --- asking --- */

void mp_peer_send(struct mp_peer *peer, struct gh_str bytes)
{
    if (!peer->ended)
        mp_child_write(peer->child, bytes.ptr, bytes.len);
}

struct mp_asked *mp_peer_expect(struct mp_peer *peer, const char *id,
                                const char *method, struct gh_str bytes)
{
    struct mp_asked *asked = gh_arena_alloc(&peer->arena, sizeof(*asked));
    bool hook = !strncmp(method, "scenario", 8) || !strcmp(method, "shutdown");
    if (bytes.len > KEPT_MAX)
        bytes.len = KEPT_MAX;
    if (bytes.len && bytes.ptr[bytes.len - 1] == '\n')
        bytes.len--;
    *asked = (struct mp_asked){
        .next = peer->asked,
        .id = gh_arena_copy(&peer->arena, gh_str_of(id)),
        .method = gh_arena_copy(&peer->arena, gh_str_of(method)),
        .bytes = gh_arena_str(&peer->arena, bytes),
        .broken = peer->broken,
        .is_step = hook || !strcmp(method, "executeStep"),
        .sent_ms = mp_clock_now_exact(&peer->lab->clock)};
    peer->asked = asked;
    return asked;
}

struct mp_asked *mp_peer_ask(struct mp_peer *peer, const char *method,
                             const char *params)
{
    struct mp_buf line = {0};
    char id[32];
    snprintf(id, sizeof(id), "%lld", (long long)++peer->last_id);
    mp_buf_format(&line, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\"", id,
                  method);
    if (params)
        mp_buf_format(&line, ",\"params\":%s", params);
    mp_buf_append_text(&line, "}\n");
    struct gh_str bytes = {line.data, line.len};
    struct mp_asked *asked = mp_peer_expect(peer, id, method, bytes);
    mp_peer_send(peer, bytes);
    mp_buf_finish(&line);
    return asked;
}

void mp_peer_notify(struct mp_peer *peer, const char *method,
                    const char *params)
{
    struct mp_buf line = {0};
    mp_buf_format(&line, "{\"jsonrpc\":\"2.0\",\"method\":\"%s\"", method);
    if (params)
        mp_buf_format(&line, ",\"params\":%s", params);
    mp_buf_append_text(&line, "}\n");
    mp_peer_send(peer, (struct gh_str){line.data, line.len});
    mp_buf_finish(&line);
}

/* --- waiting --- */

struct waiting {
    const struct mp_peer *peer;
    const struct mp_asked *asked;
    size_t since;
};

static bool is_over(const struct mp_peer *peer)
{
    return peer->ended || (peer->out_ended && peer->exited);
}

static bool is_answered(void *self)
{
    const struct waiting *waiting = self;
    return waiting->asked->answer || is_over(waiting->peer) ||
           waiting->peer->broken > waiting->asked->broken;
}

const struct mp_said *mp_peer_await_ms(struct mp_peer *peer,
                                       const struct mp_asked *asked, int64_t ms)
{
    struct waiting waiting = {peer, asked, 0};
    mp_lab_wait(peer->lab, is_answered, &waiting, ms);
    return asked->answer;
}

const struct mp_said *mp_peer_await(struct mp_peer *peer,
                                    const struct mp_asked *asked)
{
    int64_t ms = peer->lab->answer_ms;
    return mp_peer_await_ms(peer, asked, peer->answered ? ms : 2 * ms);
}

static bool has_exited(void *self)
{
    const struct mp_peer *peer = self;
    return peer->exited || peer->start_failed;
}

bool mp_peer_wait_exit(struct mp_peer *peer, int64_t ms)
{
    return mp_lab_wait(peer->lab, has_exited, peer, ms);
}

static const struct mp_said *find_any(const struct waiting *waiting)
{
    const struct mp_peer *peer = waiting->peer;
    const struct mp_said *found = waiting->asked->answer;
    for (size_t i = waiting->since; !found && i < peer->said_count; i++) {
        if (mp_said_is_to_nothing(peer->said[i]))
            found = peer->said[i];
    }
    return found;
}

static bool has_any(void *self)
{
    const struct waiting *waiting = self;
    return find_any(waiting) || is_over(waiting->peer);
}

const struct mp_said *mp_peer_await_any(struct mp_peer *peer,
                                        const struct mp_asked *asked,
                                        size_t since, int64_t ms)
{
    struct waiting waiting = {peer, asked, since};
    mp_lab_wait(peer->lab, has_any, &waiting, ms);
    return find_any(&waiting);
}

bool mp_peer_idle(struct mp_peer *peer, int64_t ms)
{
    mp_lab_wait(peer->lab, has_exited, peer, ms);
    return !peer->exited && !peer->start_failed;
}

/* --- what became of it --- */

bool mp_peer_is_usable(const struct mp_peer *peer)
{
    for (const struct mp_asked *a = peer->asked; a; a = a->next) {
        if (!a->answers)
            return false;
    }
    return !peer->exited && !peer->ended && !peer->out_ended &&
           !peer->input_broken && !peer->closing && !peer->start_failed;
}

void mp_peer_describe_exit(const struct mp_peer *peer, struct mp_buf *out)
{
    if (peer->exit_signal)
        mp_buf_format(out, "was ended by signal %d (%s)", peer->exit_signal,
                      strsignal(peer->exit_signal));
    else
        mp_buf_format(out, "exited with %d", peer->exit_code);
}

static void describe_stderr(const struct mp_peer *peer, struct mp_buf *out)
{
    struct gh_str tail = {mp_buf_text(&peer->err_tail), peer->err_tail.len};
    tail = gh_utf8_trim(tail);
    if (tail.len > MP_PEER_TAIL) {
        tail.ptr += tail.len - MP_PEER_TAIL;
        tail.len = MP_PEER_TAIL;
    }
    if (!tail.len)
        return;
    mp_buf_append_text(out, "; its stderr ends: ");
    mp_lab_escape(out, tail, MP_PEER_TAIL);
}

void mp_peer_describe(const struct mp_peer *peer, struct mp_buf *out)
{
    if (peer->start_failed) {
        mp_buf_append_text(out, peer->start_fault ? peer->start_fault
                                                  : "it could not be started");
    } else if (peer->flooded) {
        mp_buf_format(out, "it wrote %zu bytes to stdout and was killed",
                      peer->out_bytes);
    } else if (peer->exited) {
        mp_buf_append_text(out, "it ");
        mp_peer_describe_exit(peer, out);
        describe_stderr(peer, out);
    } else if (peer->out_ended) {
        mp_buf_append_text(out, "it closed its stdout");
    } else if (peer->input_broken) {
        mp_buf_append_text(out, "it closed its stdin");
    } else {
        mp_buf_append_text(out, "it still runs");
    }
}

static void drop(struct mp_peer *peer)
{
    struct mp_peer **at = &peer->lab->peers;
    while (*at && *at != peer)
        at = &(*at)->next;
    if (*at)
        *at = peer->next;
}

void mp_peer_retire(struct mp_peer *peer)
{
    if (!peer)
        return;
    drop(peer);
    mp_child_destroy(peer->child);
    for (size_t i = 0; i < peer->said_count; i++)
        mp_said_destroy(peer->said[i]);
    gh_free(peer->said);
    mp_saying_finish(&peer->saying);
    mp_buf_finish(&peer->err_tail);
    gh_free(peer->start_fault);
    gh_arena_finish(&peer->arena);
    gh_free(peer);
}
