/* Checks 1 to 20: bytes. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "runner/conformance/check.h"

#define GRACE_MS   5000
#define LISTEN_MS  2000
#define BROKEN_MS  2000
#define PAUSE_MS   20
#define MIB        ((size_t)1 << 20)
#define PRINTS     64
#define PRINT_SIZE 16384

/* What can be in the text of a step: line and paragraph separator, next line,
 * vertical tab, a character beyond the BMP, quotes and a backslash. */
#define ODD_TEXT                                                               \
    "a\xe2\x80\xa8"                                                            \
    "b\xe2\x80\xa9"                                                            \
    "c\xc2\x85"                                                                \
    "d\v"                                                                      \
    "e\xf0\x9f\x9a\x9a"                                                        \
    "f'g"

#define WAIT_HINT                                                              \
    "read requests from stdin, line by line, until it ends; see what it "      \
    "writes to stderr"

/* --- before and between requests --- */

/* Has it say something that can be looked at. */
static void chat(struct mp_exam *exam)
{
    struct mp_peer *peer = *exam->common;
    if (!peer || !mp_peer_is_usable(peer))
        return;
    mp_peer_await(peer, mp_peer_ask(peer, "health", NULL));
    mp_peer_await(peer, mp_exam_begin(exam, peer, MP_FIXTURE_PASS, NULL));
}

/* No answer is the matter of others; the ledger has what was wrong with one. */
static void look_at_lines(struct mp_exam *exam)
{
    chat(exam);
    if (!exam->lab->said)
        mp_exam_skip(exam, "it has said nothing that could be looked at");
}

/* Lets it be until so long after its start; it was listened to since then. */
static void listen_until(struct mp_peer *peer, int64_t ms)
{
    double now = mp_clock_now_exact(&peer->lab->clock);
    int64_t left = ms - (int64_t)(now - peer->started_ms);
    if (left > 0)
        mp_peer_idle(peer, left);
}

static void does_not_wait(struct mp_exam *exam)
{
    if (!mp_exam_is_over(exam))
        exam->verdict->hint = WAIT_HINT;
    mp_exam_fail(exam, NULL, "it does not wait for requests");
}

static void listen_first(struct mp_exam *exam)
{
    struct mp_peer *peer = exam->quiet ? exam->quiet : mp_exam_start(exam);
    listen_until(peer, LISTEN_MS);
    if (peer->said_count)
        mp_exam_fail(exam, peer->said[0],
                     "it writes to stdout before anything was asked");
    else if (peer->out_bytes)
        mp_exam_fail(exam, NULL,
                     "it writes %zu bytes to stdout before anything was asked",
                     peer->out_bytes);
    else if (peer->exited)
        does_not_wait(exam);
    chat(exam);
}

/* What comes behind its last answer; other kinds are judged as they come. */
static void listen_idle(struct mp_exam *exam)
{
    struct mp_peer *peer =
        exam->idle ? exam->idle : mp_exam_start_greeted(exam);
    if (!peer)
        return;
    listen_until(peer, LISTEN_MS);
    const struct mp_said *last =
        peer->said_count ? peer->said[peer->said_count - 1] : NULL;
    if (last && last->kind == MP_SAID_STRAY)
        mp_exam_fail(exam, last, "it writes while it is idle");
    if (peer->exited)
        mp_exam_fail(exam, NULL, "it ends while it is idle");
}

/* --- the end --- */

static void judge_exit(struct mp_exam *exam, struct mp_peer *peer,
                       int64_t grace_ms, const char *when)
{
    struct mp_buf how = {0};
    if (!mp_peer_wait_exit(peer, grace_ms)) {
        mp_exam_fail(exam, NULL, "it still runs %lld ms after %s",
                     (long long)grace_ms, when);
        return;
    }
    mp_peer_describe_exit(peer, &how);
    if (peer->exit_signal || (exam->lab->v1 && peer->exit_code))
        mp_exam_fail(exam, NULL, "it %s after %s", mp_buf_text(&how), when);
    mp_buf_finish(&how);
}

static void ends_with_input(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start_greeted(exam);
    if (!peer || !mp_exam_is_healthy(exam, peer, "at first"))
        return;
    mp_child_close_input(peer->child);
    judge_exit(exam, peer, GRACE_MS, "the end of its stdin");
}

