#include "runner/cli/discovery.h"

#include <stdlib.h>
#include <string.h>

#include "gherkin/hash.h"
#include "runner/base/text.h"
#include "runner/cli/place.h"
#include "runner/cli/runs.h"
#include "runner/cli/secrets.h"
#include "runner/model/status.h"
#include "runner/plan/plan.h"
#include "runner/rpc/matches.h"
#include "runner/run/run.h"

#define LEAST_SLOTS 256u /* a power of two */
#define TAIL_LINES  8

/* --- the steps of the plan --- */

/* Where the rows of texts are found; only while they are collected. */
struct index {
    struct mp_discovery *discovery;
    size_t *slots; /* a row plus 1; 0: free */
    size_t capacity;
};

static const char *text_of(const struct mp_step *step)
{
    return step->sent ? step->sent : step->text;
}

static bool is_sent(const struct mp_step *step)
{
    return step->action == MP_ACTION_SEND || step->action == MP_ACTION_BEGIN;
}

static bool is_same(const struct mp_step *a, const struct mp_step *b)
{
    return !a->table == !b->table && !a->doc_string == !b->doc_string &&
           !strcmp(text_of(a), text_of(b));
}

static size_t *find_slot(const struct index *index, const struct mp_step *step)
{
    uint64_t hash = gh_hash_str(GH_HASH_START, gh_str_of(text_of(step)));
    size_t at = (size_t)gh_hash_mix(hash) & (index->capacity - 1);
    while (index->slots[at] &&
           !is_same(index->discovery->rows[index->slots[at] - 1].step, step))
        at = (at + 1) & (index->capacity - 1);
    return &index->slots[at];
}

static void grow(struct index *index)
{
    const struct mp_discovery *discovery = index->discovery;
    if (index->capacity > 2 * discovery->row_count)
        return;
    index->capacity = index->capacity ? 2 * index->capacity : LEAST_SLOTS;
    gh_free(index->slots);
    index->slots = gh_alloc(index->capacity * sizeof(*index->slots));
    for (size_t i = 0; i < discovery->row_count; i++)
        *find_slot(index, discovery->rows[i].step) = i + 1;
}

static size_t add_row(struct mp_discovery *discovery,
                      const struct mp_step *step)
{
    if (discovery->row_count == discovery->row_capacity) {
        discovery->row_capacity = 2 * discovery->row_capacity + 64;
        discovery->rows =
            gh_realloc(discovery->rows,
                       discovery->row_capacity * sizeof(*discovery->rows));
    }
    struct mp_step_row row = {.step = step,
                              .cells = gh_arena_array(&discovery->arena,
                                                      discovery->platform_count,
                                                      sizeof(*row.cells))};
    discovery->rows[discovery->row_count] = row;
    return discovery->row_count++;
}

static size_t get_row(struct index *index, const struct mp_step *step)
{
    grow(index);
    size_t *slot = find_slot(index, step);
    if (!*slot)
        *slot = add_row(index->discovery, step) + 1;
    return *slot - 1;
}

static void add_step(struct mp_asked_platform *asked,
                     const struct mp_step *step, size_t row)
{
    if (asked->step_count == asked->step_capacity) {
        size_t most = asked->step_capacity = 2 * asked->step_capacity + 64;
        asked->steps = gh_realloc(asked->steps, most * sizeof(*asked->steps));
        asked->rows = gh_realloc(asked->rows, most * sizeof(*asked->rows));
    }
    asked->steps[asked->step_count] = step;
    asked->rows[asked->step_count++] = row;
}

static void collect_step(struct index *index, const struct mp_case *source,
                         const struct mp_step *step)
{
    struct mp_discovery *discovery = index->discovery;
    const struct mp_scenario *scenario = source->scenario;
    size_t number = get_row(index, step);
    struct mp_step_row *row = &discovery->rows[number];
    if (!row->scenarios)
        row->scenario = scenario;
    for (size_t i = 0; i < step->target_count; i++) {
        const struct mp_member *member = &scenario->members[step->targets[i]];
        const struct mp_platform *platform = source->platforms[member->process];
        size_t column = 0;
        while (discovery->platforms[column].platform != platform)
            column++;
        if (row->cells[column].known != MP_KNOWN_UNSENT)
            continue;
        row->cells[column].known = MP_KNOWN_OPEN;
        add_step(&discovery->platforms[column], row->step, number);
    }
}

/* The scenarios that have each step: counted once, however many cases. */
static void count_scenario(struct index *index,
                           const struct mp_scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct mp_step *step = &scenario->steps[i];
        bool again = false;
        for (size_t k = 0; k < i && !again; k++)
            again = is_sent(&scenario->steps[k]) &&
                    is_same(&scenario->steps[k], step);
        if (is_sent(step) && !again)
            index->discovery->rows[get_row(index, step)].scenarios++;
    }
}

