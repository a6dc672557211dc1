/*
 * Which case starts when. Cases start in the order of their turns, --jobs at
 * a time, as @serial, @lock and --max-processes allow. While they run, as
 * many of the coming ones are readied: their processes are started ahead of
 * time (run/ahead.h), and they are the next to be played.
 *
 * Readied are only cases that nothing can keep from being played next: not
 * those with @serial or @lock, none beside or beyond a @serial one, none for
 * which there is no room, by --max-processes or by memory. Their slots have
 * numbers of their own, so that no two living cases share one.
 */
#include <string.h>

#include "runner/base/text.h"
#include "runner/proc/memory.h"
#include "runner/run/ahead.h"
#include "runner/run/ask.h"
#include "runner/run/host.h"
#include "runner/run/run_private.h"

/* So many times what it is expected to take must be free. */
#define MEMORY_RESERVE 4
/* A process is kept for one of so many coming cases. */
#define LOOK_AHEAD 1000

/* --- which case may start --- */

static bool shares_lock(const struct mp_scenario *a,
                        const struct mp_scenario *b)
{
    for (size_t i = 0; i < a->lock_count; i++) {
        for (size_t j = 0; j < b->lock_count; j++) {
            if (!strcmp(a->locks[i], b->locks[j]))
                return true;
        }
    }
    return false;
}

static size_t living(const struct mp_pool *pool)
{
    return pool->context.living_cases;
}

/* One that needs more than there is runs alone and may yet fit. */
static bool has_room(const struct mp_pool *pool, const struct mp_case *source)
{
    const struct mp_run_context *context = &pool->context;
    return !living(pool) ||
           context->processes + source->scenario->member_count <=
               context->most_processes;
}

static size_t free_slot(const struct mp_pool *pool)
{
    size_t free = 0;
    while (pool->slots[free].run)
        free++;
    return free;
}

/* How many processes of earlier cases are too many beside the case's. */
static size_t crowd(const struct mp_pool *pool, const struct mp_case *source)
{
    const struct mp_run_context *context = &pool->context;
    size_t others = mp_keeper_others(&context->keeper, source, free_slot(pool));
    size_t all = context->processes + source->scenario->member_count + others;
    size_t over =
        all > context->most_processes ? all - context->most_processes : 0;
    return over < others ? over : others;
}

struct wish {
    const struct mp_case *source;
    size_t slot;
};

static bool is_other(void *self, const struct mp_kept_use *use)
{
    const struct wish *wish = self;
    return use->slot != wish->slot || !mp_kept_is_for(use, wish->source);
}

/* False: others have to end first. */
static bool make_room(struct mp_pool *pool, const struct mp_case *source)
{
    struct wish wish = {source, free_slot(pool)};
    size_t over = crowd(pool, source);
    mp_keeper_retire(&pool->context.keeper, over, is_other, &wish);
    return !over;
}

static bool may_start(const struct mp_pool *pool, const struct mp_case *source)
{
    const struct mp_scenario *scenario = source->scenario;
    if (pool->serial_running || (scenario->serial && living(pool)) ||
        !has_room(pool, source))
        return false;
    for (size_t i = 0; i < pool->slot_count; i++) {
        const struct mp_case_run *run = pool->slots[i].run;
        if (run &&
            shares_lock(scenario, mp_case_options(run)->source->scenario))
            return false;
    }
    return true;
}

/* --- slots --- */

static void on_over(void *self, struct mp_case_run *run);

/* There is always one: twice the jobs are never all taken. */
static struct mp_slot *take_slot(struct mp_pool *pool, size_t index)
{
    struct mp_turn *turn = &pool->turns[index];
    size_t free = free_slot(pool);
    struct mp_case_options options = {.context = &pool->context,
                                      .source = turn->source,
                                      .attempt = turn->attempt,
                                      .slot = free,
                                      .failed_before = turn->attempt > 1,
                                      .self = pool,
                                      .on_over = on_over};
    turn->taken = true;
    pool->context.living_cases++;
    pool->context.processes += turn->source->scenario->member_count;
    pool->slots[free] =
        (struct mp_slot){.run = mp_case_create(&options), .turn = index};
    return &pool->slots[free];
}

static void leave_slot(struct mp_pool *pool, struct mp_slot *slot)
{
    const struct mp_case_options *options = mp_case_options(slot->run);
    if (!slot->ahead) {
        pool->context.running_cases--;
        pool->serial_running = false;
    }
    pool->context.living_cases--;
    pool->context.processes -= options->source->scenario->member_count;
    mp_case_destroy(slot->run);
    memset(slot, 0, sizeof(*slot));
}

static void play(struct mp_pool *pool, struct mp_slot *slot)
{
    slot->ahead = false;
    bool beside = pool->context.running_cases++ > 0;
    pool->serial_running = pool->turns[slot->turn].source->scenario->serial;
    mp_case_start(slot->run);
    pool->context.overlaps += beside; /* of all that run, this one too */
}

