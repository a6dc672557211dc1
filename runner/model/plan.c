#include "runner/model/plan.h"

#include <string.h>

#include "gherkin/hash.h"

static const char *const action_table[] = {
    [MP_ACTION_SEND] = "send",
    [MP_ACTION_BEGIN] = "begin",
    [MP_ACTION_COMPLETE] = "complete",
    [MP_ACTION_START] = "start",
    [MP_ACTION_IS_RUNNING] = "is running",
    [MP_ACTION_STOP] = "stop",
    [MP_ACTION_RESTART] = "restart",
    [MP_ACTION_KILL] = "kill",
    [MP_ACTION_CRASH] = "crash",
    [MP_ACTION_PAUSE] = "pause",
    [MP_ACTION_RESUME] = "resume",
    [MP_ACTION_EXPECT_EXIT] = "expect exit",
    [MP_ACTION_EXPECT_SIGNAL] = "expect signal",
    [MP_ACTION_EXPECT_RUNNING] = "expect running",
    [MP_ACTION_EXPECT_NOT_RUNNING] = "expect not running",
    [MP_ACTION_ALL_READY] = "all ready",
    [MP_ACTION_WAIT] = "wait",
};

const char *mp_action_name(enum mp_action action)
{
    return action_table[action];
}

void mp_plan_forget_sources(struct mp_plan *plan)
{
    plan->sources = plan->last_source = NULL;
    gh_arena_finish(&plan->source_arena);
}

void mp_plan_finish(struct mp_plan *plan)
{
    gh_arena_finish(&plan->arena);
    gh_arena_finish(&plan->source_arena);
}

bool mp_member_is_named(const struct mp_member *member, const char *name)
{
    return !strcmp(member->name, name) || !strcmp(member->group, name);
}

uint64_t mp_plan_case_seed(uint64_t run_seed, const char *key)
{
    uint64_t hash = GH_HASH_START;
    for (int i = 0; i < 8; i++)
        hash = gh_hash_byte(hash, (unsigned char)(run_seed >> 8 * i));
    hash = gh_hash_str(hash, gh_str_of(key));
    /* Keys that differ little get unlike seeds. */
    uint64_t seed = gh_hash_mix(hash) >> 32;
    return seed + !seed;
}
