#include "runner/report/blames.h"

#include <stdlib.h>

#include "gherkin/hash.h"
#include "runner/report/failure.h"
#include "runner/report/members.h"

#define MOST_BYTES  200u /* of a message */
#define MOST_SHOWN  3u   /* scenarios of a cause */
#define MOST_CAUSES 20u

struct played {
    struct played *next;
    struct mp_blame_play play;
};

struct mp_blames_scenario {
    const char *uri, *name; /* name NULL: it has not failed */
    int64_t line, number;
    struct played *plays;
    size_t count;
};

/* --- gathering --- */

static const char *keep(struct mp_blames *blames, const char *text)
{
    return gh_arena_copy(&blames->arena, gh_str_of(text));
}

static const char **text_slot(const char **table, size_t capacity,
                              const char *text)
{
    size_t at = (size_t)gh_hash_str(GH_HASH_START, gh_str_of(text));
    for (at &= capacity - 1; table[at] && strcmp(table[at], text) != 0;)
        at = (at + 1) & (capacity - 1);
    return &table[at];
}

/* The same text for the same combination, or path. */
static const char *intern(struct mp_blames *blames, const char *text)
{
    if (blames->text_count * 2 >= blames->text_capacity) {
        size_t old = blames->text_capacity, capacity = old ? old * 2 : 64;
        const char **table = gh_alloc(capacity * sizeof(*table));
        for (size_t i = 0; i < old; i++) {
            if (blames->texts[i])
                *text_slot(table, capacity, blames->texts[i]) =
                    blames->texts[i];
        }
        gh_free(blames->texts);
        blames->texts = table;
        blames->text_capacity = capacity;
    }
    const char **slot = text_slot(blames->texts, blames->text_capacity, text);
    if (!*slot) {
        *slot = keep(blames, text);
        blames->text_count++;
    }
    return *slot;
}

static struct mp_blames_scenario **
scenario_slot(struct mp_blames_scenario **table, size_t capacity,
              const char *uri, int64_t line)
{
    uint64_t hash = gh_hash_str(GH_HASH_START, gh_str_of(uri));
    size_t at = (size_t)gh_hash_mix(hash + (uint64_t)line) & (capacity - 1);
    while (table[at] &&
           (table[at]->line != line || strcmp(table[at]->uri, uri) != 0))
        at = (at + 1) & (capacity - 1);
    return &table[at];
}

static void grow_scenarios(struct mp_blames *blames)
{
    size_t old = blames->scenario_capacity, capacity = old ? old * 2 : 64;
    struct mp_blames_scenario **table = gh_alloc(capacity * sizeof(*table));
    for (size_t i = 0; i < old; i++) {
        struct mp_blames_scenario *one = blames->scenarios[i];
        if (one)
            *scenario_slot(table, capacity, one->uri, one->line) = one;
    }
    gh_free(blames->scenarios);
    blames->scenarios = table;
    blames->scenario_capacity = capacity;
}

static struct mp_blames_scenario *
get_scenario(struct mp_blames *blames, const struct mp_case_result *result)
{
    if (blames->scenario_count * 2 >= blames->scenario_capacity)
        grow_scenarios(blames);
    struct mp_blames_scenario **slot =
        scenario_slot(blames->scenarios, blames->scenario_capacity, result->uri,
                      result->line);
    if (!*slot) {
        *slot = gh_arena_alloc(&blames->arena, sizeof(**slot));
        **slot = (struct mp_blames_scenario){.uri = intern(blames, result->uri),
                                             .line = result->line,
                                             .number = result->number};
        blames->scenario_count++;
    }
    if (result->number < (*slot)->number)
        (*slot)->number = result->number;
    return *slot;
}

static const char *keep_message(struct mp_blames *blames,
                                const struct mp_case_result *result)
{
    const struct mp_style plain = {0};
    struct mp_buf text = {0};
    mp_failure_summarise(&text, result);
    const char *kept =
        keep(blames, mp_style_shorten(&plain, &blames->arena,
                                      mp_buf_text(&text), MOST_BYTES));
    mp_buf_finish(&text);
    return kept;
}

void mp_blames_add(struct mp_blames *blames,
                   const struct mp_case_result *result, bool strict)
{
    enum mp_status status = *result->known ? result->was : result->status;
    bool failed = mp_status_is_failure(status, strict);
    if (status == MP_INTERRUPTED || !*result->combination ||
        (status != MP_PASSED && !failed))
        return;
    struct mp_blames_scenario *scenario = get_scenario(blames, result);
    struct played *played = gh_arena_alloc(&blames->arena, sizeof(*played));
    played->play = (struct mp_blame_play){
        .combination = intern(blames, result->combination),
        .failed = failed,
        .flaky = result->flaky,
        .message = failed ? keep_message(blames, result) : NULL};
    played->next = scenario->plays;
    scenario->plays = played;
    scenario->count++;
    if (!scenario->name && (failed || result->flaky))
        scenario->name = keep(blames, result->name);
}

