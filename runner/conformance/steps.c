/* Checks 31 to 39 and 43 to 45: steps. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "runner/conformance/check.h"

#define MANY_STEPS 1000

static void plays_seed(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start_greeted(exam);
    if (!peer)
        return;
    const char *id =
        gh_arena_format(&exam->arena, "%lld", (long long)++peer->last_id);
    const char *line = gh_arena_format(
        &exam->arena,
        "{\"jsonrpc\":\"2.0\",\"method\":\"executeStep\",\"params\":{"
        "\"process\":\"writer\",\"stepType\":\"when\",\"step\":%s,"
        "\"context\":{\"scenarioId\":\"test-1-1\",\"platform\":\"csharp\"}},"
        "\"id\":%s}\n",
        mp_exam_quote(exam, mp_exam_text(exam, MP_FIXTURE_PASS, NULL, NULL)),
        id);
    const struct mp_asked *asked =
        mp_peer_expect(peer, id, "executeStep", gh_str_of(line));
    mp_peer_send(peer, gh_str_of(line));
    const cJSON *result = mp_exam_result(exam, peer, asked);
    if (!result || mp_exam_succeeded(result))
        return;
    if (!mp_exam_has(exam, MP_FIXTURE_PASS, NULL, NULL))
        return;
    mp_exam_fail(exam, asked->answer,
                 "a passing step in the printed form does not pass");
}

static void has_shape(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    mp_exam_play(exam, peer, MP_FIXTURE_PASS, NULL, NULL);
}

static void fails_with(struct mp_exam *exam, struct mp_peer *peer,
                       enum mp_fixture fixture, const char *what)
{
    const cJSON *result = mp_exam_play(exam, peer, fixture, NULL, NULL);
    if (result && !cJSON_IsFalse(mp_exam_get(result, "success")))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a step that %s has not success: false", what);
}

static void survives_failures(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    fails_with(exam, peer, MP_FIXTURE_FAIL, "fails");
    fails_with(exam, peer, MP_FIXTURE_THROW, "throws");
    mp_exam_passes(exam, peer, MP_FIXTURE_PASS, NULL, NULL);
}

static void says_why(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (mp_exam_play(exam, peer, MP_FIXTURE_FAIL, NULL, NULL))
        mp_exam_play(exam, peer, MP_FIXTURE_THROW, NULL, NULL);
}

static void has_status(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (mp_exam_play(exam, peer, MP_FIXTURE_PASS, NULL, NULL))
        mp_exam_play(exam, peer, MP_FIXTURE_FAIL, NULL, NULL);
}

static void knows_undefined(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    const struct mp_asked *asked = mp_peer_ask(
        peer, "executeStep",
        mp_exam_step(exam, peer, "mprun: nobody has defined this step", NULL));
    const cJSON *result = mp_exam_result(exam, peer, asked);
    const char *status = mp_exam_string(result, "status");
    if (result && !cJSON_IsFalse(mp_exam_get(result, "success")))
        mp_exam_fail(exam, asked->answer,
                     "an unknown step has not success: false");
    else if (result && exam->lab->v1 &&
             (!status || strcmp(status, "undefined") != 0))
        mp_exam_fail(exam, asked->answer,
                     "an unknown step has not the status undefined");
}

static void gives_reason(struct mp_exam *exam, enum mp_fixture fixture,
                         const char *wanted)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    const cJSON *result = mp_exam_play(exam, peer, fixture, NULL, NULL);
    const char *status = mp_exam_string(result, "status");
    if (result && (!status || strcmp(status, wanted) != 0))
        mp_exam_fail(exam, mp_exam_said(peer, result), "the status is not '%s'",
                     wanted);
    else if (result && !mp_exam_string(result, "reason"))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a %s step without a string 'reason'", wanted);
}

static void gives_reasons(struct mp_exam *exam)
{
    gives_reason(exam, MP_FIXTURE_PENDING, "pending");
    gives_reason(exam, MP_FIXTURE_SKIP, "skipped");
}

static void passes_argument(struct mp_exam *exam, const char *argument)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    const cJSON *result =
        mp_exam_play_with(exam, peer, MP_FIXTURE_ECHO_ARGUMENT, argument);
    cJSON *sent = cJSON_Parse(argument), *part;
    const cJSON *data = mp_exam_get(result, "data");
    cJSON *rows = cJSON_GetObjectItem(mp_exam_get(sent, "dataTable"), "rows");
    if (result && !mp_exam_succeeded(result))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "the step that echoes its argument does not pass");
    else if (result && rows && !mp_exam_holds(data, rows))
        mp_exam_fail(exam, mp_exam_said(peer, result),
                     "a data table comes to the step changed");
    cJSON_ArrayForEach(part, cJSON_GetObjectItem(sent, "docString"))
    {
        if (result && !mp_exam_holds(data, part))
            mp_exam_fail(exam, mp_exam_said(peer, result),
                         "the %s of a doc string comes to the step changed",
                         part->string);
    }
    cJSON_Delete(sent);
}

static void passes_arguments(struct mp_exam *exam)
{
    static const char *const table[] = {
        "{\"dataTable\":{\"rows\":[[\"id\",\"size\"],[\"\",\"a|b\"],"
        "[\"two\\nlines\",\"\xc3\xa9 \xf0\x9f\x9a\x9a \\\\\"]]}}",
        "{\"docString\":{\"content\":\"{\\n  \\\"id\\\": 1\\n}\\n\","
        "\"mediaType\":\"application/json\"}}",
        "{\"docString\":{\"content\":\"| no | table |\\n\\ttab \"}}",
        "{\"docString\":{\"content\":\"\"}}"};
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        passes_argument(exam, table[i]);
}

static void needs_no_more(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!mp_exam_has(exam, MP_FIXTURE_PASS, NULL, NULL))
        return;
    const char *text = mp_exam_text(exam, MP_FIXTURE_PASS, NULL, NULL);
    const char *quoted = mp_exam_quote(exam, text);
    const char *forms[] = {
        mp_exam_bare_step(exam, text, NULL),
        gh_arena_format(
            &exam->arena,
            "{\"process\":\"writer\",\"stepType\":\"when\",\"step\":%s,"
            "\"context\":{\"scenarioId\":\"conformance-1\","
            "\"platform\":\"examined\",\"fullText\":%s}}",
            quoted, quoted)};
    for (int i = 0; i < (exam->lab->v1 ? 2 : 1); i++) {
        const struct mp_asked *asked =
            mp_peer_ask(peer, "executeStep", forms[i]);
        const cJSON *result = mp_exam_result(exam, peer, asked);
        if (result && !mp_exam_succeeded(result))
            mp_exam_fail(exam, asked->answer,
                         "a passing step does not pass without optional "
                         "members");
    }
}

/* --- instances --- */