static void ends_unheard(struct mp_exam *exam)
{
    struct mp_peer *early = mp_exam_start(exam);
    mp_child_close_input(early->child);
    if (!mp_peer_wait_exit(early, GRACE_MS))
        mp_exam_fail(exam, NULL,
                     "started with a stdin that is at its end, it still runs "
                     "after %d ms",
                     GRACE_MS);
    struct mp_peer *deaf = mp_exam_start_greeted(exam);
    if (!deaf)
        return;
    mp_peer_await(deaf, mp_peer_ask(deaf, "health", NULL));
    mp_child_close_output(deaf->child);
    for (int i = 0; i < 3; i++)
        mp_peer_ask(deaf, "health", NULL);
    mp_child_close_input(deaf->child);
    if (!mp_peer_wait_exit(deaf, BROKEN_MS))
        mp_exam_fail(exam, NULL,
                     "it still runs %d ms after its stdin and the reader of "
                     "its stdout were gone",
                     BROKEN_MS);
}

/* --- reading and writing --- */

static void answers_at_once(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start(exam);
    const struct mp_asked *asked = mp_peer_ask(peer, "health", NULL);
    if (mp_peer_await(peer, asked))
        return;
    bool silent = !peer->exited && !peer->out_bytes;
    if (!silent)
        exam->verdict->hint = WAIT_HINT;
    mp_child_close_input(peer->child);
    if (silent && mp_peer_await_ms(peer, asked, exam->lab->answer_ms))
        mp_exam_fail(
            exam, asked->answer,
            "the answer comes only when stdin ends: it is not flushed");
    else
        mp_exam_answer(exam, peer, asked);
}

static void plays_unicode(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    mp_exam_answer(exam, peer,
                   mp_exam_begin(exam, peer, MP_FIXTURE_UNICODE, NULL));
}

static void echoes(struct mp_exam *exam, const char *text, const char *what)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    const cJSON *result = mp_exam_play(exam, peer, MP_FIXTURE_ECHO, text, NULL);
    if (result && !mp_exam_holds_text(mp_exam_get(result, "data"), text))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "%s does not come back unchanged", what);
}

static void echoes_odd_text(struct mp_exam *exam)
{
    echoes(exam, "plain", "plain text");
    echoes(exam, ODD_TEXT,
           "a text with U+2028, U+2029, U+0085, VT, U+1F69A and quotes");
    struct mp_peer *peer = mp_exam_peer(exam);
    const cJSON *result =
        mp_exam_play(exam, peer, MP_FIXTURE_ECHO, "\\\"a\\\" b", NULL);
    const cJSON *data = mp_exam_get(result, "data");
    if (result && !mp_exam_holds_text(data, "\"a\" b") &&
        !mp_exam_holds_text(data, "\\\"a\\\" b"))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "escaped quotes do not come back");
}

static void echoes_both_forms(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!mp_exam_has(exam, MP_FIXTURE_ECHO, "plain", NULL))
        return;
    const char *step = mp_exam_text(exam, MP_FIXTURE_ECHO, "@@", NULL);
    const char *params = mp_exam_step(exam, peer, step, NULL);
    static const char *const forms[] = {"\\u00e9\\ud83d\\ude9a",
                                        "\xc3\xa9\xf0\x9f\x9a\x9a"};
    for (int i = 0; i < 2; i++) {
        struct mp_buf text = {0};
        for (const char *p = params; *p; p++) {
            if (strncmp(p, "@@", 2) != 0)
                mp_buf_append_char(&text, *p);
            else
                mp_buf_append_text(&text, forms[i]), p++;
        }
        const cJSON *result = mp_exam_result(
            exam, peer, mp_peer_ask(peer, "executeStep", text.data));
        if (result && !mp_exam_holds_text(mp_exam_get(result, "data"),
                                          "\xc3\xa9\xf0\x9f\x9a\x9a"))
            mp_exam_fail(exam, mp_exam_said(peer, result),
                         "characters written %s come back changed",
                         i ? "as they are" : "as \\u escapes");
        mp_buf_finish(&text);
    }
}

