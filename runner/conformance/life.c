/* Checks 51 to 60 without 57: the end, cases, cancelling, definitions. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "gherkin/utf8.h"
#include "runner/base/fs.h"
#include "runner/base/walk.h"
#include "runner/conformance/check.h"

#define GRACE_MS        5000
#define TERM_MS         2000
#define CANCEL_MS       3000
#define RUNNING_MS      50
#define QUIET_MS        50
#define DYING_MS        200
#define RACES           200
#define SHUTTING_DOWN   1005
#define INVALID_REQUEST (-32600)
#define PATH_SHOWN      200

/* --- what is left --- */

struct found {
    size_t count;
    char path[PATH_SHOWN];
};

static void see(void *self, const struct mp_walk_entry *entry)
{
    struct found *found = self;
    if (!found->count++)
        snprintf(found->path, sizeof(found->path), "%s", entry->path);
}

static void judge_folder(struct mp_exam *exam, const char *folder,
                         const char *when)
{
    struct found found = {0};
    mp_walk(folder, see, &found);
    if (found.count)
        mp_exam_fail(exam, NULL, "%zu files are left in sharedDir %s: %s",
                     found.count, when, found.path);
}

/* What it has started and still has, itself not counted. */
static size_t count_left(const struct mp_peer *peer)
{
    size_t lives = peer->exited && mp_child_group_lives(peer->child);
    size_t count = mp_contain_count(&peer->lab->contain, peer->scenario_id,
                                    (pid_t)mp_child_pid(peer->child));
    return count > lives ? count : lives;
}

/* What is dying has a moment for it. */
static size_t find_left(struct mp_peer *peer)
{
    if (!count_left(peer))
        return 0;
    mp_lab_wait(peer->lab, NULL, NULL, DYING_MS);
    return count_left(peer);
}

/* --- the end --- */

static void judge_closed(struct mp_exam *exam, struct mp_peer *peer,
                         const char *method, const char *params)
{
    const struct mp_said *answer =
        mp_exam_answer(exam, peer, mp_peer_ask(peer, method, params));
    int code = mp_exam_code(answer);
    if (answer && code != SHUTTING_DOWN && code != INVALID_REQUEST)
        mp_exam_fail(exam, answer,
                     "%s after shutdown is not answered with the error 1005 or "
                     "-32600",
                     method);
}

static void judge_end(struct mp_exam *exam, struct mp_peer *peer)
{
    struct mp_buf how = {0};
    if (mp_exam_is_over(exam))
        return;
    mp_child_close_input(peer->child);
    bool ended = mp_peer_wait_exit(peer, GRACE_MS);
    mp_peer_describe_exit(peer, &how);
    if (!ended)
        mp_exam_fail(exam, NULL,
                     "it still runs %d ms after shutdown and the end of stdin",
                     GRACE_MS);
    else if (peer->exit_signal || peer->exit_code)
        mp_exam_fail(exam, NULL, "it %s after shutdown", mp_buf_text(&how));
    else if (find_left(peer))
        mp_exam_fail(exam, NULL, "it leaves a process behind");
    mp_buf_finish(&how);
}

static void shuts_down(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start_greeted(exam);
    if (!mp_exam_passes(exam, peer, MP_FIXTURE_PASS, NULL, NULL))
        return;
    const char *text = mp_exam_text(exam, MP_FIXTURE_PASS, NULL, NULL);
    const struct mp_asked *asked =
        mp_peer_ask(peer, "shutdown", "{\"reason\":\"scenarioFinished\"}");
    const cJSON *result = mp_exam_result(exam, peer, asked);
    if (result && !mp_exam_succeeded(result))
        mp_exam_fail(exam, asked->answer, "shutdown does not succeed");
    if (!mp_exam_is_over(exam))
        judge_folder(exam, peer->shared_dir, "after shutdown");
    judge_closed(exam, peer, "executeStep",
                 mp_exam_step(exam, peer, text, NULL));
    judge_end(exam, peer);
}

static void heeds_sigterm(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start_greeted(exam);
    if (!peer || !mp_exam_is_healthy(exam, peer, "at first"))
        return;
    mp_child_signal(peer->child, SIGTERM);
    if (!mp_peer_wait_exit(peer, TERM_MS))
        mp_exam_fail(exam, NULL, "it still runs %d ms after SIGTERM", TERM_MS);
    else if (find_left(peer))
        mp_exam_warn(exam, NULL, "it leaves a process behind after SIGTERM");
}

