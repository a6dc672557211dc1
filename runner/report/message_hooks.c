/* Hooks as messages: those that servers list, and what those of the run do. */
#include <string.h>

#include "gherkin/printer.h"
#include "runner/report/messages.h"

struct mp_message_hook {
    struct mp_message_hook *next;
    const char *platform, *id; /* the server's, in the report's arena */
    uint64_t number;           /* of the message */
};

/* A hook of the run that runs now. */
struct mp_message_open {
    struct mp_message_open *next;
    int64_t number;
    uint64_t started; /* id of testRunHookStarted */
    bool after;
};

static const char *const type_table[][2] = {
    {"beforeScenario", "BEFORE_TEST_CASE"},
    {"afterScenario", "AFTER_TEST_CASE"},
    {"beforeStep", "BEFORE_TEST_STEP"},
    {"afterStep", "AFTER_TEST_STEP"},
    {"beforeRun", "BEFORE_TEST_RUN"},
    {"afterRun", "AFTER_TEST_RUN"},
};

static const char *type_of(const char *kind)
{
    for (size_t i = 0; i < sizeof(type_table) / sizeof(*type_table); i++) {
        if (!strcmp(type_table[i][0], kind))
            return type_table[i][1];
    }
    return NULL;
}

/* -- Those that there are ------------------------------------------------ */

static struct mp_message_hook *remember(struct mp_messages *messages,
                                        const char *platform, const char *id)
{
    struct gh_arena *arena = &messages->arena;
    struct mp_message_hook *hook = gh_arena_alloc(arena, sizeof(*hook));
    hook->platform = gh_arena_copy(arena, gh_str_of(platform));
    hook->id = gh_arena_copy(arena, gh_str_of(id));
    hook->number = messages->ids.next++;
    hook->next = messages->hooks;
    messages->hooks = hook;
    return hook;
}

void mp_message_hooks_add(struct mp_messages *messages, const char *platform,
                          const struct mp_message_listed *hook)
{
    struct gh_jsonw *w = &messages->head;
    const char *type = type_of(hook->type);
    struct gh_tagexpr *tags = gh_tagexpr_parse(hook->tags, NULL, 0);
    gh_tagexpr_destroy(tags);
    if (!type || !tags)
        return; /* mprun does not run it */
    gh_printer_begin(w, "hook");
    gh_printer_put_id(w, remember(messages, platform, hook->id)->number);
    if (*hook->name)
        mp_message_put(w, "name", hook->name);
    mp_message_put_reference(w, hook->file, hook->line);
    if (*hook->tags)
        mp_message_put(w, "tagExpression", hook->tags);
    mp_message_put(w, "type", type);
    gh_printer_end(w);
}

static uint64_t id_of(struct mp_messages *messages, const char *platform,
                      const char *id, const char *kind, const char *name)
{
    const struct mp_message_hook *hook = messages->hooks;
    while (hook && (strcmp(hook->id, id) || strcmp(hook->platform, platform)))
        hook = hook->next;
    if (hook)
        return hook->number;
    const struct mp_message_listed lost = {
        .id = id, .type = kind, .name = name, .tags = "", .file = ""};
    mp_message_hooks_add(messages, platform, &lost);
    return messages->hooks ? messages->hooks->number : 0;
}

uint64_t mp_message_hooks_id(struct mp_messages *messages,
                             const struct mp_hook_result *hook)
{
    return id_of(messages, hook->answer.platform, hook->id, hook->kind,
                 hook->name);
}

/* -- Hooks of the run ----------------------------------------------------- */

static const char *text_or(const char *text)
{
    return text ? text : "";
}

static void spool(struct mp_messages *messages, bool after, struct gh_jsonw *w)
{
    struct mp_buf text = {0};
    mp_buf_append_str(&text, gh_jsonw_text(w));
    mp_spool_add(after ? &messages->after_run : &messages->before_run,
                 mp_buf_str(&text));
    mp_buf_finish(&text);
    gh_jsonw_finish(w);
}

