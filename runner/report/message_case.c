#include <string.h>

#include "gherkin/printer.h"
#include "runner/report/messages.h"

/* The messages of one case: its testCase, and what happened in each attempt.
 * What counts against a case outside its steps would be lost on formatters,
 * which know steps and hooks only: it is told by a hook of mprun's own. */

/* A test step: a step of the pickle, or a hook of a process. */
struct part {
    const struct mp_hook_result *hook; /* of some attempt; NULL: a step */
    size_t step;                       /* 0-based */
};

struct telling {
    struct mp_messages *messages;
    struct gh_jsonw *w;
    const struct mp_message_case *entry;
    const struct mp_case_result *result; /* the last attempt */
    uint64_t test_case;
    struct part *parts; /* owned */
    size_t part_count;
    uint64_t first_test_step; /* of the parts; then that of our own hook */
    bool has_hook;
};

static const struct mp_result_step *step_of(const struct mp_case_result *result,
                                            size_t index)
{
    static const struct mp_result_step none = {.keyword = "",
                                               .text = "",
                                               .sent = "",
                                               .process = "",
                                               .platform = "",
                                               .kind = "",
                                               .argument = "",
                                               .message = ""};
    return index < result->step_count ? &result->steps[index] : &none;
}

static bool is_failure(enum mp_status status)
{
    return status > MP_SKIPPED;
}

/* Does a hook of a process tell of that, or of something worse? */
static bool hook_tells(const struct mp_case_result *attempt,
                       enum mp_status least)
{
    const struct mp_hook_result *hook = attempt->hooks;
    while (hook && hook->answer.status < least)
        hook = hook->next;
    return hook;
}

/* Is there something that no step and no hook of a process tells? */
static bool needs_hook(const struct mp_case_result *attempt, size_t steps)
{
    const struct mp_cause *cause = attempt->causes;
    while (cause && cause->hook)
        cause = cause->next;
    if (cause)
        return true;
    if (attempt->status == MP_SKIPPED || attempt->status == MP_NOT_RUN)
        return *attempt->text && !attempt->cause_step &&
               !hook_tells(attempt, MP_SKIPPED);
    bool told =
        !is_failure(attempt->status) || hook_tells(attempt, MP_SKIPPED + 1);
    for (size_t i = 0; i < steps && !told; i++)
        told = is_failure(step_of(attempt, i)->status);
    return !told;
}

/* -- What the test case is made of --------------------------------------- */

/* The schema wants one; it is in no document. */
static void put_own_node(struct gh_jsonw *w, uint64_t id)
{
    gh_jsonw_key(w, "astNodeIds");
    gh_jsonw_array_begin(w);
    gh_jsonw_uint_string(w, id);
    gh_jsonw_array_end(w);
}

static void put_pickle_step(struct gh_jsonw *w,
                            const struct mp_result_step *step, uint64_t id)
{
    gh_jsonw_object_begin(w);
    gh_printer_put_id(w, id);
    mp_message_put(w, "text", step->text);
    mp_message_put(w, "type", "Unknown");
    put_own_node(w, id);
    gh_jsonw_object_end(w);
}

static void put_pickle_tags(struct gh_jsonw *w,
                            const struct mp_case_result *result)
{
    gh_jsonw_key(w, "tags");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < result->tag_count; i++) {
        gh_jsonw_object_begin(w);
        mp_message_put(w, "name", result->tags[i]);
        mp_message_put(w, "astNodeId", "");
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

static void put_pickle_name(struct gh_jsonw *w,
                            const struct mp_case_result *result)
{
    gh_jsonw_key(w, "name");
    gh_jsonw_string_begin(w);
    gh_jsonw_string_part(w, gh_str_of(result->name));
    if (*result->combination) {
        gh_jsonw_string_part(w, gh_str_of(" "));
        gh_jsonw_string_part(w, gh_str_of(result->combination));
    }
    gh_jsonw_string_end(w);
}

/* Where there is no source: what the records say of it. */
static void write_pickle(struct mp_messages *messages,
                         struct mp_message_case *entry,
                         const struct mp_case_result *result)
{
    struct gh_jsonw *w = &messages->head;
    entry->step_count = result->step_count;
    entry->first_step = messages->ids.next;
    entry->pickle = entry->first_step + entry->step_count;
    entry->has_pickle = true;
    messages->ids.next = entry->pickle + 1;
    gh_printer_begin(w, "pickle");
    gh_printer_put_id(w, entry->pickle);
    mp_message_put(w, "uri", result->uri);
    put_pickle_name(w, result);
    mp_message_put(w, "language", "en");
    put_own_node(w, entry->pickle);
    put_pickle_tags(w, result);
    gh_jsonw_key(w, "steps");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < entry->step_count; i++)
        put_pickle_step(w, step_of(result, i), entry->first_step + i);
    gh_jsonw_array_end(w);
    gh_printer_end(w);
}