static void collect(struct mp_discovery *discovery, const struct mp_plan *plan)
{
    struct index index = {.discovery = discovery};
    const struct mp_scenario *last = NULL;
    for (size_t i = 0; i < plan->case_count; i++) {
        const struct mp_case *source = &plan->cases[i];
        const struct mp_scenario *scenario = source->scenario;
        if (source->skip)
            continue;
        for (size_t k = 0; k < scenario->step_count; k++) {
            if (is_sent(&scenario->steps[k]))
                collect_step(&index, source, &scenario->steps[k]);
        }
        if (scenario != last)
            count_scenario(&index, scenario);
        last = scenario;
    }
    gh_free(index.slots);
}

static bool has_cases(const struct mp_plan *plan,
                      const struct mp_platform *platform)
{
    bool found = false;
    for (size_t i = 0; i < plan->case_count && !found; i++) {
        const struct mp_case *source = &plan->cases[i];
        for (size_t p = 0; !source->skip && p < source->scenario->process_count;
             p++)
            found = found || source->platforms[p] == platform;
    }
    return found;
}

static void find_platforms(struct mp_discovery *discovery,
                           const struct mp_setup *setup)
{
    const struct mp_config *config = &setup->config;
    discovery->platforms =
        gh_arena_array(&discovery->arena, config->platform_count,
                       sizeof(*discovery->platforms));
    for (size_t i = 0; i < config->platform_count; i++) {
        if (!has_cases(&setup->plan, &config->platforms[i]))
            continue;
        size_t index = discovery->platform_count++;
        discovery->platforms[index] =
            (struct mp_asked_platform){.platform = &config->platforms[i],
                                       .discovery = discovery,
                                       .index = index};
    }
}

/* --- what servers answer --- */

static struct mp_step_cell *cell_of(struct mp_asked_platform *asked,
                                    size_t step)
{
    return &asked->discovery->rows[asked->rows[step]].cells[asked->index];
}

static void set_known(struct mp_step_cell *cell)
{
    cell->known = cell->count == 0   ? MP_KNOWN_UNDEFINED
                  : cell->count == 1 ? MP_KNOWN_DEFINED
                                     : MP_KNOWN_AMBIGUOUS;
}

static void take_matches(struct mp_asked_platform *asked,
                         struct mp_step_cell *cell,
                         const struct mp_step_matches *matches)
{
    struct mp_discovery *discovery = asked->discovery;
    cell->definitions = gh_arena_array(&discovery->arena, matches->count + 1,
                                       sizeof(*cell->definitions));
    for (size_t i = 0; i < matches->count; i++) {
        struct mp_definition *definition = mp_definitions_find(
            &discovery->definitions, asked->platform->name, matches->ids[i]);
        if (definition)
            mp_definitions_use(&discovery->definitions, definition);
        cell->definitions[i] = definition; /* NULL: it is not listed */
    }
    cell->count = matches->count;
    cell->snippet = matches->snippet;
    cell->error = matches->error;
    if (!matches->error)
        set_known(cell);
}

static bool on_matches(void *self, size_t first, size_t count,
                       struct gh_str message, struct mp_buf *why)
{
    struct mp_asked_platform *asked = self;
    struct mp_step_matches *list = gh_alloc((count + 1) * sizeof(*list));
    bool good =
        mp_matches_read(message, count, &asked->discovery->arena, list, why);
    for (size_t i = 0; good && i < count; i++)
        take_matches(asked, cell_of(asked, first + i), &list[i]);
    gh_free(list);
    return good;
}

/* By mprun's own expressions, for a server that only lists. */
static void match_here(struct mp_asked_platform *asked,
                       struct mp_step_cell *cell, const char *text)
{
    struct mp_discovery *discovery = asked->discovery;
    struct mp_definition *definition = discovery->definitions.first;
    size_t most = discovery->definitions.count;
    cell->definitions =
        gh_arena_array(&discovery->arena, most + 1, sizeof(*cell->definitions));
    for (; definition; definition = definition->next) {
        if (strcmp(definition->platform, asked->platform->name) != 0 ||
            !mp_definitions_fit(definition, text))
            continue;
        mp_definitions_use(&discovery->definitions, definition);
        cell->definitions[cell->count++] = definition;
    }
    set_known(cell);
}

static void on_unable(void *self, bool lists)
{
    struct mp_asked_platform *asked = self;
    asked->unable = !lists;
    asked->advisory = lists;
    for (size_t i = 0; lists && i < asked->step_count; i++)
        match_here(asked, cell_of(asked, i), text_of(asked->steps[i]));
}