static void accepts_depth(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!mp_exam_has(exam, MP_FIXTURE_PASS, NULL, NULL))
        return;
    const char *text = mp_exam_text(exam, MP_FIXTURE_PASS, NULL, NULL);
    const char *params = gh_arena_format(
        &exam->arena,
        "{\"process\":\"writer\",\"stepType\":\"when\",\"step\":%s,"
        "\"context\":{\"scenarioId\":\"conformance-1\","
        "\"platform\":\"examined\","
        "\"x-deep\":[[[[[[[{\"a\":[[[[[1]]]]]}]]]]]]]}}",
        mp_exam_quote(exam, text));
    const cJSON *result =
        mp_exam_result(exam, peer, mp_peer_ask(peer, "executeStep", params));
    if (result && !mp_exam_succeeded(result))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a passing step does not pass when its params are nested "
                     "16 deep");
}

/* --- large messages --- */

static const char *doc_string(struct mp_exam *exam, size_t bytes)
{
    char *content = gh_arena_alloc(&exam->arena, bytes + 1);
    memset(content, 'm', bytes);
    return gh_arena_format(&exam->arena, "{\"docString\":{\"content\":\"%s\"}}",
                           content);
}

static const struct mp_asked *ask_large(struct mp_exam *exam,
                                        struct mp_peer *peer, size_t bytes)
{
    return mp_peer_ask(peer, "executeStep",
                       mp_exam_step(exam, peer,
                                    "mprun: there is no step with this text",
                                    doc_string(exam, bytes)));
}

static void exceed_limit(struct mp_exam *exam, struct mp_peer *peer,
                         int64_t limit)
{
    size_t before = peer->said_count;
    const struct mp_asked *asked = ask_large(exam, peer, (size_t)limit);
    const struct mp_said *said =
        mp_peer_await_any(peer, asked, before, 2 * exam->lab->answer_ms);
    if (!said)
        mp_exam_answer(exam, peer, asked);
    else if (mp_exam_code(said) != 1007)
        mp_exam_fail(exam, said,
                     "a request above its limit of %lld bytes is not answered "
                     "with the error 1007",
                     (long long)limit);
    mp_exam_is_healthy(exam, peer, "after a request above its limit");
}

static void accepts_large(struct mp_exam *exam)
{
    int64_t limit = exam->lab->introduction.max_message_bytes;
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    if (!limit || limit > (int64_t)(MIB + 4096)) {
        const struct mp_asked *asked = ask_large(exam, peer, MIB);
        mp_exam_answer(exam, peer, asked);
        mp_exam_is_healthy(exam, peer, "after a request of 1 MiB");
    }
    if (limit && limit <= 16 * (int64_t)MIB && !mp_exam_is_over(exam))
        exceed_limit(exam, peer, limit);
}

/* The bytes of x in the texts of logs. */
static size_t count_logged(const cJSON *entry)
{
    const char *text = cJSON_IsString(entry) ? entry->valuestring
                                             : mp_exam_string(entry, "message");
    size_t count = 0;
    for (; text && *text; text++)
        count += *text == 'x';
    return count;
}

static void delivers_large(struct mp_exam *exam)
{
    char size[32];
    size_t count = 0;
    snprintf(size, sizeof(size), "%zu", MIB);
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    size_t since = peer->said_count;
    const cJSON *result =
        mp_exam_play(exam, peer, MP_FIXTURE_LOG_BYTES, size, NULL);
    const cJSON *entry;
    if (!result)
        return;
    cJSON_ArrayForEach(entry, mp_exam_get(result, "logs")) count +=
        count_logged(entry);
    for (size_t i = since; i < peer->said_count; i++) {
        if (peer->said[i]->kind == MP_SAID_NOTIFICATION)
            count += count_logged(mp_exam_get(peer->said[i]->root, "params"));
    }
    if (count < MIB)
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "%zu of %zu bytes that a step logs arrive", count, MIB);
}

/* --- how requests arrive --- */