/* --- cases --- */

static const struct mp_asked *start_case(struct mp_exam *exam,
                                         struct mp_peer *peer, int number,
                                         const char *folder)
{
    return mp_peer_ask(
        peer, "scenarioStarted",
        gh_arena_format(
            &exam->arena,
            "{\"scenarioId\":\"conformance-case-%d\",\"name\":\"Conformance\","
            "\"feature\":\"conformance.feature\",\"line\":2,\"tags\":[],"
            "\"attempt\":1,\"slot\":0,\"timeoutMs\":5000,\"run\":{\"runId\":%s,"
            "\"seed\":1,\"workDir\":%s,\"sharedDir\":%s,\"artifactDir\":%s,"
            "\"ipcPrefix\":\"%s.%d\"}}",
            number, mp_exam_quote(exam, exam->lab->options->run_id),
            mp_exam_quote(exam, exam->lab->options->cwd),
            mp_exam_quote(exam, folder),
            mp_exam_quote(exam, peer->artifact_dir), peer->ipc_prefix, number));
}

static const struct mp_asked *finish_case(struct mp_exam *exam,
                                          struct mp_peer *peer, int number)
{
    return mp_peer_ask(
        peer, "scenarioFinished",
        gh_arena_format(&exam->arena,
                        "{\"scenarioId\":\"conformance-case-%d\","
                        "\"status\":\"passed\",\"timeoutMs\":5000}",
                        number));
}

static void succeed(struct mp_exam *exam, struct mp_peer *peer,
                    const struct mp_asked *asked)
{
    const cJSON *result = mp_exam_result(exam, peer, asked);
    if (result && !mp_exam_succeeded(result))
        mp_exam_fail(exam, asked->answer, "%s does not succeed", asked->method);
}

static void judge_forgotten(struct mp_exam *exam, struct mp_peer *peer)
{
    const cJSON *known =
        mp_exam_play(exam, peer, MP_FIXTURE_RECALL, "conformance", NULL);
    if (known && mp_exam_succeeded(known))
        mp_exam_fail(exam, mp_exam_said(peer, known),
                     "what a step of the last case remembered is still known");
}

static void parts_cases(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start_greeted(exam);
    if (!peer)
        return;
    succeed(exam, peer, start_case(exam, peer, 1, peer->shared_dir));
    if (!mp_exam_passes(exam, peer, MP_FIXTURE_REMEMBER, "conformance", NULL))
        return;
    succeed(exam, peer, finish_case(exam, peer, 1));
    succeed(exam, peer, start_case(exam, peer, 2, peer->shared_dir));
    judge_forgotten(exam, peer);
    succeed(exam, peer, finish_case(exam, peer, 2));
    if (!mp_exam_is_over(exam))
        mp_exam_answer(exam, peer, finish_case(exam, peer, 3));
    mp_exam_is_healthy(exam, peer, "after scenarioFinished without a start");
}

static void clears_cases(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_start_greeted(exam);
    if (!peer)
        return;
    const char *folder =
        gh_arena_format(&exam->arena, "%s.case", peer->shared_dir);
    mp_fs_make_dirs(folder);
    for (int number = 1; number <= 3; number++) {
        succeed(exam, peer, start_case(exam, peer, number, folder));
        mp_exam_passes(exam, peer, MP_FIXTURE_PASS, NULL, NULL);
        succeed(exam, peer, finish_case(exam, peer, number));
        if (!mp_exam_is_over(exam))
            judge_folder(exam, folder, "after scenarioFinished");
    }
    if (!mp_exam_is_over(exam) && find_left(peer))
        mp_exam_fail(exam, NULL,
                     "a process is left behind after scenarioFinished");
}

/* --- cancelling --- */

static void cancel(struct mp_exam *exam, struct mp_peer *peer, const char *id)
{
    mp_peer_notify(peer, "$/cancelRequest",
                   gh_arena_format(&exam->arena,
                                   "{\"id\":%s,\"reason\":\"timeout\"}", id));
}

/* A step that is answered before it is cancelled is not there, or does not
 * sleep. */
