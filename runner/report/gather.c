#include "runner/report/gather.h"

#include <string.h>

#include "runner/report/logline.h"

/* Appends to a singly linked list whose head and last stand in owner. */
#define APPEND(owner, head, last, item)                                        \
    do {                                                                       \
        if ((owner)->last)                                                     \
            (owner)->last->next = (item);                                      \
        else                                                                   \
            (owner)->head = (item);                                            \
        (owner)->last = (item);                                                \
    } while (0)

static const char *copy(struct gh_arena *arena, const char *text)
{
    return text && *text ? gh_arena_copy(arena, gh_str_of(text)) : "";
}

static const char *copy_or_null(struct gh_arena *arena, const char *text)
{
    return text ? gh_arena_copy(arena, gh_str_of(text)) : NULL;
}

static const struct mp_result_step no_step = {
    .keyword = "",
    .text = "",
    .sent = "",
    .process = "",
    .platform = "",
    .kind = "",
    .argument = "",
    .message = "",
};

struct mp_result_step *mp_gather_step(struct mp_case_result *result,
                                      int64_t number)
{
    if (number < 1 || number > MP_GATHER_STEPS_MAX)
        return NULL;
    size_t count = (size_t)number;
    if (count > result->step_capacity) {
        size_t old = result->step_count;
        size_t grown = count > old * 2 ? count : old * 2;
        struct mp_result_step *steps =
            gh_arena_array(&result->arena, grown, sizeof(*steps));
        if (old)
            memcpy(steps, result->steps, old * sizeof(*steps));
        for (size_t i = old; i < grown; i++)
            steps[i] = no_step;
        result->steps = steps;
        result->step_capacity = grown;
    }
    if (count > result->step_count)
        result->step_count = count;
    return &result->steps[count - 1];
}

static void plan_step(struct mp_case_result *result,
                      const struct mp_record *record)
{
    struct mp_result_step *step = mp_gather_step(result, record->step);
    if (!step)
        return;
    struct gh_arena *arena = &result->arena;
    step->keyword = copy(arena, record->keyword);
    step->text = copy(arena, record->text);
    step->sent = copy(arena, record->name);
    step->line = record->line;
    step->process = copy(arena, record->process);
    step->platform = copy(arena, record->platform);
    step->kind = copy(arena, record->kind);
    step->argument = copy(arena, record->argument);
}

static struct mp_process_result *get_process(struct mp_case_result *result,
                                             const char *name)
{
    if (!name)
        name = "";
    struct mp_process_result *process = result->processes;
    for (; process; process = process->next) {
        if (!strcmp(process->name, name))
            return process;
    }
    process = gh_arena_alloc(&result->arena, sizeof(*process));
    process->name = copy(&result->arena, name);
    process->platform = "";
    APPEND(result, processes, last_process, process);
    return process;
}

static struct mp_incarnation *get_incarnation(struct mp_case_result *result,
                                              const struct mp_record *record)
{
    struct mp_process_result *process = get_process(result, record->process);
    if (record->platform && !*process->platform)
        process->platform = copy(&result->arena, record->platform);
    struct mp_incarnation *life = process->incarnations;
    for (; life; life = life->next) {
        if (life->number == record->incarnation)
            return life;
    }
    life = gh_arena_alloc(&result->arena, sizeof(*life));
    life->number = record->incarnation;
    life->start_ms = record->time_ms;
    life->command = life->protocol = life->server = life->end_text = "";
    APPEND(process, incarnations, last_incarnation, life);
    return life;
}

static void start_process(struct mp_case_result *result,
                          const struct mp_record *record)
{
    struct mp_incarnation *life = get_incarnation(result, record);
    life->pid = record->pid;
    life->reused = record->reused;
    life->command = copy(&result->arena, record->text);
}

static void ready_process(struct mp_case_result *result,
                          const struct mp_record *record)
{
    struct mp_incarnation *life = get_incarnation(result, record);
    life->ready = true;
    life->ready_ms = record->duration_ms;
    life->hidden_ms = record->hidden_ms;
    life->protocol = copy(&result->arena, record->protocol);
    life->server = copy(&result->arena, record->server);
}

static void end_process(struct mp_case_result *result,
                        const struct mp_record *record)
{
    struct mp_incarnation *life = get_incarnation(result, record);
    life->ended = true;
    life->end_ms = record->time_ms;
    life->exited = record->exited;
    life->exit_code = record->exit_code;
    life->signal = record->signal;
    life->expected_death = record->expected_death;
    life->metrics = record->metrics;
    life->end_text = copy(&result->arena, record->text);
}