static void on_over(void *self, const char *why)
{
    struct mp_asked_platform *asked = self;
    asked->over = true;
    if (why)
        asked->why = gh_arena_copy(&asked->discovery->arena, gh_str_of(why));
}

/* --- what the run tells meanwhile --- */

static void keep_line(struct mp_asked_platform *asked, const char *text)
{
    if (asked->tail_lines++ >= TAIL_LINES) {
        const char *second = strchr(mp_buf_text(&asked->tail), '\n') + 1;
        struct mp_buf rest = {0};
        mp_buf_append_text(&rest, second);
        mp_buf_finish(&asked->tail);
        asked->tail = rest;
    }
    mp_buf_format(&asked->tail, "%s\n", text);
}

static void on_record(void *self, const struct mp_record *record)
{
    struct mp_discovery *discovery = self;
    if (record->type == MP_RECORD_DEFINITIONS)
        mp_definitions_take(&discovery->definitions, record);
    bool is_stderr = record->type == MP_RECORD_LOG && record->source &&
                     !strcmp(record->source, "stderr");
    for (size_t i = 0; is_stderr && i < discovery->platform_count; i++) {
        if (!strcmp(discovery->platforms[i].platform->name, record->platform))
            keep_line(&discovery->platforms[i], record->text);
    }
}

/* --- asking --- */

static void make_inquiries(struct mp_discovery *discovery,
                           struct mp_run_options *run)
{
    struct mp_inquiry *list = gh_arena_array(
        &discovery->arena, discovery->platform_count, sizeof(*list));
    for (size_t i = 0; i < discovery->platform_count; i++) {
        struct mp_asked_platform *asked = &discovery->platforms[i];
        list[i] = (struct mp_inquiry){.platform = asked->platform,
                                      .steps = asked->steps,
                                      .step_count = asked->step_count,
                                      .self = asked,
                                      .on_unable = on_unable,
                                      .on_matches = on_matches,
                                      .on_over = on_over};
    }
    run->inquiries = list;
    run->inquiry_count = discovery->platform_count;
}

/* No run's folder is made: what servers write goes with the shared one. */
static void fill_options(struct mp_discovery *discovery, struct mp_setup *setup,
                         struct mp_run_options *run)
{
    struct gh_arena *arena = &discovery->arena;
    uint32_t number = mp_runs_random();
    run->version = MP_VERSION;
    run->os = mp_place_os(arena);
    run->run_id = mp_runs_new_id(number, arena);
    run->work_dir = setup->config.folder;
    run->shared_root = gh_arena_format(
        arena, "%s/mprun-%08x", mp_place_temporary(setup->errors), number);
    run->artifact_root =
        gh_arena_format(arena, "%s/artifacts", run->shared_root);
    run->ipc_prefix = gh_arena_format(arena, "mp%08x", number);
    run->jobs = 1;
    run->stop_timeout_ms = setup->config.stop_timeout_ms;
    run->definitions = true;
    mp_setup_defines(setup->options, arena, run);
    make_inquiries(discovery, run);
}

static bool ask(struct mp_discovery *discovery, struct mp_setup *setup,
                struct mp_run_options *run)
{
    struct mp_run_outcome outcome;
    struct mp_mask *mask = mp_secrets_mask(&setup->config, run->defines,
                                           run->define_count, run->run_id);
    struct mp_listener own = {discovery, on_record};
    struct mp_listener masked = mp_mask_listener(mask, &own, 1);
    run->mask = mask;
    run->listeners = &masked;
    run->listener_count = 1;
    bool begun = mp_run(run, &outcome, setup->errors);
    discovery->signal = outcome.signal;
    mp_mask_destroy(mask);
    return begun;
}

/* --- what follows from it --- */

/* The parameters' names tell little of what was meant. */
static char *without_names(const char *source)
{
    struct mp_buf out = {0};
    while (*source) {
        size_t plain = strcspn(source, "{");
        mp_buf_append(&out, source, plain);
        source += plain;
        if (!*source)
            break;
        mp_buf_append_text(&out, "{}");
        source += strcspn(source, "}");
        source += *source == '}';
    }
    return mp_buf_take(&out);
}

static const struct mp_definition *
find_near(const struct mp_discovery *discovery, const char *platform,
          const char *expression)
{
    const struct mp_definition *definition = discovery->definitions.first;
    size_t most = discovery->definitions.count + 1, count = 0;
    const struct mp_definition **list = gh_alloc(most * sizeof(*list));
    char **sources = gh_alloc(most * sizeof(*sources));
    for (; definition; definition = definition->next) {
        if (definition->blank || strcmp(definition->platform, platform) != 0)
            continue;
        list[count] = definition;
        sources[count++] = without_names(definition->source);
    }
    char *word = without_names(expression);
    const struct mp_definition *found = NULL;
    const char *nearest = mp_nearest(word, (const char *const *)sources, count);
    for (size_t i = 0; i < count; i++) {
        if (nearest == sources[i])
            found = list[i];
        gh_free(sources[i]);
    }
    gh_free(word);
    gh_free(sources);
    gh_free(list);
    return found;
}