static void put_step_part(const struct telling *telling, size_t step)
{
    struct gh_jsonw *w = telling->w;
    mp_message_put_id(w, "pickleStepId", telling->entry->first_step + step);
    mp_message_steps_put(w, telling->messages, step_of(telling->result, step));
}

static void put_test_steps(const struct telling *telling)
{
    struct gh_jsonw *w = telling->w;
    size_t count = telling->part_count;
    gh_jsonw_key(w, "testSteps");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        const struct part *part = &telling->parts[i];
        gh_jsonw_object_begin(w);
        gh_printer_put_id(w, telling->first_test_step + i);
        if (part->hook)
            mp_message_put_id(
                w, "hookId",
                mp_message_hooks_id(telling->messages, part->hook));
        else
            put_step_part(telling, part->step);
        gh_jsonw_object_end(w);
    }
    if (telling->has_hook) {
        gh_jsonw_object_begin(w);
        gh_printer_put_id(w, telling->first_test_step + count);
        mp_message_put_id(w, "hookId", telling->messages->hook_id);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

static void write_test_case(const struct telling *telling)
{
    struct gh_jsonw *w = telling->w;
    gh_printer_begin(w, "testCase");
    gh_printer_put_id(w, telling->test_case);
    mp_message_put_id(w, "pickleId", telling->entry->pickle);
    put_test_steps(telling);
    mp_message_put_id(w, "testRunStartedId", telling->messages->run_id);
    gh_printer_end(w);
}

/* -- What happened ------------------------------------------------------- */

static double end_of(const struct mp_case_result *attempt)
{
    return attempt->start_ms + attempt->duration_ms;
}

static void put_step_time(const struct telling *telling, uint64_t started,
                          uint64_t test_step, double time_ms)
{
    mp_message_put_id(telling->w, "testCaseStartedId", started);
    mp_message_put_id(telling->w, "testStepId", test_step);
    mp_message_put_time(telling->w, telling->messages, time_ms);
}

static void write_step_started(const struct telling *telling, uint64_t started,
                               uint64_t test_step, double time_ms)
{
    gh_printer_begin(telling->w, "testStepStarted");
    put_step_time(telling, started, test_step, time_ms);
    gh_printer_end(telling->w);
}

/* A step behind one that failed has no result, but a definition may be missing
 * for it all the same. Behind one that was skipped nothing is looked at. */
static bool is_looked_at(const struct mp_case_result *attempt, size_t index)
{
    if (step_of(attempt, index)->status != MP_NOT_RUN)
        return false;
    for (size_t i = 0; i < index; i++) {
        if (is_failure(step_of(attempt, i)->status))
            return true;
    }
    return false;
}

/* Its status as far as its definitions tell; writes what belongs to it. */
static enum mp_status judge_unplayed(const struct telling *telling,
                                     const struct mp_result_step *step,
                                     size_t index)
{
    struct mp_message_matches matches =
        mp_message_steps_count(telling->messages, step);
    if (!matches.known || matches.count == 1)
        return MP_NOT_RUN;
    if (matches.count)
        return MP_AMBIGUOUS;
    mp_message_steps_suggest(telling->w, telling->messages, matches.platform,
                             step, telling->entry->first_step + index);
    return MP_UNDEFINED;
}

static void write_step(const struct telling *telling,
                       const struct mp_case_result *attempt, size_t index,
                       uint64_t started, uint64_t test_step)
{
    struct gh_jsonw *w = telling->w;
    struct mp_result_step seen = *step_of(attempt, index), *step = &seen;
    const struct mp_message_owner owner = {.started = started,
                                           .test_step = test_step};
    double start_ms = step->started ? step->request_ms : end_of(attempt);
    write_step_started(telling, started, test_step, start_ms);
    mp_message_put_evidence(w, telling->messages, attempt, (int64_t)index + 1,
                            0, &owner);
    mp_message_put_suggestions(w, &telling->messages->ids, step,
                               telling->entry->first_step + index);
    if (is_looked_at(attempt, index))
        seen.status = judge_unplayed(telling, step, index);
    bool known = mp_message_steps_known(telling->messages, step);
    gh_printer_begin(w, "testStepFinished");
    mp_message_put_result(w, attempt, step, known);
    put_step_time(telling, started, test_step, start_ms + step->duration_ms);
    gh_printer_end(w);
}

static bool is_after_step(const struct mp_hook_result *hook)
{
    return !strcmp(hook->kind, "afterStep");
}

static bool is_of_step(const struct mp_hook_result *hook)
{
    return is_after_step(hook) || !strcmp(hook->kind, "beforeStep");
}

static bool is_same(const struct mp_hook_result *a,
                    const struct mp_hook_result *b)
{
    return !strcmp(a->id, b->id) && a->incarnation == b->incarnation &&
           !strcmp(a->answer.process, b->answer.process) &&
           !strcmp(a->kind, b->kind) && (a->step == b->step || !is_of_step(a));
}

/* What the attempt tells of the hook; NULL: it did not come to it. */
static const struct mp_hook_result *
find_hook(const struct mp_case_result *attempt,
          const struct mp_hook_result *wanted)
{
    const struct mp_hook_result *hook = attempt->hooks;
    while (hook && !is_same(hook, wanted))
        hook = hook->next;
    return hook;
}

static void write_process_hook(const struct telling *telling,
                               const struct mp_case_result *attempt,
                               const struct mp_hook_result *wanted,
                               uint64_t started, uint64_t test_step)
{
    static const struct mp_answer never = {
        .text = "", .failure_type = "", .stack = "", .advice = ""};
    struct gh_jsonw *w = telling->w;
    const struct mp_message_owner owner = {.started = started,
                                           .test_step = test_step};
    const struct mp_hook_result *hook = find_hook(attempt, wanted);
    const struct mp_answer *answer = hook ? &hook->answer : &never;
    double start_ms = hook ? hook->start_ms : end_of(attempt);
    write_step_started(telling, started, test_step, start_ms);
    if (hook)
        mp_message_put_evidence(w, telling->messages, attempt, 0, hook->number,
                                &owner);
    gh_printer_begin(w, "testStepFinished");
    mp_message_put_hook_result(w, "testStepResult", answer,
                               answer->duration_ms);
    put_step_time(telling, started, test_step, start_ms + answer->duration_ms);
    gh_printer_end(w);
}

static void append_causes(struct mp_buf *out,
                          const struct mp_case_result *attempt)
{
    const struct mp_cause *cause = attempt->causes;
    for (; cause; cause = cause->next) {
        if (cause->hook)
            continue;
        if (out->len)
            mp_buf_append_char(out, '\n');
        if (*cause->process)
            mp_buf_format(out, "%s: ", cause->process);
        mp_buf_format(out, "%s: %s", mp_status_name(cause->status),
                      cause->text);
    }
    if (!out->len && *attempt->text)
        mp_buf_format(out, "%s: %s", mp_status_name(attempt->status),
                      attempt->text);
}

static void write_hook(const struct telling *telling,
                       const struct mp_case_result *attempt, uint64_t started)
{
    struct gh_jsonw *w = telling->w;
    struct mp_buf text = {0};
    uint64_t test_step = telling->first_test_step + telling->part_count;
    bool told = needs_hook(attempt, telling->entry->step_count);
    enum mp_status status = told ? attempt->status : MP_PASSED;
    if (told)
        append_causes(&text, attempt);
    write_step_started(telling, started, test_step, end_of(attempt));
    gh_printer_begin(w, "testStepFinished");
    gh_jsonw_key(w, "testStepResult");
    gh_jsonw_object_begin(w);
    mp_message_put_duration(w, 0);
    if (text.len)
        mp_message_put(w, "message", text.data);
    mp_message_put(w, "status", mp_message_status(status));
    gh_jsonw_object_end(w);
    put_step_time(telling, started, test_step, end_of(attempt));
    gh_printer_end(w);
    mp_buf_finish(&text);
}

static void write_attempt(const struct telling *telling,
                          const struct mp_case_result *attempt, bool again)
{
    struct gh_jsonw *w = telling->w;
    uint64_t started = telling->messages->ids.next++;
    const struct mp_message_owner owner = {.started = started};
    gh_printer_begin(w, "testCaseStarted");
    gh_jsonw_key(w, "attempt");
    gh_jsonw_int(w, attempt->attempt - 1);
    gh_printer_put_id(w, started);
    mp_message_put_id(w, "testCaseId", telling->test_case);
    mp_message_put_time(w, telling->messages, attempt->start_ms);
    gh_printer_end(w);
    for (size_t i = 0; i < telling->part_count; i++) {
        const struct part *part = &telling->parts[i];
        uint64_t test_step = telling->first_test_step + i;
        if (part->hook)
            write_process_hook(telling, attempt, part->hook, started,
                               test_step);
        else
            write_step(telling, attempt, part->step, started, test_step);
    }
    if (telling->has_hook)
        write_hook(telling, attempt, started);
    mp_message_put_evidence(w, telling->messages, attempt, 0, 0, &owner);
    gh_printer_begin(w, "testCaseFinished");
    mp_message_put_id(w, "testCaseStartedId", started);
    mp_message_put_time(w, telling->messages, end_of(attempt));
    gh_jsonw_key(w, "willBeRetried");
    gh_jsonw_bool(w, again);
    gh_printer_end(w);
}

/* -- Its parts ------------------------------------------------------------ */

/* The hooks of all attempts, each once, in the order of the last one. */
static const struct mp_hook_result **
list_hooks(const struct mp_case_result *last, size_t *count)
{
    const struct mp_case_result *attempt = last;
    const struct mp_hook_result *hook, **list;
    size_t most = 1;
    for (; attempt; attempt = attempt->earlier) {
        for (hook = attempt->hooks; hook; hook = hook->next)
            most++;
    }
    list = gh_alloc(most * sizeof(*list));
    *count = 0;
    for (attempt = last; attempt; attempt = attempt->earlier) {
        for (hook = attempt->hooks; hook; hook = hook->next) {
            size_t at = 0;
            while (at < *count && !is_same(list[at], hook))
                at++;
            if (at == *count)
                list[(*count)++] = hook;
        }
    }
    return list;
}

/* Those that ran before that step (1-based) or after it, or with 0 after all.
 */
static void add_hooks(struct telling *telling,
                      const struct mp_hook_result **hooks, size_t count,
                      size_t step, bool after_step)
{
    for (size_t i = 0; i < count; i++) {
        size_t own = (size_t)hooks[i]->step;
        bool last = !own || own > telling->entry->step_count;
        if (step ? own == step && is_after_step(hooks[i]) == after_step : last)
            telling->parts[telling->part_count++] =
                (struct part){.hook = hooks[i]};
    }
}

static void make_parts(struct telling *telling)
{
    size_t count, steps = telling->entry->step_count;
    const struct mp_hook_result **hooks = list_hooks(telling->result, &count);
    telling->parts = gh_alloc((steps + count + 1) * sizeof(*telling->parts));
    for (size_t i = 0; i < steps; i++) {
        add_hooks(telling, hooks, count, i + 1, false);
        telling->parts[telling->part_count++] = (struct part){.step = i};
        add_hooks(telling, hooks, count, i + 1, true);
    }
    add_hooks(telling, hooks, count, 0, false);
    gh_free(hooks);
}

/* -- The whole ----------------------------------------------------------- */

static void spool(struct mp_spool *spool, struct gh_jsonw *w)
{
    mp_spool_add(spool, gh_jsonw_text(w));
    gh_jsonw_clear(w);
}

static bool any_needs_hook(const struct mp_case_result *last, size_t steps)
{
    const struct mp_case_result *attempt = last;
    while (attempt && !needs_hook(attempt, steps))
        attempt = attempt->earlier;
    return attempt;
}

/* The attempts are chained from the last to the first. */
static const struct mp_case_result *
next_attempt(const struct mp_case_result *last,
             const struct mp_case_result *before)
{
    const struct mp_case_result *attempt = last;
    while (attempt && attempt->earlier != before)
        attempt = attempt->earlier;
    return attempt;
}

static void write_attempts(const struct telling *telling,
                           const struct mp_case_result *last)
{
    const struct mp_case_result *attempt = next_attempt(last, NULL);
    for (; attempt; attempt = next_attempt(last, attempt)) {
        write_attempt(telling, attempt, attempt != last);
        if (attempt == last)
            break;
    }
}

void mp_message_case_write(struct mp_messages *messages,
                           struct mp_message_case *entry,
                           const struct mp_case_result *result)
{
    struct gh_jsonw *w = &messages->line;
    if (!entry->has_pickle)
        write_pickle(messages, entry, result);
    struct telling telling = {
        .messages = messages,
        .w = w,
        .entry = entry,
        .result = result,
        .test_case = messages->ids.next,
        .first_test_step = messages->ids.next + 1,
        .has_hook = any_needs_hook(result, entry->step_count),
    };
    make_parts(&telling);
    messages->ids.next += 1 + telling.part_count + telling.has_hook;
    if (telling.has_hook && !messages->has_hook) {
        messages->hook_id = messages->ids.next++;
        messages->has_hook = true;
    }
    write_test_case(&telling);
    spool(&messages->test_cases, w);
    write_attempts(&telling, result);
    spool(&messages->events, w);
    gh_free(telling.parts);
}