/* For the case that is its end. */
static void keep_process(struct mp_case_result *result,
                         const struct mp_record *record)
{
    struct mp_incarnation *life = get_incarnation(result, record);
    life->ended = true;
    life->end_ms = record->time_ms;
    life->expected_death = true;
    life->metrics = record->metrics;
    life->end_text = copy(&result->arena, record->text);
}

static void start_step(struct mp_case_result *result,
                       const struct mp_record *record)
{
    struct mp_result_step *step = mp_gather_step(result, record->step);
    if (!step)
        return;
    step->started = true;
    step->start_ms = step->request_ms = record->time_ms;
    result->current_step = record->step;
}

static struct mp_answer read_answer(struct gh_arena *arena,
                                    const struct mp_record *record)
{
    return (struct mp_answer){
        .process = copy(arena, record->process),
        .platform = copy(arena, record->platform),
        .status = record->status,
        .text = copy(arena, record->text),
        .kind = copy(arena, record->kind),
        .failure_type = copy(arena, record->failure_type),
        .expected = copy_or_null(arena, record->expected),
        .actual = copy_or_null(arena, record->actual),
        .diff = copy(arena, record->diff),
        .stack = copy(arena, record->stack),
        .location = copy(arena, record->location),
        .data = copy(arena, record->data),
        .advice = copy(arena, record->body),
        .time_ms = record->time_ms,
        .duration_ms = record->duration_ms,
    };
}

static void add_answer(struct mp_case_result *result,
                       const struct mp_record *record)
{
    struct mp_result_step *step = mp_gather_step(result, record->step);
    if (!step)
        return;
    struct mp_answer *answer = gh_arena_alloc(&result->arena, sizeof(*answer));
    *answer = read_answer(&result->arena, record);
    APPEND(step, answers, last_answer, answer);
}

static void add_hook(struct mp_case_result *result,
                     const struct mp_record *record)
{
    struct gh_arena *arena = &result->arena;
    struct mp_hook_result *hook = gh_arena_alloc(arena, sizeof(*hook));
    *hook = (struct mp_hook_result){.number = record->hook,
                                    .step = record->step,
                                    .incarnation = record->incarnation,
                                    .id = copy(arena, record->id),
                                    .kind = copy(arena, record->kind),
                                    .name = copy(arena, record->name),
                                    .location = copy(arena, record->location),
                                    .start_ms = record->time_ms,
                                    .answer = read_answer(arena, record)};
    APPEND(result, hooks, last_hook, hook);
}

static void finish_hook(struct mp_case_result *result,
                        const struct mp_record *record)
{
    struct mp_hook_result *hook = result->hooks;
    while (hook && hook->number != record->hook)
        hook = hook->next;
    if (!hook)
        return;
    hook->finished = true;
    hook->answer = read_answer(&result->arena, record);
}

/* A server need not say how long a step took: then it is the time from the
   request, which is where the step's own time begins, to the answer. */
static void time_answers(struct mp_result_step *step)
{
    struct mp_answer *answer = step->answers;
    for (; answer; answer = answer->next) {
        double taken_ms = answer->time_ms - step->request_ms;
        if (!(answer->duration_ms > 0) && taken_ms > 0)
            answer->duration_ms = taken_ms;
    }
}

static void finish_step(struct mp_case_result *result,
                        const struct mp_record *record)
{
    struct mp_result_step *step = mp_gather_step(result, record->step);
    if (!step)
        return;
    step->duration_ms = record->duration_ms;
    if (step->finished) /* it was begun, and failed while others ran */
        step->duration_ms = record->time_ms - step->request_ms;
    else if (record->time_ms - record->duration_ms > step->start_ms)
        step->request_ms = record->time_ms - record->duration_ms;
    step->finished = true;
    step->status = record->status;
    step->message = copy(&result->arena, record->text);
    time_answers(step);
    if (result->current_step == record->step)
        result->current_step = 0;
}

static void add_line(struct mp_case_result *result,
                     const struct mp_record *record)
{
    struct gh_arena *arena = &result->arena;
    struct mp_line *line = gh_arena_alloc(arena, sizeof(*line));
    line->time_ms = record->time_ms;
    line->step = record->step;
    line->hook = record->hook;
    line->process = copy(arena, record->process);
    line->incarnation = record->incarnation;
    line->source = copy(arena, record->source ? record->source : "log");
    line->level = copy(arena, record->level);
    line->sent_time = copy(arena, record->sent_time);
    line->raw = line->text = copy(arena, record->text);
    if (!strcmp(line->source, "log") || !strcmp(line->source, "stdout")) {
        struct mp_logline parsed = mp_logline_parse(line->raw);
        line->text = parsed.text.ptr;
        if (parsed.level && !*line->level)
            line->level = parsed.level;
        if (parsed.time.len && !*line->sent_time)
            line->sent_time = gh_arena_copy(arena, parsed.time);
    }
    APPEND(result, lines, last_line, line);
}

