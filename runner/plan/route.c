/* The steps of a pickle, one after the other. */
#include <string.h>

#include "gherkin/utf8.h"
#include "runner/base/buf.h"
#include "runner/plan/near.h"
#include "runner/plan/router.h"

void mp_router_fault(struct mp_router *r, const char *format, ...)
{
    struct mp_buf text = {0};
    va_list args;
    va_start(args, format);
    mp_buf_vformat(&text, format, args);
    va_end(args);
    mp_errors_add(r->errors, "%s:%u:%u: %s", r->scenario->uri, r->step->at.line,
                  r->step->at.column, mp_buf_text(&text));
    mp_buf_finish(&text);
}

void mp_router_note(struct mp_router *r, const char *note)
{
    struct mp_scenario *scenario = r->scenario;
    size_t count = scenario->note_count;
    const char **notes = gh_arena_array(r->arena, count + 1, sizeof(*notes));
    if (count)
        memcpy(notes, scenario->notes, count * sizeof(*notes));
    notes[count] = note;
    scenario->notes = notes;
    scenario->note_count = count + 1;
}

static const char *wire_type(enum gh_step_type type)
{
    switch (type) {
    case GH_STEP_CONTEXT:
        return "given";
    case GH_STEP_ACTION:
        return "when";
    case GH_STEP_OUTCOME:
        return "then";
    case GH_STEP_UNKNOWN:
        break;
    }
    return "step";
}

/* Found in the whole text or in what the server gets: ^ may be said of both. */
static bool is_matched(const struct mp_router *r, size_t i)
{
    const struct gh_regex *pattern = r->request->patterns->matches[i];
    const char *sent = r->out->sent;
    return gh_regex_match(pattern, r->step->text, NULL, 0) > 0 ||
           (sent && gh_regex_match(pattern, gh_str_of(sent), NULL, 0) > 0);
}

static int64_t step_timeout(const struct mp_router *r)
{
    if (r->request->tag_timeout_ms >= 0)
        return r->request->tag_timeout_ms;
    if (r->request->flag_timeout_ms >= 0)
        return r->request->flag_timeout_ms;
    for (size_t i = 0; i < r->request->patterns->match_count; i++) {
        if (is_matched(r, i))
            return r->config->matches[i].timeout_ms;
    }
    return r->config->step_timeout_ms;
}

static const struct gh_table *copy_table(struct gh_arena *arena,
                                         const struct gh_table *table)
{
    if (!table)
        return NULL;
    struct gh_table *copy = gh_arena_alloc(arena, sizeof(*copy));
    size_t count = (size_t)table->rows * table->columns;
    struct gh_str *cells = gh_arena_array(arena, count, sizeof(*cells));
    for (size_t i = 0; i < count; i++)
        cells[i] = gh_arena_str(arena, table->cells[i]);
    *copy = (struct gh_table){
        .rows = table->rows, .columns = table->columns, .cells = cells};
    return copy;
}

static const struct gh_doc_string *
copy_doc_string(struct gh_arena *arena, const struct gh_doc_string *doc)
{
    if (!doc)
        return NULL;
    struct gh_doc_string *copy = gh_arena_alloc(arena, sizeof(*copy));
    copy->content = gh_arena_str(arena, doc->content);
    copy->media_type = gh_arena_str(arena, doc->media_type);
    return copy;
}

static void set_sent(struct mp_router *r, const struct mp_reading *reading)
{
    enum mp_phrase_kind kind = reading->words.phrase.kind;
    bool stripped = kind == MP_PHRASE_THE || kind == MP_PHRASE_ALL ||
                    kind == MP_PHRASE_EVERY;
    struct gh_str sent = reading->text;
    if (r->out->action == MP_ACTION_BEGIN)
        sent = reading->words.inner;
    else if (r->out->action != MP_ACTION_SEND)
        return;
    else if (stripped)
        sent = reading->words.phrase.rest;
    if (!sent.len && !reading->fault)
        mp_router_fault(r, "after the name of the process stands the step that "
                           "is sent to it; here is nothing");
    /* A plan keeps all steps of a run: what they share is kept once. Most are
     * sent whole or without their first words. */
    const struct gh_str *text = &r->step->text;
    bool tail =
        sent.ptr >= text->ptr && sent.ptr + sent.len == text->ptr + text->len;
    r->out->sent = tail ? r->out->text + (sent.ptr - text->ptr)
                        : gh_arena_copy(r->arena, sent);
}

static void set_times(struct mp_router *r, const struct mp_reading *reading)
{
    struct mp_step *out = r->out;
    out->within_ms = reading->within_ms;
    out->wait_ms = reading->words.wait_ms;
    out->exit_code = reading->words.exit_code;
    out->signal = reading->words.signal;
    out->timeout_ms = step_timeout(r);
    int64_t within_ms = reading->words.within_ms;
    bool lesser = out->action == MP_ACTION_COMPLETE && out->timeout_ms &&
                  out->timeout_ms < within_ms;
    if (within_ms && !lesser)
        out->timeout_ms = within_ms;
    if (out->within_ms)
        out->timeout_ms = out->within_ms;
    if (r->request->unhurried)
        out->timeout_ms = 0;
}

/* Most steps begin as the one before. */
static const char *copy_keyword(struct mp_router *r, struct gh_str keyword)
{
    const char *before =
        r->step > r->request->pickle->steps ? r->out[-1].keyword : NULL;
    if (before && gh_str_equal(gh_str_of(before), keyword))
        return before;
    return gh_arena_copy(r->arena, keyword);
}