static bool has_free_job(const struct mp_pool *pool)
{
    return pool->context.running_cases < pool->options->jobs &&
           !pool->serial_running;
}

/* --- cases that are readied --- */

static size_t count_readied(const struct mp_pool *pool)
{
    return living(pool) - pool->context.running_cases;
}

/* The one whose turn is next; NULL: none. */
static struct mp_slot *first_readied(const struct mp_pool *pool)
{
    struct mp_slot *first = NULL;
    for (size_t i = 0; i < pool->slot_count; i++) {
        struct mp_slot *slot = &pool->slots[i];
        if (slot->run && slot->ahead && (!first || slot->turn < first->turn))
            first = slot;
    }
    return first;
}

static void play_readied(struct mp_pool *pool)
{
    struct mp_slot *slot = first_readied(pool);
    while (slot && has_free_job(pool)) {
        play(pool, slot);
        slot = first_readied(pool);
    }
}

static bool is_worth_readying(struct mp_pool *pool,
                              const struct mp_case *source)
{
    int64_t needed_kb;
    if (!mp_ahead_count(&pool->context, source, &needed_kb))
        return false;
    int64_t free_kb = mp_memory_available_kb();
    return !free_kb || needed_kb <= free_kb / MEMORY_RESERVE;
}

static void ready_coming(struct mp_pool *pool)
{
    if (pool->options->debug || pool->serial_running ||
        !pool->context.running_cases)
        return;
    size_t coming = count_readied(pool);
    for (size_t i = pool->first;
         i < pool->turn_count && coming < pool->options->jobs; i++) {
        const struct mp_turn *turn = &pool->turns[i];
        const struct mp_scenario *scenario = turn->source->scenario;
        if (turn->taken || turn->source->skip)
            continue;
        if (scenario->serial || !has_room(pool, turn->source) ||
            crowd(pool, turn->source))
            break;
        coming++;
        if (scenario->lock_count || !is_worth_readying(pool, turn->source))
            continue;
        struct mp_slot *slot = take_slot(pool, i);
        slot->ahead = true;
        mp_case_ready(slot->run);
    }
}

/* They are not played after all, and wait for what tell_rest says. */
static void drop_readied(struct mp_pool *pool, int64_t budget_ms)
{
    for (size_t i = 0; i < pool->slot_count; i++) {
        struct mp_slot *slot = &pool->slots[i];
        if (!slot->run || !slot->ahead)
            continue;
        pool->turns[slot->turn].taken = false;
        if (slot->turn < pool->first)
            pool->first = slot->turn;
        mp_case_drop(slot->run, budget_ms);
    }
}

/* --- cases that are not played --- */

/* What failed and is not tried again has failed. */
static void tell_failed(struct mp_pool *pool, const struct mp_turn *turn)
{
    struct mp_buf text = {0};
    mp_buf_format(&text, "%s (not tried again: %s)",
                  turn->cause ? turn->cause : mp_status_name(turn->status),
                  pool->not_run);
    mp_case_tell(&pool->context, turn->source, turn->attempt, turn->status,
                 text.data);
    mp_buf_finish(&text);
}

static void tell_rest(struct mp_pool *pool)
{
    for (size_t i = pool->first; i < pool->turn_count; i++) {
        struct mp_turn *turn = &pool->turns[i];
        if (!turn->taken && turn->attempt > 1)
            tell_failed(pool, turn);
        else if (!turn->taken)
            mp_case_tell(&pool->context, turn->source, 1, MP_NOT_RUN,
                         pool->not_run);
        turn->taken = true;
    }
    pool->first = pool->turn_count;
}

/* --- starting --- */

static void play_turns(struct mp_pool *pool)
{
    for (size_t i = pool->first; i < pool->turn_count; i++) {
        struct mp_turn *turn = &pool->turns[i];
        if (!has_free_job(pool))
            break;
        if (turn->taken)
            continue;
        if (turn->source->skip) {
            mp_case_tell(&pool->context, turn->source, 1, MP_SKIPPED,
                         turn->source->skip);
            turn->taken = true;
        } else if (may_start(pool, turn->source)) {
            if (!make_room(pool, turn->source))
                break;
            play(pool, take_slot(pool, i));
        } else if (turn->source->scenario->serial ||
                   !has_room(pool, turn->source)) {
            break; /* it waits for its turn; others do not overtake it */
        }
    }
}

/* --- processes that are kept --- */

static bool is_readied_for(const struct mp_pool *pool,
                           const struct mp_kept_use *use)
{
    const struct mp_slot *slot = &pool->slots[use->slot];
    return slot->run && slot->ahead &&
           mp_kept_is_for(use, mp_case_options(slot->run)->source);
}

/* Soon enough: what is wanted only later is not worth its place. */
bool mp_schedule_is_coming(void *self, const struct mp_kept_use *use)
{
    const struct mp_pool *pool = self;
    size_t looked = 0;
    if (is_readied_for(pool, use))
        return true;
    for (size_t i = pool->first; i < pool->turn_count && looked < LOOK_AHEAD;
         i++) {
        const struct mp_turn *turn = &pool->turns[i];
        if (turn->taken || turn->source->skip)
            continue;
        looked++;
        if (mp_kept_is_for(use, turn->source))
            return true;
    }
    return false;
}