static void keeps_state(struct mp_exam *exam)
{
    if (!mp_exam_has(exam, MP_FIXTURE_REMEMBER, "none", NULL))
        return;
    struct mp_peer *one = mp_exam_start_greeted(exam);
    struct mp_peer *other = mp_exam_start_greeted(exam);
    if (!mp_exam_passes(exam, one, MP_FIXTURE_REMEMBER, "conformance", NULL))
        return;
    const cJSON *again =
        mp_exam_play(exam, one, MP_FIXTURE_RECALL, "conformance", NULL);
    if (again && !mp_exam_succeeded(again))
        mp_exam_fail(exam, mp_exam_said(one, again),
                     "what one step remembers, the next one does not know");
    const cJSON *shared =
        mp_exam_play(exam, other, MP_FIXTURE_RECALL, "conformance", NULL);
    if (shared && mp_exam_succeeded(shared))
        mp_exam_fail(exam, mp_exam_said(other, shared),
                     "what one process remembers, another one knows");
}

static void runs_twice(struct mp_exam *exam)
{
    struct mp_peer *peers[2];
    bool single = exam->lab->single;
    peers[0] = mp_exam_start(exam);
    exam->lab->single = false;
    peers[1] = mp_exam_start(exam);
    exam->lab->single = single;
    for (int i = 0; i < 2 && !mp_exam_is_over(exam); i++) {
        if (!mp_exam_greet(exam, peers[i]))
            mp_exam_fail(exam, NULL,
                         "one of two that run at the same time is not ready");
        mp_exam_is_healthy(exam, peers[i], "of two at the same time");
    }
    for (int i = 0; i < 2; i++)
        mp_exam_is_healthy(exam, peers[i], "of two at the same time");
}