static bool sleeps(struct mp_exam *exam, struct mp_peer *peer,
                   const struct mp_asked *asked)
{
    mp_peer_idle(peer, RUNNING_MS);
    const char *status =
        asked->answer
            ? mp_exam_string(mp_exam_get(asked->answer->root, "result"),
                             "status")
            : NULL;
    if (status && !strcmp(status, "undefined"))
        mp_exam_skip(exam, "the server has no step that sleeps (--slow TEXT "
                           "names one)");
    else if (asked->answer)
        mp_exam_fail(exam, asked->answer,
                     "a step that should sleep for ten seconds is answered at "
                     "once");
    return !asked->answer;
}

static void cancels(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    const struct mp_asked *asked =
        mp_exam_begin(exam, peer, MP_FIXTURE_SLOW, "10000");
    if (!sleeps(exam, peer, asked))
        return;
    cancel(exam, peer, asked->id);
    if (!mp_peer_await_ms(peer, asked, CANCEL_MS))
        mp_exam_fail(exam, NULL,
                     "a step that sleeps is not answered within %d ms of its "
                     "cancel",
                     CANCEL_MS);
    mp_exam_is_healthy(exam, peer, "after a cancel");
    mp_peer_idle(peer, QUIET_MS);
    if (asked->answers > 1)
        mp_exam_fail(exam, asked->answer,
                     "a request that was cancelled is answered twice");
}

static void ignores_late_cancels(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer || !mp_exam_is_healthy(exam, peer, "at first"))
        return;
    size_t before = peer->said_count;
    const struct mp_asked *finished = peer->asked;
    cancel(exam, peer, finished->id);
    cancel(exam, peer, "999999");
    cancel(exam, peer, "\"none\"");
    const struct mp_asked *asked = mp_peer_ask(peer, "health", NULL);
    mp_exam_answer(exam, peer, asked);
    mp_peer_idle(peer, QUIET_MS);
    for (size_t i = before; i < peer->said_count; i++) {
        if (mp_said_is_to_nothing(peer->said[i]))
            mp_exam_fail(exam, peer->said[i],
                         "a cancel of nothing that runs is answered");
    }
    if (finished->answers > 1)
        mp_exam_fail(exam, finished->answer,
                     "a cancel of a request that is answered is answered");
}

/* Cancels at odd moments; which ones is the same each time. */
static void races(struct mp_exam *exam)
{
    unsigned long long random = 12345;
    const char *pattern = exam->lab->options->steps[MP_FIXTURE_SLOW];
    if (pattern && !strchr(pattern, '{'))
        mp_exam_skip(exam, "'%s' has no {int} for the time", pattern);
    if (!mp_exam_has(exam, MP_FIXTURE_SLOW, "1", NULL))
        return;
    struct mp_peer *peer = mp_exam_peer(exam);
    for (int i = 0; i < RACES && !mp_exam_is_over(exam); i++) {
        const struct mp_asked *asked =
            mp_exam_begin(exam, peer, MP_FIXTURE_SLOW, "1");
        random = random * 6364136223846793005ULL + 1442695040888963407ULL;
        mp_peer_idle(peer, (int64_t)((random >> 33) % 3));
        cancel(exam, peer, asked->id);
        mp_exam_answer(exam, peer, asked);
    }
    mp_exam_is_healthy(exam, peer, "after cancels at odd moments");
    for (const struct mp_asked *a = peer ? peer->asked : NULL; a; a = a->next) {
        if (a->answers > 1)
            mp_exam_fail(exam, a->answer,
                         "a cancelled request is answered twice");
    }
}

/* --- definitions --- */

/* value is the text of the step from start to end, in code points. */
static bool is_at_place(const char *step, const cJSON *argument)
{
    const cJSON *start = mp_exam_get(argument, "start");
    const cJSON *end = mp_exam_get(argument, "end");
    const char *value = mp_exam_string(argument, "value");
    struct gh_str text = gh_str_of(step);
    if (!step || !start || !end || !value) /* they may be left out */
        return true;
    if (!cJSON_IsNumber(start) || !cJSON_IsNumber(end) || start->valueint < 0 ||
        end->valueint < start->valueint)
        return false;
    size_t from = gh_utf8_offset(text, (size_t)start->valueint);
    size_t to = gh_utf8_offset(text, (size_t)end->valueint);
    return (size_t)end->valueint <= gh_utf8_count(text.ptr, text.len) &&
           gh_str_equal((struct gh_str){step + from, to - from},
                        gh_str_of(value));
}