/* In four parts, one cut within a character. */
static void send_in_pieces(struct mp_peer *peer, const char *bytes)
{
    size_t length = strlen(bytes), at = 0;
    size_t middle = (size_t)(strchr(bytes, '\xc3') - bytes) + 1;
    size_t cuts[] = {length / 8, middle, length - 1, length};
    for (int i = 0; i < 4; i++) {
        mp_peer_send(peer, (struct gh_str){bytes + at, cuts[i] - at});
        at = cuts[i];
        if (at < length)
            mp_peer_idle(peer, PAUSE_MS);
    }
}

static const struct mp_asked *ask_raw(struct mp_exam *exam,
                                      struct mp_peer *peer, const char *method,
                                      const char *before, const char *after)
{
    int64_t id = ++peer->last_id;
    const char *text = gh_arena_format(&exam->arena, "%lld", (long long)id);
    const char *line = gh_arena_format(
        &exam->arena, "%s{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\"}%s",
        before, text, method, after);
    const struct mp_asked *asked =
        mp_peer_expect(peer, text, method, gh_str_of(line));
    mp_peer_send(peer, gh_str_of(line));
    return asked;
}

static void accepts_pieces(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    const char *line = gh_arena_format(
        &exam->arena,
        "{\"jsonrpc\":\"2.0\",\"id\":901,\"method\":\"executeStep\","
        "\"params\":%s}\n",
        mp_exam_step(exam, peer, "mprun: h\xc3\xa9 has no definition", NULL));
    const struct mp_asked *split =
        mp_peer_expect(peer, "901", "executeStep", gh_str_of(line));
    send_in_pieces(peer, line);
    mp_exam_answer(exam, peer, split);
    const char *both =
        "{\"jsonrpc\":\"2.0\",\"id\":902,\"method\":\"health\"}\n"
        "{\"jsonrpc\":\"2.0\",\"id\":903,\"method\":\"health\"}\n";
    const struct mp_asked *first =
        mp_peer_expect(peer, "902", "health", gh_str_of(both));
    const struct mp_asked *second =
        mp_peer_expect(peer, "903", "health", gh_str_of(both));
    mp_peer_send(peer, gh_str_of(both));
    mp_exam_answer(exam, peer, first);
    mp_exam_answer(exam, peer, second);
    if (!mp_exam_is_over(exam) && first->answered_ms > second->answered_ms)
        mp_exam_fail(exam, second->answer,
                     "two requests in one write are answered out of order");
}

static void print_by(struct mp_exam *exam, struct mp_peer *peer,
                     enum mp_fixture fixture, const char *text)
{
    const cJSON *result = mp_exam_play(exam, peer, fixture, text, NULL);
    if (result && !mp_exam_succeeded(result))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a step that prints does not pass");
    mp_exam_is_healthy(exam, peer, "after a step that prints");
}

static void keeps_prints_away(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    peer->printed = "conformance: ";
    print_by(exam, peer, MP_FIXTURE_PRINT, "conformance: printed");
    if (exam->verdict->mark != MP_MARK_NOT_TESTED)
        print_by(exam, peer, MP_FIXTURE_SPAWN, "conformance: by a child");
    peer->printed = NULL;
}

static void survives_stderr(struct mp_exam *exam)
{
    char text[PRINT_SIZE + 1];
    memset(text, 'e', PRINT_SIZE);
    text[PRINT_SIZE] = '\0';
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    size_t before = peer->err_bytes;
    for (int i = 0; i < PRINTS && !mp_exam_is_over(exam); i++)
        mp_exam_play(exam, peer, MP_FIXTURE_PRINT, text, NULL);
    if (!mp_exam_is_healthy(exam, peer, "after 1 MiB on stderr"))
        return;
    if (peer->err_bytes - before < MIB)
        mp_exam_skip(exam, "what its steps print does not come to stderr");
}

static void tolerates_crlf(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (peer)
        mp_exam_answer(exam, peer, ask_raw(exam, peer, "health", "", "\r\n"));
}

static void ignores_blank_lines(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    size_t before = peer->said_count;
    const struct mp_asked *asked = ask_raw(exam, peer, "health", "\n\n", "\n");
    mp_exam_answer(exam, peer, asked);
    for (size_t i = before; i < peer->said_count; i++) {
        if (mp_said_is_to_nothing(peer->said[i]))
            mp_exam_fail(exam, peer->said[i], "blank lines are answered");
    }
}

