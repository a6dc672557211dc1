/* The plan as JSON; docs/cli.md describes the members. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gherkin/jsonw.h"
#include "runner/plan/explain.h"

/* "name": a text, left out where there is none. */
static void text_member(struct gh_jsonw *w, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    gh_jsonw_key(w, key);
    gh_jsonw_cstring(w, text);
}

static void int_member(struct gh_jsonw *w, const char *key, int64_t value)
{
    gh_jsonw_key(w, key);
    gh_jsonw_int(w, value);
}

/* Left out where it is 0. */
static void count_member(struct gh_jsonw *w, const char *key, int64_t value)
{
    if (value)
        int_member(w, key, value);
}

static void flag_member(struct gh_jsonw *w, const char *key, bool value)
{
    if (!value)
        return;
    gh_jsonw_key(w, key);
    gh_jsonw_bool(w, true);
}

static void texts_member(struct gh_jsonw *w, const char *key,
                         const char *const *texts, size_t count)
{
    gh_jsonw_key(w, key);
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < count; i++)
        gh_jsonw_cstring(w, texts[i]);
    gh_jsonw_array_end(w);
}

static const char *label_kind(enum mp_label_kind kind)
{
    static const char *const names[] = {"name", "os", "arch", "own"};
    return names[kind];
}

static const char *level_name(enum gh_level level)
{
    static const char *const names[] = {"feature", "rule", "scenario",
                                        "examples"};
    return names[level];
}

static void write_platform(struct gh_jsonw *w,
                           const struct mp_platform *platform)
{
    gh_jsonw_object_begin(w);
    text_member(w, "name", platform->name);
    gh_jsonw_key(w, "labels");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < platform->label_count; i++) {
        gh_jsonw_object_begin(w);
        text_member(w, "name", platform->labels[i].name);
        text_member(w, "kind", label_kind(platform->labels[i].kind));
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
    text_member(w, "unavailable", platform->unavailable);
    gh_jsonw_object_end(w);
}