struct asked_step {
    const char *text;
    int least, most; /* matches */
};

static const struct mp_asked *ask_match(struct mp_exam *exam,
                                        struct mp_peer *peer,
                                        const struct asked_step *steps,
                                        size_t count)
{
    struct mp_buf params = {0};
    mp_buf_append_text(&params, "{\"steps\":[");
    for (size_t i = 0; i < count; i++)
        mp_buf_format(&params,
                      "%s{\"step\":%s,\"stepType\":\"when\",\"argument\":"
                      "\"none\"}",
                      i ? "," : "", mp_exam_quote(exam, steps[i].text));
    mp_buf_append_text(&params, "]}");
    const struct mp_asked *asked = mp_peer_ask(peer, "matchSteps", params.data);
    mp_buf_finish(&params);
    return asked;
}

static void judge_match(struct mp_exam *exam, const struct mp_said *answer,
                        const cJSON *entry, const struct asked_step *step)
{
    const cJSON *matches = mp_exam_get(entry, "matches"), *argument;
    int count = cJSON_GetArraySize(matches);
    if (!cJSON_IsArray(matches))
        mp_exam_fail(exam, answer,
                     "an entry of results has no array 'matches'");
    else if (count < step->least || count > step->most)
        mp_exam_fail(exam, answer, "'%s' has %d matches, and %s when it runs",
                     step->text, count,
                     !step->most       ? "none"
                     : step->least > 1 ? "several"
                                       : "one");
    cJSON_ArrayForEach(argument,
                       mp_exam_get(cJSON_GetArrayItem(matches, 0), "args"))
    {
        if (!is_at_place(step->text, argument))
            mp_exam_fail(exam, answer,
                         "start and end of an argument do not cut out its "
                         "value (they count code points)");
    }
}

/* How the step ends when it is executed. */
static bool is_ambiguous(struct mp_exam *exam, struct mp_peer *peer,
                         const char *text)
{
    const struct mp_asked *asked =
        mp_peer_ask(peer, "executeStep", mp_exam_step(exam, peer, text, NULL));
    const cJSON *result = mp_exam_result(exam, peer, asked);
    const char *status = mp_exam_string(result, "status");
    return status && !strcmp(status, "ambiguous");
}

static void matches_well(struct mp_exam *exam)
{
    if (!mp_exam_has(exam, MP_FIXTURE_REMEMBER, "before", NULL))
        return;
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    struct asked_step steps[] = {
        {mp_exam_text(exam, MP_FIXTURE_REMEMBER, "matched", NULL), 1, 1},
        {"mprun: nobody has defined this step", 0, 0},
        {mp_exam_text(exam, MP_FIXTURE_PASS, NULL, NULL), 1, 1},
        {mp_exam_text(exam, MP_FIXTURE_EXPORT, "\xf0\x9f\x9a\x9a", "key"), 0,
         1},
        {mp_exam_text(exam, MP_FIXTURE_AMBIGUOUS, NULL, NULL), 0, 1}};
    if (is_ambiguous(exam, peer, steps[4].text))
        steps[4].least = 2, steps[4].most = 1000;
    if (mp_exam_is_over(exam))
        return;
    const struct mp_asked *asked = ask_match(exam, peer, steps, 5);
    const cJSON *result = mp_exam_result(exam, peer, asked);
    const cJSON *list = mp_exam_get(result, "results");
    if (result && cJSON_GetArraySize(list) != 5)
        mp_exam_fail(exam, asked->answer,
                     "5 steps were asked for, results has %d entries",
                     cJSON_GetArraySize(list));
    for (int i = 0; i < 5 && !mp_exam_is_over(exam); i++)
        judge_match(exam, asked->answer, cJSON_GetArrayItem(list, i),
                    &steps[i]);
    const cJSON *known =
        mp_exam_play(exam, peer, MP_FIXTURE_RECALL, "matched", NULL);
    if (known && mp_exam_succeeded(known))
        mp_exam_fail(exam, mp_exam_said(peer, known),
                     "matchSteps has run the code of a step");
}