/* clang-format off */
const struct mp_check mp_transport_checks[] = {
    {1, false, NULL, {0},
     "each message is one line that ends in LF",
     "looks at all lines of all processes",
     "write the message without line breaks (no pretty printing) and one \\n",
     look_at_lines},
    {2, false, NULL, {0},
     "nothing but messages is on stdout, no banner",
     "listens for two seconds before it asks anything; looks at all lines",
     "write banners and prints to stderr", listen_first},
    {3, false, NULL, {0},
     "no byte-order mark",
     "looks at the first bytes",
     "open stdout as UTF-8 without a mark", look_at_lines},
    {4, false, NULL, {0},
     "no CR before LF",
     "looks at the ends of all lines",
     "write \\n and switch off the translation of line ends",
     look_at_lines},
    {5, false, NULL, {8},
     "nothing unasked but notifications that were announced",
     "lets an idle server be for two seconds; looks at all messages",
     "send log and attachment only if initialize has announced them, and no "
     "requests", listen_idle},
    {6, false, NULL, {8},
     "ends when its stdin ends, in time and in order",
     "closes stdin of an idle server; five seconds, status 0 (bare: any)",
     "leave the loop at the end of stdin and exit with 0; no thread or timer "
     "may hold the process", ends_with_input},
    {7, false, NULL, {6},
     "ends without a first request, and without a reader",
     "starts it with an empty stdin; closes both ends of another one",
     "treat the end of stdin and EPIPE as the end, in every state",
     ends_unheard},
    {8, false, NULL, {0},
     "answers while stdin stays open",
     "sends health and waits",
     "flush stdout after each message", answers_at_once},
    {9, false, NULL, {8},
     "valid UTF-8 and strict JSON",
     "has odd characters and NaN returned; reads all lines strictly",
     "repair texts before they are written: no NaN, no lone surrogates, no "
     "\\u0000, no raw bytes", plays_unicode},
    {10, false, NULL, {0},
     "no member twice in an object",
     "looks at all messages",
     "set each member once", look_at_lines},
    {11, false, NULL, {8},
     "takes any text in a step, unchanged",
     "has U+2028, U+2029, U+0085, VT, U+1F69A and quotes echoed",
     "split the input at LF only, not where the language sees a line end",
     echoes_odd_text},
    {12, false, NULL, {8},
     "takes \\u escapes and raw UTF-8 alike",
     "has both forms echoed",
     "read stdin as UTF-8 and let a JSON parser read the escapes",
     echoes_both_forms},
    {13, false, NULL, {8, 28},
     "takes params nested 16 deep; its own are at most 64",
     "sends a step with deep params; looks at all messages",
     "use a JSON parser without a low limit", accepts_depth},
    {14, false, NULL, {8},
     "takes a request of 1 MiB, or keeps to its own limit",
     "sends a doc string of 1 MiB; one above limits.maxMessageBytes",
     "read lines of any length, or announce limits.maxMessageBytes and answer "
     "longer ones with the error 1007", accepts_large},
    {15, false, NULL, {8},
     "delivers an answer of 1 MiB whole",
     "has a step log 1 MiB",
     "write in a loop until all is written, then flush", delivers_large},
    {16, false, NULL, {8},
     "takes requests in pieces, and two at once",
     "writes a request in four parts with pauses, then two in one",
     "collect bytes until LF, and keep what comes after it", accepts_pieces},
    {17, false, NULL, {8},
     "what steps print stays away from stdout",
     "executes steps that print, themselves and by a child",
     "save the channel first, then point stdout at stderr: dup(1), dup2(2, 1)",
     keeps_prints_away},
    {18, false, NULL, {8, 17},
     "survives 1 MiB on stderr",
     "has a step print 1 MiB",
     "do not keep what goes to stderr, and do not wait for it", survives_stderr},
    {19, false, NULL, {8},
     "takes a request that ends in CR LF",
     "sends one",
     "strip a CR at the end of the line", tolerates_crlf},
    {20, false, NULL, {8, 16},
     "ignores blank lines",
     "sends two before a request",
     "go on with the next line when one is empty", ignores_blank_lines},
    {0, false, NULL, {0}, NULL, NULL, NULL, NULL},
};
/* clang-format on */