/* --- solving --- */

static int by_number(const void *a, const void *b)
{
    const struct mp_blamed *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

static void solve_one(struct mp_blames *blames,
                      const struct mp_blames_scenario *scenario)
{
    struct mp_blame_play *plays = gh_alloc(scenario->count * sizeof(*plays));
    size_t at = scenario->count; /* they stand last first */
    for (const struct played *one = scenario->plays; one; one = one->next)
        plays[--at] = one->play;
    struct mp_blamed blamed = {.uri = scenario->uri,
                               .name = scenario->name,
                               .line = scenario->line,
                               .number = scenario->number};
    mp_blame_find(plays, scenario->count, &blames->arena, &blamed.blame);
    gh_free(plays);
    if (blamed.blame.kind == MP_BLAME_NONE)
        return;
    blames->list =
        gh_realloc(blames->list, (blames->count + 1) * sizeof(*blames->list));
    blames->list[blames->count++] = blamed;
}

void mp_blames_solve(struct mp_blames *blames)
{
    if (blames->solved)
        return;
    blames->solved = true;
    for (size_t i = 0; i < blames->scenario_capacity; i++) {
        if (blames->scenarios[i] && blames->scenarios[i]->name)
            solve_one(blames, blames->scenarios[i]);
    }
    if (blames->count)
        qsort(blames->list, blames->count, sizeof(*blames->list), by_number);
}

void mp_blames_finish(struct mp_blames *blames)
{
    gh_free(blames->scenarios);
    gh_free(blames->texts);
    gh_free(blames->list);
    gh_arena_finish(&blames->arena);
    memset(blames, 0, sizeof(*blames));
}

/* --- in words --- */

/* A cause with all scenarios that have it; condition NULL: scattered. */
struct shared {
    const char *condition;
    size_t failed, cases, failures, plays, scenarios;
    bool flaky, chance;
};

static const char scattered_words[] = "nothing in common";

static size_t cause_count(const struct mp_blamed *blamed)
{
    return blamed->blame.kind == MP_BLAME_SCATTERED ? 1
                                                    : blamed->blame.cause_count;
}

/* The i-th cause; of scattered failures what they are in numbers. */
static struct mp_blame_cause get_cause(const struct mp_blamed *blamed, size_t i)
{
    const struct mp_blame *blame = &blamed->blame;
    if (blame->kind == MP_BLAME_CAUSES)
        return blame->causes[i];
    return (struct mp_blame_cause){.condition = scattered_words,
                                   .failed = blame->failed,
                                   .cases = blame->cases,
                                   .failures = blame->failures,
                                   .plays = blame->plays,
                                   .flaky = blame->flaky,
                                   .chance = true};
}

static size_t gather(const struct mp_blames *blames, struct shared *list,
                     size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < blames->count; i++) {
        for (size_t k = 0; k < cause_count(&blames->list[i]); k++) {
            struct mp_blame_cause cause = get_cause(&blames->list[i], k);
            size_t at = 0;
            while (at < count &&
                   strcmp(list[at].condition, cause.condition) != 0)
                at++;
            if (at == most)
                continue;
            if (at == count)
                list[count++] = (struct shared){.condition = cause.condition,
                                                .chance = true};
            list[at].failed += cause.failed;
            list[at].cases += cause.cases;
            list[at].failures += cause.failures;
            list[at].plays += cause.plays;
            list[at].scenarios++;
            list[at].flaky = list[at].flaky || cause.flaky;
            list[at].chance = list[at].chance && cause.chance;
        }
    }
    return count;
}

static void append_numbers(struct mp_buf *out, const struct shared *shared)
{
    bool often = shared->plays != shared->cases;
    bool lone = shared->chance && (shared->scenarios == 1 ||
                                   shared->condition == scattered_words);
    mp_buf_format(out, ": fails%s in ", shared->flaky ? " now and then" : "");
    if (shared->failed < shared->cases)
        mp_buf_format(out, "%zu of %zu combinations", shared->failed,
                      shared->cases);
    else if (shared->cases == 1)
        mp_buf_append_text(out, "its only combination");
    else if (shared->cases == 2)
        mp_buf_append_text(out, "both combinations");
    else
        mp_buf_format(out, "all %zu combinations", shared->cases);
    if (often)
        mp_buf_format(out, ", %zu of %zu times", shared->failures,
                      shared->plays);
    if (lone)
        mp_buf_append_text(out, "; it may be chance");
    mp_buf_append_char(out, '\n');
}