static void add_attachment(struct mp_case_result *result,
                           const struct mp_record *record)
{
    struct gh_arena *arena = &result->arena;
    struct mp_result_attachment *item = gh_arena_alloc(arena, sizeof(*item));
    item->time_ms = record->time_ms;
    item->step = record->step;
    item->hook = record->hook;
    item->process = copy(arena, record->process);
    item->name = copy(arena, record->name);
    item->media_type = copy(arena, record->media_type);
    item->encoding = copy(arena, record->encoding);
    item->body = copy_or_null(arena, record->body);
    item->path = copy_or_null(arena, record->path);
    item->kind = copy(arena, record->kind);
    item->command = copy(arena, record->text);
    APPEND(result, attachments, last_attachment, item);
}

static void add_export(struct mp_case_result *result,
                       const struct mp_record *record)
{
    struct gh_arena *arena = &result->arena;
    struct mp_result_export *item = gh_arena_alloc(arena, sizeof(*item));
    item->step = record->step;
    item->process = copy(arena, record->process);
    item->name = copy(arena, record->name);
    item->value = copy(arena, record->text);
    APPEND(result, exports, last_export, item);
}

static void add_note(struct mp_case_result *result,
                     const struct mp_record *record)
{
    struct gh_arena *arena = &result->arena;
    struct mp_note *note = gh_arena_alloc(arena, sizeof(*note));
    note->step = record->step;
    note->level = copy(arena, record->level ? record->level : "note");
    note->process = copy(arena, record->process);
    note->text = copy(arena, record->text);
    APPEND(result, notes, last_note, note);
}

static void add_sight(struct mp_case_result *result,
                      const struct mp_record *record)
{
    struct gh_arena *arena = &result->arena;
    struct mp_sight *sight = gh_arena_alloc(arena, sizeof(*sight));
    sight->step = record->step;
    sight->process = copy(arena, record->process);
    sight->pid = record->pid;
    sight->kind = copy(arena, record->kind);
    sight->wait = copy(arena, record->name);
    sight->text = copy(arena, record->text);
    APPEND(result, sights, last_sight, sight);
}

struct mp_cause *mp_gather_cause(struct gh_arena *arena,
                                 const struct mp_record *record)
{
    struct mp_cause *cause = gh_arena_alloc(arena, sizeof(*cause));
    cause->next = NULL;
    cause->status = record->status;
    cause->hook = record->hook;
    cause->process = copy(arena, record->process);
    cause->text = copy(arena, record->text);
    return cause;
}

static void add_cause(struct mp_case_result *result,
                      const struct mp_record *record)
{
    struct mp_cause *cause = mp_gather_cause(&result->arena, record);
    APPEND(result, causes, last_cause, cause);
}

typedef void add_record(struct mp_case_result *result,
                        const struct mp_record *record);

static add_record *const add_table[MP_RECORD_TYPE_COUNT] = {
    [MP_RECORD_STEP_PLANNED] = plan_step,
    [MP_RECORD_PROCESS_STARTED] = start_process,
    [MP_RECORD_PROCESS_READY] = ready_process,
    [MP_RECORD_STEP_STARTED] = start_step,
    [MP_RECORD_LOG] = add_line,
    [MP_RECORD_ATTACHMENT] = add_attachment,
    [MP_RECORD_EXPORT] = add_export,
    [MP_RECORD_STEP_RESULT] = add_answer,
    [MP_RECORD_STEP_FINISHED] = finish_step,
    [MP_RECORD_HOOK] = add_hook,
    [MP_RECORD_HOOK_RESULT] = finish_hook,
    [MP_RECORD_PROCESS_STATE] = add_sight,
    [MP_RECORD_PROCESS_EXITED] = end_process,
    [MP_RECORD_PROCESS_KEPT] = keep_process,
    [MP_RECORD_NOTE] = add_note,
    [MP_RECORD_CAUSE] = add_cause,
};

void mp_gather_take(struct mp_case_result *result,
                    const struct mp_record *record)
{
    if (add_table[record->type])
        add_table[record->type](result, record);
}