static bool is_listed(const cJSON *definitions, const char *id)
{
    const cJSON *definition;
    int count = 0;
    cJSON_ArrayForEach(definition, definitions)
    {
        const char *own = mp_exam_string(definition, "id");
        count += own && !strcmp(own, id);
    }
    return count == 1;
}

static void judge_ids(struct mp_exam *exam, const struct mp_said *answer,
                      const cJSON *definitions)
{
    const cJSON *definition;
    if (!cJSON_IsArray(definitions))
        mp_exam_fail(exam, answer, "the result has no array 'stepDefinitions'");
    cJSON_ArrayForEach(definition, definitions)
    {
        const char *id = mp_exam_string(definition, "id");
        if (!id)
            mp_exam_fail(exam, answer, "a definition without a string 'id'");
        else if (!is_listed(definitions, id))
            mp_exam_fail(exam, answer, "the id '%s' is there twice", id);
    }
}

static void lists_well(struct mp_exam *exam)
{
    struct mp_peer *peer = mp_exam_peer(exam);
    if (!peer)
        return;
    const struct mp_asked *asked =
        mp_peer_ask(peer, "listStepDefinitions", NULL);
    const cJSON *result = mp_exam_result(exam, peer, asked);
    const cJSON *definitions = mp_exam_get(result, "stepDefinitions");
    if (!result)
        return;
    judge_ids(exam, asked->answer, definitions);
    if (mp_exam_is_over(exam) || !exam->lab->introduction.match_steps)
        return;
    struct asked_step steps[] = {
        {mp_exam_text(exam, MP_FIXTURE_PASS, NULL, NULL), 1, 1},
        {mp_exam_text(exam, MP_FIXTURE_FAIL, NULL, NULL), 1, 1}};
    const struct mp_asked *match = ask_match(exam, peer, steps, 2);
    const cJSON *entry, *found;
    cJSON_ArrayForEach(
        entry, mp_exam_get(mp_exam_result(exam, peer, match), "results"))
    {
        cJSON_ArrayForEach(found, mp_exam_get(entry, "matches"))
        {
            const char *id = mp_exam_string(found, "id");
            if (!id || !is_listed(definitions, id))
                mp_exam_fail(exam, match->answer,
                             "matchSteps names an id that is not listed");
        }
    }
}

/* clang-format off */
const struct mp_check mp_life_checks[] = {
    {51, true, NULL, {6, 31},
     "shutdown is answered, clears up and is the end",
     "sends shutdown, one more step and the end of stdin; looks for processes "
     "and files",
     "release what the steps hold, answer {\"success\":true}, refuse all else "
     "with 1005 and exit with 0 at the end of stdin", shuts_down},
    {52, false, NULL, {8},
     "ends within two seconds of SIGTERM",
     "sends it to an idle server",
     "leave the signal as it is, or end the process in its handler",
     heeds_sigterm},
    {53, true, "scenarios", {31, 43, 49},
     "a case begins without the state of the last one",
     "plays two cases, then finishes one that was not started",
     "throw the state away at scenarioFinished and scenarioStarted",
     parts_cases},
    {54, true, "cancel", {22, 31},
     "a cancelled step is answered soon, and once",
     "cancels a step that sleeps for ten seconds",
     "read stdin while a step runs, and wake the step", cancels},
    {55, true, NULL, {16, 22},
     "ignores a cancel of what does not run",
     "cancels a request that is answered, and ids that were never sent",
     "look the id up; when it is not there, do nothing", ignores_late_cancels},
    {56, true, "cancel", {54, 55},
     "a cancel at any moment leads to one answer",
     "cancels 200 steps of a millisecond at odd moments",
     "decide under one lock whether the request is still open", races},
    {58, true, "matchSteps", {36, 43, 49},
     "matchSteps agrees with what executing does",
     "asks for several steps at once, with characters beyond the BMP",
     "use the code that executeStep finds definitions with; count code points",
     matches_well},
    {59, true, "listStepDefinitions", {49},
     "step definitions have ids of their own",
     "lists them and compares with matchSteps",
     "number the definitions when they are registered", lists_well},
    {60, true, "scenarios", {53},
     "nothing is left when a case is finished",
     "plays three cases; looks for processes and files",
     "release at scenarioFinished what the steps hold", clears_cases},
    {0, false, NULL, {0}, NULL, NULL, NULL, NULL},
};
/* clang-format on */