static void append_scenarios(struct mp_buf *out, const struct mp_style *style,
                             const struct mp_blames *blames,
                             const struct shared *shared)
{
    size_t shown = 0;
    for (size_t i = 0; i < blames->count; i++) {
        const struct mp_blamed *blamed = &blames->list[i];
        for (size_t k = 0; k < cause_count(blamed); k++) {
            struct mp_blame_cause cause = get_cause(blamed, k);
            if (strcmp(cause.condition, shared->condition) != 0 ||
                shown++ >= MOST_SHOWN)
                continue;
            mp_buf_append_text(out, "    ");
            mp_style_text(out, style, MP_COLOUR_DIM, blamed->uri);
            mp_buf_format(out, ":%lld ", (long long)blamed->line);
            mp_style_text(out, style, MP_COLOUR_NONE, blamed->name);
            mp_buf_append_char(out, '\n');
            if (cause.message) {
                mp_buf_append_text(out, "      ");
                mp_style_text(out, style, MP_COLOUR_NONE, cause.message);
                if (cause.messages > 1)
                    mp_buf_format(out, " (and %zu other%s)", cause.messages - 1,
                                  cause.messages == 2 ? "" : "s");
                mp_buf_append_char(out, '\n');
            }
        }
    }
    if (shown > MOST_SHOWN)
        mp_buf_format(out, "    and %zu more\n", shown - MOST_SHOWN);
}

void mp_blames_append(struct mp_buf *out, const struct mp_style *style,
                      struct mp_blames *blames)
{
    struct shared list[MOST_CAUSES];
    mp_blames_solve(blames);
    size_t count = gather(blames, list, MOST_CAUSES);
    if (!count)
        return;
    mp_buf_append_text(out, "What failures have in common\n");
    for (size_t i = 0; i < count; i++) {
        mp_buf_append_text(out, "  ");
        mp_style_text(out, style, MP_COLOUR_BOLD, list[i].condition);
        append_numbers(out, &list[i]);
        append_scenarios(out, style, blames, &list[i]);
    }
    mp_buf_append_char(out, '\n');
}

/* --- for programs --- */

static void put_count(struct gh_jsonw *out, const char *name, size_t value)
{
    mp_members_number(out, name, (int64_t)value);
}

static void put_flag(struct gh_jsonw *out, const char *name, bool value)
{
    if (!value)
        return;
    gh_jsonw_key(out, name);
    gh_jsonw_bool(out, true);
}

static void put_cause(struct gh_jsonw *out, const struct mp_blame_cause *cause)
{
    gh_jsonw_object_begin(out);
    mp_members_text(out, "condition", cause->condition);
    put_count(out, "failed", cause->failed);
    put_count(out, "combinations", cause->cases);
    put_count(out, "failures", cause->failures);
    put_count(out, "plays", cause->plays);
    put_flag(out, "flaky", cause->flaky);
    put_flag(out, "chance", cause->chance);
    mp_members_text_if(out, "message", cause->message ? cause->message : "");
    if (cause->messages > 1)
        put_count(out, "messages", cause->messages);
    gh_jsonw_object_end(out);
}

static void put_blamed(struct gh_jsonw *out, const struct mp_blamed *blamed)
{
    const struct mp_blame *blame = &blamed->blame;
    gh_jsonw_object_begin(out);
    mp_members_text(out, "uri", blamed->uri);
    mp_members_number(out, "line", blamed->line);
    mp_members_text(out, "name", blamed->name);
    mp_members_number(out, "number", blamed->number);
    put_count(out, "failed", blame->failed);
    put_count(out, "combinations", blame->cases);
    put_count(out, "failures", blame->failures);
    put_count(out, "plays", blame->plays);
    put_flag(out, "flaky", blame->flaky);
    put_flag(out, "scattered", blame->kind == MP_BLAME_SCATTERED);
    gh_jsonw_key(out, "causes");
    gh_jsonw_array_begin(out);
    for (size_t i = 0; i < blame->cause_count; i++)
        put_cause(out, &blame->causes[i]);
    gh_jsonw_array_end(out);
    gh_jsonw_object_end(out);
}

void mp_blames_json(struct gh_jsonw *out, struct mp_blames *blames)
{
    mp_blames_solve(blames);
    if (!blames->count)
        return;
    gh_jsonw_key(out, "blame");
    gh_jsonw_array_begin(out);
    for (size_t i = 0; i < blames->count; i++)
        put_blamed(out, &blames->list[i]);
    gh_jsonw_array_end(out);
}