/* --- many --- */

static long count_files(int64_t pid)
{
    char path[64];
    long count = 0;
    snprintf(path, sizeof(path), "/proc/%lld/fd", (long long)pid);
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count > 2 ? count - 2 : 0;
}

static long resident_kib(int64_t pid)
{
    char path[64], line[128] = "", *end = line;
    snprintf(path, sizeof(path), "/proc/%lld/statm", (long long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    if (fgets(line, sizeof(line), file))
        strtol(line, &end, 10); /* all of it; what is resident follows */
    fclose(file);
    return strtol(end, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

static void plays_many(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start_greeted(exam);
    if (!mp_exam_passes(exam, peer, MP_FIXTURE_PASS, NULL, NULL))
        return;
    int64_t pid = mp_child_pid(peer->child);
    long files = count_files(pid), memory = resident_kib(pid);
    double before = mp_clock_now_exact(&exam->lab->clock);
    for (int i = 0; i < MANY_STEPS; i++) {
        if (!mp_exam_passes(exam, peer, MP_FIXTURE_PASS, NULL, NULL))
            return;
    }
    double took = mp_clock_now_exact(&exam->lab->clock) - before;
    mp_exam_remark(exam,
                   "%.2f ms a step; open files %ld, then %ld; memory %ld KiB, "
                   "then %ld",
                   took / MANY_STEPS, files, count_files(pid), memory,
                   resident_kib(pid));
}

/* clang-format off */
const struct mp_check mp_step_checks[] = {
    {31, false, NULL, {8},
     "plays a passing step in the printed form",
     "sends the request of docs/protocol.md 5.3 on one line",
     "answer {\"success\":true,\"logs\":[]} in result", plays_seed},
    {32, false, NULL, {31},
     "a result has a boolean success, logs and data of their types",
     "looks at all results",
     "success is true or false; logs an array of strings; data an object",
     has_shape},
    {33, false, NULL, {31},
     "a step that fails or throws is a result, success: false",
     "executes both, then one that passes",
     "catch what a step throws and answer with a result; error is for the "
     "protocol", survives_failures},
    {34, true, NULL, {33},
     "a failed result says why: failure.message",
     "looks at all failed results",
     "\"failure\":{\"message\":\"what went wrong\"}", says_why},
    {35, true, NULL, {31},
     "status is one of the six and agrees with success",
     "looks at all results",
     "success is true exactly when status is passed", has_status},
    {36, false, NULL, {8},
     "an unknown step is told: success: false",
     "executes one (level 1: the status is undefined)",
     "answer {\"success\":false,\"status\":\"undefined\",\"logs\":[]}",
     knows_undefined},
    {37, true, NULL, {31},
     "pending and skipped steps give a reason",
     "executes both",
     "\"status\":\"pending\" or \"skipped\" and \"reason\":\"...\"",
     gives_reasons},
    {38, false, NULL, {31},
     "tables and doc strings come to the step unchanged",
     "has tables and doc strings echoed: empty ones, with bars and line ends",
     "hand on params.argument as the JSON parser gave it", passes_arguments},
    {39, false, NULL, {31},
     "needs no optional members",
     "sends a step without argument and with the smallest context",
     "take a missing member for absent", needs_no_more},
    {43, false, NULL, {31, 44},
     "keeps state between steps, and for itself",
     "has one process remember a text that another must not know",
     "keep state in the process: no file, no shared memory of a fixed name",
     keeps_state},
    {44, false, NULL, {8},
     "two can run at the same time",
     "starts two and asks both",
     "no fixed port, lock or file: use MPRUN_SHARED_DIR and MPRUN_IPC_PREFIX",
     runs_twice},
    {45, false, NULL, {31},
     "stays correct over 1000 steps",
     "executes them; tells open files and memory before and after",
     "give back after each step what it took", plays_many},
    {0, false, NULL, {0}, NULL, NULL, NULL, NULL},
};
/* clang-format on */