/* As somebody defined it, else as mprun would write it. */
static const char *expression_of(struct mp_discovery *discovery,
                                 const struct gh_parameter_types *types,
                                 const struct mp_step_row *row)
{
    const struct gh_suggestion *suggestion;
    for (size_t i = 0; i < discovery->platform_count; i++) {
        const struct mp_step_cell *cell = &row->cells[i];
        if (cell->count && cell->definitions[0] && !cell->definitions[0]->blank)
            return cell->definitions[0]->source;
    }
    gh_suggestion_make(types, gh_str_of(text_of(row->step)), 1,
                       &discovery->arena, &suggestion);
    return suggestion->source;
}

static int by_expression(const void *a, const void *b)
{
    const struct mp_step_row *const *one = a, *const *other = b;
    int order = strcmp((*one)->expression, (*other)->expression);
    return order ? order : *one < *other ? -1 : 1;
}

/* The first row of each expression: its line in a table. */
static void find_first(struct mp_discovery *discovery)
{
    size_t count = discovery->row_count;
    struct mp_step_row **list = gh_alloc((count + 1) * sizeof(*list));
    for (size_t i = 0; i < count; i++)
        list[i] = &discovery->rows[i];
    if (count)
        qsort(list, count, sizeof(*list), by_expression);
    for (size_t i = 0, first = 0; i < count; i++) {
        if (strcmp(list[first]->expression, list[i]->expression) != 0)
            first = i;
        list[i]->first = (size_t)(list[first] - discovery->rows);
    }
    gh_free(list);
}

static void judge_row(struct mp_discovery *discovery,
                      const struct gh_parameter_types *types,
                      struct mp_step_row *row)
{
    const struct gh_suggestion *suggestion = NULL;
    row->expression = expression_of(discovery, types, row);
    for (size_t i = 0; i < discovery->platform_count; i++) {
        struct mp_step_cell *cell = &row->cells[i];
        discovery->undefined += cell->known == MP_KNOWN_UNDEFINED;
        discovery->ambiguous += cell->known == MP_KNOWN_AMBIGUOUS;
        discovery->open += cell->error != NULL;
        if (cell->known != MP_KNOWN_UNDEFINED)
            continue;
        if (!suggestion)
            gh_suggestion_make(types, gh_str_of(text_of(row->step)), 1,
                               &discovery->arena, &suggestion);
        cell->near =
            find_near(discovery, discovery->platforms[i].platform->name,
                      suggestion->source);
    }
}

static void judge(struct mp_discovery *discovery)
{
    struct gh_parameter_types *types = gh_parameter_type_registry_create();
    for (size_t i = 0; i < discovery->row_count; i++)
        judge_row(discovery, types, &discovery->rows[i]);
    gh_parameter_type_registry_destroy(types);
    find_first(discovery);
    for (size_t i = 0; i < discovery->platform_count; i++) {
        struct mp_asked_platform *asked = &discovery->platforms[i];
        if (!asked->over && !asked->why)
            asked->why = "interrupted";
        discovery->unable += asked->unable;
        discovery->broken += asked->why && !asked->unable && !asked->advisory;
    }
}

bool mp_discovery_make(struct mp_discovery *discovery, struct mp_setup *setup,
                       const char *program)
{
    struct mp_plan none = {0};
    struct mp_run_options run = {.plan = &none, .program = program};
    memset(discovery, 0, sizeof(*discovery));
    if (!mp_place_tier(&run.best_tier, setup->errors))
        return false;
    find_platforms(discovery, setup);
    collect(discovery, &setup->plan);
    fill_options(discovery, setup, &run);
    discovery->whole = mp_setup_is_covered(setup);
    if (discovery->platform_count && !ask(discovery, setup, &run))
        return false;
    judge(discovery);
    return true;
}

bool mp_discovery_is_faulty(const struct mp_discovery *discovery)
{
    return discovery->undefined || discovery->ambiguous || discovery->open ||
           discovery->broken;
}

void mp_discovery_finish(struct mp_discovery *discovery)
{
    for (size_t i = 0; i < discovery->platform_count; i++) {
        gh_free(discovery->platforms[i].steps);
        gh_free(discovery->platforms[i].rows);
        mp_buf_finish(&discovery->platforms[i].tail);
    }
    gh_free(discovery->rows);
    mp_definitions_finish(&discovery->definitions);
    gh_arena_finish(&discovery->arena);
    memset(discovery, 0, sizeof(*discovery));
}