static bool is_unwanted(void *self, const struct mp_kept_use *use)
{
    return !mp_schedule_is_coming(self, use);
}

static bool is_all_taken(const struct mp_pool *pool)
{
    bool left = false;
    for (size_t i = pool->first; i < pool->turn_count && !left; i++)
        left = !pool->turns[i].taken;
    return !left;
}

/* For the end of what lives for the run. */
static int64_t end_budget_ms(struct mp_pool *pool)
{
    uint64_t now = mp_clock_now(&pool->context.clock);
    if (!pool->signal)
        return pool->options->stop_timeout_ms;
    return now < pool->end_by_ms ? (int64_t)(pool->end_by_ms - now) : 0;
}

static void start_cases(struct mp_pool *pool)
{
    if (pool->not_run)
        tell_rest(pool);
    while (pool->first < pool->turn_count && pool->turns[pool->first].taken)
        pool->first++;
    if (!pool->not_run) {
        play_readied(pool);
        play_turns(pool);
        ready_coming(pool);
        mp_keeper_retire(&pool->context.keeper, SIZE_MAX, is_unwanted, pool);
    }
    if (is_all_taken(pool) && !living(pool) && !pool->context.keeper.count &&
        !mp_asks_go_on(&pool->context) &&
        !mp_hosts_end(&pool->context, end_budget_ms(pool)))
        mp_pool_close(pool);
}

static void on_starter(uv_idle_t *idle)
{
    uv_idle_stop(idle);
    start_cases(idle->data);
}

/* Once in a turn of the loop. A timer would be due again at once, and cases
 * that need no process would keep signals and closed handles waiting. */
void mp_schedule_soon(struct mp_pool *pool)
{
    uv_idle_start(&pool->starter, on_starter);
}

/* --- the end of a case --- */

void mp_schedule_stop(struct mp_pool *pool, const char *why)
{
    if (pool->not_run)
        return;
    pool->not_run = why;
    pool->context.stopping = true;
    drop_readied(pool, pool->options->stop_timeout_ms);
    mp_keeper_end_all(&pool->context.keeper, pool->options->stop_timeout_ms);
}

static void count_failure(struct mp_pool *pool, const struct mp_case_run *run)
{
    const struct mp_run_options *options = pool->options;
    enum mp_status status = mp_case_status(run);
    if (!mp_status_is_failure(status, options->strict) ||
        (options->expects &&
         options->expects(options->expects_self, mp_case_options(run)->source,
                          status, mp_case_cause(run))))
        return;
    pool->failures++;
    if (pool->options->max_failures &&
        pool->failures >= pool->options->max_failures)
        mp_schedule_stop(pool, pool->options->max_failures == 1
                                   ? "--fail-fast after a failure"
                                   : "--max-failures was reached");
}

static void take_again(struct mp_pool *pool, const struct mp_slot *slot)
{
    struct mp_turn *turn = &pool->turns[slot->turn];
    const char *cause = mp_case_cause(slot->run);
    turn->taken = false;
    turn->attempt = mp_case_options(slot->run)->attempt + 1;
    turn->status = mp_case_status(slot->run);
    gh_free(turn->cause);
    turn->cause = mp_text_copy(cause ? cause : "");
    if (slot->turn < pool->first)
        pool->first = slot->turn;
}

static void on_over(void *self, struct mp_case_run *run)
{
    struct mp_pool *pool = self;
    struct mp_slot *slot = &pool->slots[mp_case_options(run)->slot];
    if (!slot->ahead && mp_case_wants_retry(run))
        take_again(pool, slot);
    else if (!slot->ahead)
        count_failure(pool, run);
    leave_slot(pool, slot);
    mp_schedule_soon(pool);
}

void mp_schedule_end_all(struct mp_pool *pool, enum mp_status status,
                         const char *text, int64_t budget_ms)
{
    for (size_t i = 0; i < pool->slot_count; i++) {
        struct mp_slot *slot = &pool->slots[i];
        if (slot->run && slot->ahead)
            mp_case_drop(slot->run, budget_ms);
        else if (slot->run)
            mp_case_end(slot->run, status, text, budget_ms);
    }
    mp_keeper_end_all(&pool->context.keeper, budget_ms);
}

void mp_schedule_kill_all(struct mp_pool *pool)
{
    for (size_t i = 0; i < pool->slot_count; i++) {
        if (pool->slots[i].run)
            mp_case_kill(pool->slots[i].run);
    }
    mp_keeper_kill_all(&pool->context.keeper);
}

void mp_schedule_tell_host(struct mp_pool *pool)
{
    for (size_t i = 0; i < pool->slot_count; i++) {
        if (pool->slots[i].run && !pool->slots[i].ahead)
            mp_case_on_host(pool->slots[i].run);
    }
}