static void write_refused(struct gh_jsonw *w, const struct mp_process *process)
{
    if (!process->refused_count)
        return;
    gh_jsonw_key(w, "leftOut");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < process->refused_count; i++) {
        gh_jsonw_object_begin(w);
        text_member(w, "platform", process->refused[i].platform->name);
        text_member(w, "reason", process->refused[i].reason);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

static void write_processes(struct gh_jsonw *w, const struct mp_scenario *s)
{
    gh_jsonw_key(w, "processes");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < s->process_count; i++) {
        const struct mp_process *process = &s->processes[i];
        gh_jsonw_object_begin(w);
        text_member(w, "name", process->name);
        gh_jsonw_key(w, "members");
        gh_jsonw_array_begin(w);
        for (size_t m = 0; m < s->member_count; m++) {
            if (s->members[m].process == i)
                gh_jsonw_cstring(w, s->members[m].name);
        }
        gh_jsonw_array_end(w);
        gh_jsonw_key(w, "platforms");
        gh_jsonw_array_begin(w);
        for (size_t p = 0; p < process->platform_count; p++)
            gh_jsonw_cstring(w, process->platforms[p]->name);
        gh_jsonw_array_end(w);
        write_refused(w, process);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

static void write_members(struct gh_jsonw *w, const char *key,
                          const struct mp_scenario *s, const size_t *members,
                          size_t count)
{
    gh_jsonw_key(w, key);
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < count; i++)
        gh_jsonw_cstring(w, s->members[members[i]].name);
    gh_jsonw_array_end(w);
}

static void write_argument(struct gh_jsonw *w, const struct mp_step *step)
{
    const struct gh_table *table = step->table;
    if (table) {
        gh_jsonw_key(w, "dataTable");
        gh_jsonw_array_begin(w);
        for (uint32_t row = 0; row < table->rows; row++) {
            gh_jsonw_array_begin(w);
            for (uint32_t i = 0; i < table->columns; i++)
                gh_jsonw_string(w, table->cells[row * table->columns + i]);
            gh_jsonw_array_end(w);
        }
        gh_jsonw_array_end(w);
    }
    if (step->doc_string) {
        gh_jsonw_key(w, "docString");
        gh_jsonw_object_begin(w);
        gh_jsonw_key(w, "content");
        gh_jsonw_string(w, step->doc_string->content);
        if (step->doc_string->media_type.len) {
            gh_jsonw_key(w, "mediaType");
            gh_jsonw_string(w, step->doc_string->media_type);
        }
        gh_jsonw_object_end(w);
    }
}

static void write_step(struct gh_jsonw *w, const struct mp_scenario *s,
                       const struct mp_step *step)
{
    gh_jsonw_object_begin(w);
    int_member(w, "line", step->at.line);
    gh_jsonw_key(w, "keyword");
    gh_jsonw_cstring(w, step->keyword);
    gh_jsonw_key(w, "text");
    gh_jsonw_cstring(w, step->text);
    text_member(w, "type", step->type);
    flag_member(w, "background", step->background);
    text_member(w, "action", mp_action_name(step->action));
    text_member(w, "sent", step->sent);
    text_member(w, "rule", step->rule);
    write_members(w, "processes", s, step->targets, step->target_count);
    write_members(w, "ensured", s, step->ensured, step->ensured_count);
    int_member(w, "timeoutMs", step->timeout_ms);
    count_member(w, "withinMs", step->within_ms);
    if (step->action == MP_ACTION_WAIT)
        int_member(w, "waitMs", step->wait_ms);
    if (step->action == MP_ACTION_EXPECT_EXIT)
        int_member(w, "exitCode", step->exit_code);
    if (step->action == MP_ACTION_EXPECT_SIGNAL)
        int_member(w, "signal", step->signal);
    flag_member(w, "newIncarnation", step->new_incarnation);
    write_argument(w, step);
    gh_jsonw_object_end(w);
}

static void write_tags(struct gh_jsonw *w, const struct mp_scenario *s)
{
    gh_jsonw_key(w, "tags");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < s->tag_count; i++) {
        gh_jsonw_object_begin(w);
        text_member(w, "name", s->tags[i].name);
        text_member(w, "level", level_name(s->tags[i].level));
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

static void write_scenario(struct gh_jsonw *w, const struct mp_scenario *s)
{
    gh_jsonw_object_begin(w);
    text_member(w, "uri", s->uri);
    int_member(w, "line", s->at.line);
    int_member(w, "scenarioLine", s->scenario_at.line);
    text_member(w, "feature", s->feature);
    text_member(w, "rule", s->rule);
    gh_jsonw_key(w, "name");
    gh_jsonw_cstring(w, s->name ? s->name : "");
    text_member(w, "scenario", s->scenario_name);
    text_member(w, "language", s->language);
    int_member(w, "ordinal", s->ordinal);
    count_member(w, "examples", s->examples_number);
    count_member(w, "row", s->row_number);
    write_tags(w, s);
    int_member(w, "timeoutMs", s->timeout_ms);
    count_member(w, "retries", s->retries);
    flag_member(w, "serial", s->serial);
    if (s->lock_count)
        texts_member(w, "locks", s->locks, s->lock_count);
    write_processes(w, s);
    text_member(w, "strategy", s->strategy);
    count_member(w, "combinations", s->combination_count);
    count_member(w, "possible", s->possible_count);
    gh_jsonw_key(w, "steps");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < s->step_count; i++)
        write_step(w, s, &s->steps[i]);
    gh_jsonw_array_end(w);
    texts_member(w, "notes", s->notes, s->note_count);
    gh_jsonw_object_end(w);
}

/* scenario: the index into "scenarios". */
static void write_case(struct gh_jsonw *w, const struct mp_case *c,
                       size_t scenario)
{
    gh_jsonw_object_begin(w);
    text_member(w, "id", c->id);
    text_member(w, "key", c->key);
    text_member(w, "scenarioId", c->scenario_id);
    int_member(w, "number", (int64_t)c->number);
    int_member(w, "scenario", (int64_t)scenario);
    if (c->repetition)
        int_member(w, "repetition", c->repetition);
    gh_jsonw_key(w, "combination");
    gh_jsonw_object_begin(w);
    for (size_t i = 0; i < c->scenario->process_count; i++) {
        gh_jsonw_key_str(w, gh_str_of(c->scenario->processes[i].name));
        gh_jsonw_cstring(
            w, c->platforms && c->platforms[i] ? c->platforms[i]->name : NULL);
    }
    gh_jsonw_object_end(w);
    text_member(w, "skip", c->skip);
    gh_jsonw_object_end(w);
}

struct place { /* of a scenario in the plan, for a search by address */
    const struct mp_scenario *scenario;
    size_t index;
};

static int by_address(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->scenario == b->scenario)
        return 0;
    return (uintptr_t)a->scenario < (uintptr_t)b->scenario ? -1 : 1;
}