static void copy_source(struct mp_router *r)
{
    struct mp_step *out = r->out;
    const struct gh_pickle_step *step = r->step;
    out->keyword = copy_keyword(r, step->keyword);
    out->text = gh_arena_copy(r->arena, step->text);
    out->type = wire_type(step->type);
    out->at = step->at;
    out->background = step->background;
    out->table = copy_table(r->arena, step->table);
    out->doc_string = copy_doc_string(r->arena, step->doc_string);
    out->doc_string_first = step->doc_string_first;
}

static void warn_open_quote(struct mp_router *r,
                            const struct mp_reading *reading)
{
    uint32_t column = mp_reading_quote_column(reading, r->step);
    if (column)
        mp_errors_warn(r->errors, "%s:%u:%u: warning: %s", r->scenario->uri,
                       r->step->at.line, column, MP_READING_OPEN_QUOTE);
}

static bool knows(void *self, struct gh_str name)
{
    return mp_members_process(self, name) != MP_ROUTER_NONE;
}

/* It goes to a server, but was hardly meant to. */
static void warn_near(struct mp_router *r, const struct mp_reading *reading)
{
    struct mp_near_request request = {.config = r->config,
                                      .pattern = r->pattern,
                                      .knows = knows,
                                      .self = r,
                                      .names_only = reading->within_ms > 0};
    struct mp_near near;
    bool alias = !reading->within_ms && reading->text.ptr != r->step->text.ptr;
    if (reading->builtin || reading->fault || alias ||
        !mp_near_find(&request, reading->text, &reading->words.phrase, r->arena,
                      &near))
        return;
    if (near.slip)
        mp_errors_warn(r->errors, "%s:%u:%u: warning: %s; did you mean \"%s\"?",
                       r->scenario->uri, r->step->at.line, r->step->at.column,
                       near.what, near.meant);
    else
        mp_router_note(r, gh_arena_format(r->arena,
                                          "line %u goes to a server; a step "
                                          "of mprun would be \"%s\"",
                                          r->step->at.line, near.meant));
}

static void plan_step(struct mp_router *r, const struct mp_reading *reading)
{
    struct mp_step *out = r->out;
    copy_source(r);
    out->action = reading->builtin ? reading->words.action : MP_ACTION_SEND;
    if (reading->fault)
        mp_router_fault(r, "%s", reading->fault);
    warn_open_quote(r, reading);
    warn_near(r, reading);
    mp_targets_set(r, reading);
    set_sent(r, reading);
    set_times(r, reading);
    mp_begun_note_step(r);
    bool takes =
        out->action == MP_ACTION_SEND || out->action == MP_ACTION_BEGIN;
    if (!takes && (out->table || out->doc_string))
        mp_router_fault(r,
                        "this is a step of mprun itself, which takes no table "
                        "and no doc string; steps.builtin turns it off");
}

static void plan_steps(struct mp_router *r)
{
    size_t count = r->request->pickle->step_count;
    struct mp_step *steps = gh_arena_array(r->arena, count, sizeof(*steps));
    for (size_t i = 0; i < count; i++) {
        r->step = &r->request->pickle->steps[i];
        r->out = &steps[i];
        plan_step(r, &r->readings[i]);
    }
    r->scenario->steps = steps;
    r->scenario->step_count = count;
}

static void keep_members(struct mp_router *r)
{
    struct mp_member *members =
        gh_arena_array(r->arena, r->member_count, sizeof(*members));
    struct mp_process *processes =
        gh_arena_array(r->arena, r->process_count, sizeof(*processes));
    for (size_t i = 0; i < r->member_count; i++) {
        members[i] = r->members[i];
        members[i].group_size =
            (int)r->processes[members[i].process].member_count;
    }
    for (size_t i = 0; i < r->process_count; i++)
        processes[i] = r->processes[i];
    r->scenario->members = members;
    r->scenario->member_count = r->member_count;
    r->scenario->processes = processes;
    r->scenario->process_count = r->process_count;
}

static void read_steps(struct mp_router *r)
{
    const struct gh_pickle *pickle = r->request->pickle;
    r->readings = gh_alloc(pickle->step_count * sizeof(*r->readings));
    for (size_t i = 0; i < pickle->step_count; i++)
        r->readings[i] =
            mp_reading_make(r->config, r->pattern, pickle->steps[i].text);
}

bool mp_route(const struct mp_route_request *request, struct gh_arena *arena,
              struct mp_scenario *scenario, struct mp_errors *errors)
{
    struct mp_router r = {.request = request,
                          .config = request->config,
                          .pattern = request->patterns->process,
                          .arena = arena,
                          .scenario = scenario,
                          .errors = errors,
                          .first_error = errors->error_count};
    read_steps(&r);
    mp_members_gather(&r);
    r.names_bad = errors->error_count != r.first_error;
    if (r.member_count) {
        mp_begun_find_starts(&r);
        mp_begun_warn_near_names(&r);
        plan_steps(&r);
        if (errors->error_count == r.first_error)
            mp_begun_check_end(&r);
    }
    keep_members(&r);
    gh_free(r.readings);
    gh_free(r.processes);
    gh_free(r.latest);
    gh_free(r.members);
    gh_free(r.standings);
    return errors->error_count == r.first_error;
}