static void start(struct mp_messages *messages, const struct mp_record *record)
{
    struct gh_jsonw w;
    const char *kind = text_or(record->kind);
    if (!type_of(kind))
        return;
    struct mp_message_open *open = gh_alloc(sizeof(*open));
    uint64_t hook = id_of(messages, text_or(record->platform),
                          text_or(record->id), kind, text_or(record->name));
    open->number = record->hook;
    open->after = !strcmp(kind, "afterRun");
    open->started = messages->ids.next++;
    open->next = messages->open;
    messages->open = open;
    gh_jsonw_init(&w);
    gh_printer_begin(&w, "testRunHookStarted");
    mp_message_put_id(&w, "hookId", hook);
    gh_printer_put_id(&w, open->started);
    mp_message_put_id(&w, "testRunStartedId", messages->run_id);
    mp_message_put_time(&w, messages, record->time_ms);
    gh_printer_end(&w);
    spool(messages, open->after, &w);
}

static void finish_hook(struct mp_messages *messages,
                        const struct mp_message_open *open,
                        const struct mp_record *record)
{
    struct gh_jsonw w;
    const struct mp_answer answer = {.status = record->status,
                                     .text = text_or(record->text),
                                     .failure_type =
                                         text_or(record->failure_type),
                                     .stack = text_or(record->stack),
                                     .expected = record->expected,
                                     .actual = record->actual,
                                     .advice = ""};
    gh_jsonw_init(&w);
    gh_printer_begin(&w, "testRunHookFinished");
    mp_message_put_hook_result(&w, "result", &answer, record->duration_ms);
    mp_message_put_id(&w, "testRunHookStartedId", open->started);
    mp_message_put_time(&w, messages, record->time_ms);
    gh_printer_end(&w);
    spool(messages, open->after, &w);
}

static void tell_line(struct mp_messages *messages,
                      const struct mp_message_open *open,
                      const struct mp_record *record)
{
    struct gh_jsonw w;
    const struct mp_message_owner owner = {.run_hook = open->started};
    const struct mp_line line = {.raw = text_or(record->text),
                                 .time_ms = record->time_ms};
    gh_jsonw_init(&w);
    mp_message_put_line(&w, messages, NULL, &line, &owner);
    spool(messages, open->after, &w);
}

static void attach(struct mp_messages *messages,
                   const struct mp_message_open *open,
                   const struct mp_record *record)
{
    struct gh_jsonw w;
    const struct mp_message_owner owner = {.run_hook = open->started};
    const struct mp_result_attachment item = {
        .time_ms = record->time_ms,
        .name = text_or(record->name),
        .media_type = text_or(record->media_type),
        .encoding = text_or(record->encoding),
        .body = record->body,
        .path = record->path};
    gh_jsonw_init(&w);
    mp_message_put_attachment(&w, messages, &item, &owner);
    spool(messages, open->after, &w);
}

static struct mp_message_open **find_open(struct mp_messages *messages,
                                          int64_t number)
{
    struct mp_message_open **at = &messages->open;
    while (*at && (*at)->number != number)
        at = &(*at)->next;
    return at;
}

void mp_message_hooks_take(struct mp_messages *messages,
                           const struct mp_record *record)
{
    struct mp_message_open **at = find_open(messages, record->hook);
    struct mp_message_open *open = *at;
    if (record->type == MP_RECORD_HOOK && !open) {
        start(messages, record);
    } else if (open && record->type == MP_RECORD_LOG) {
        tell_line(messages, open, record);
    } else if (open && record->type == MP_RECORD_ATTACHMENT) {
        attach(messages, open, record);
    } else if (open && record->type == MP_RECORD_HOOK_RESULT) {
        finish_hook(messages, open, record);
        *at = open->next;
        gh_free(open);
    }
}

/* Where the run was killed: what had begun ends with it. */
static void end_open(struct mp_messages *messages)
{
    while (messages->open) {
        struct mp_message_open *next = messages->open->next;
        gh_free(messages->open);
        messages->open = next;
    }
}

void mp_message_hooks_finish(struct mp_messages *messages)
{
    end_open(messages);
}