static void write_cases(struct gh_jsonw *w, const struct mp_plan *plan)
{
    size_t count = plan->scenario_count;
    struct place *places = gh_alloc(count * sizeof(*places));
    for (size_t i = 0; i < count; i++)
        places[i] = (struct place){plan->scenarios[i], i};
    qsort(places, count, sizeof(*places), by_address);
    gh_jsonw_key(w, "cases");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < plan->case_count; i++) {
        struct place wanted = {plan->cases[i].scenario, 0};
        const struct place *place =
            bsearch(&wanted, places, count, sizeof(*places), by_address);
        write_case(w, &plan->cases[i], place ? place->index : 0);
    }
    gh_jsonw_array_end(w);
    gh_free(places);
}

static void write_left_out(struct gh_jsonw *w, const struct mp_plan *plan)
{
    gh_jsonw_key(w, "leftOut");
    gh_jsonw_array_begin(w);
    for (size_t i = 0; i < plan->left_out_count; i++) {
        gh_jsonw_object_begin(w);
        text_member(w, "id", plan->left_out[i].id);
        text_member(w, "reason", plan->left_out[i].reason);
        gh_jsonw_object_end(w);
    }
    gh_jsonw_array_end(w);
}

static void write_part(struct gh_jsonw *w, const struct mp_part *part)
{
    char digest[24];
    snprintf(digest, sizeof(digest), "%016llx",
             (unsigned long long)part->digest);
    text_member(w, "plan", digest);
    if (!part->total)
        return;
    gh_jsonw_key(w, "shard");
    gh_jsonw_object_begin(w);
    int_member(w, "index", (int64_t)part->index);
    int_member(w, "total", (int64_t)part->total);
    text_member(w, "by", part->method);
    int_member(w, "planned", (int64_t)part->whole_count);
    gh_jsonw_object_end(w);
}

void mp_explain_json(const struct mp_plan *plan, const struct mp_config *config,
                     struct mp_buf *out)
{
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    gh_jsonw_object_begin(&w);
    int_member(&w, "version", 1);
    text_member(&w, "config", config->path);
    write_part(&w, &plan->part);
    gh_jsonw_key(&w, "platforms");
    gh_jsonw_array_begin(&w);
    for (size_t i = 0; i < config->platform_count; i++)
        write_platform(&w, &config->platforms[i]);
    gh_jsonw_array_end(&w);
    gh_jsonw_key(&w, "scenarios");
    gh_jsonw_array_begin(&w);
    for (size_t i = 0; i < plan->scenario_count; i++)
        write_scenario(&w, plan->scenarios[i]);
    gh_jsonw_array_end(&w);
    write_cases(&w, plan);
    write_left_out(&w, plan);
    gh_jsonw_object_end(&w);
    gh_jsonw_newline(&w);
    mp_buf_append_str(out, gh_jsonw_text(&w));
    gh_jsonw_finish(&w);
}
