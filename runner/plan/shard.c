#include "runner/plan/shard.h"

#include <stdlib.h>
#include <string.h>

#include "gherkin/hash.h"

const char *mp_shard_method_name(enum mp_shard_method method)
{
    static const char *const names[] = {NULL, "slice", "hash", "balanced"};
    return names[method];
}

size_t mp_shard_by_hash(const char *key, size_t total)
{
    uint64_t hash = gh_hash_str(GH_HASH_START, gh_str_of(key));
    return (size_t)(gh_hash_mix(hash) % total) + 1;
}

/* --- dealing --- */

struct card {
    const char *key;
    size_t at; /* among the cases */
    double ms; /* below 0: not known */
};

static int by_key(const void *a, const void *b)
{
    const struct card *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static int longest_first(const void *a, const void *b)
{
    const struct card *x = a, *y = b;
    return x->ms > y->ms ? -1 : x->ms < y->ms ? 1 : by_key(a, b);
}

static int weight_by_key(const void *a, const void *b)
{
    const struct mp_weight *x = a, *y = b;
    return strcmp(x->key, y->key);
}

/* What is not known takes as long as the others do on average. */
static void weigh(struct card *cards, size_t count,
                  const struct mp_weights *weights)
{
    double sum = 0;
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        struct mp_weight wanted = {cards[i].key, 0};
        const struct mp_weight *found =
            weights && weights->count
                ? bsearch(&wanted, weights->list, weights->count,
                          sizeof(wanted), weight_by_key)
                : NULL;
        cards[i].ms = found ? found->ms : -1;
        sum += found ? found->ms : 0;
        known += found != NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (cards[i].ms < 0)
            cards[i].ms = known ? sum / (double)known : 1;
    }
}

static void deal_balanced(struct card *cards, size_t count, size_t total,
                          const struct mp_weights *weights, size_t *shards)
{
    double *loads = gh_alloc(total * sizeof(*loads));
    size_t *counts = gh_alloc(total * sizeof(*counts));
    weigh(cards, count, weights);
    qsort(cards, count, sizeof(*cards), longest_first);
    for (size_t i = 0; i < count; i++) {
        size_t least = 0; /* of equal loads the one with fewer cases */
        for (size_t s = 1; s < total; s++) {
            if (loads[s] < loads[least] ||
                (loads[s] <= loads[least] && counts[s] < counts[least]))
                least = s;
        }
        loads[least] += cards[i].ms;
        counts[least]++;
        shards[cards[i].at] = least + 1;
    }
    gh_free(loads);
    gh_free(counts);
}

void mp_shard_deal(const struct mp_shard *shard, const struct mp_case *cases,
                   size_t count, size_t *shards)
{
    struct card *cards = gh_alloc(count * sizeof(*cards));
    for (size_t i = 0; i < count; i++)
        cards[i] = (struct card){.key = cases[i].key, .at = i};
    if (shard->method == MP_SHARD_BALANCED) {
        deal_balanced(cards, count, shard->total, shard->weights, shards);
    } else if (shard->method == MP_SHARD_HASH) {
        for (size_t i = 0; i < count; i++)
            shards[i] = mp_shard_by_hash(cards[i].key, shard->total);
    } else {
        qsort(cards, count, sizeof(*cards), by_key);
        for (size_t i = 0; i < count; i++)
            shards[cards[i].at] = i % shard->total + 1;
    }
    gh_free(cards);
}

/* --- the digest --- */

#define END_OF_TEXT 0xff /* no byte of UTF-8 */

static uint64_t add_text(uint64_t hash, struct gh_str text)
{
    return gh_hash_byte(gh_hash_str(hash, text), END_OF_TEXT);
}

static uint64_t add_number(uint64_t hash, uint64_t number)
{
    for (int i = 0; i < 8; i++)
        hash = gh_hash_byte(hash, (unsigned char)(number >> 8 * i));
    return hash;
}

static uint64_t add_step(uint64_t hash, const struct mp_step *step)
{
    hash = add_text(hash, gh_str_of(step->keyword));
    hash = add_text(hash, gh_str_of(step->text));
    if (step->doc_string) {
        hash = add_text(hash, step->doc_string->content);
        hash = add_text(hash, step->doc_string->media_type);
    }
    if (step->table) {
        size_t cells = (size_t)step->table->rows * step->table->columns;
        hash = add_number(hash, step->table->columns);
        for (size_t i = 0; i < cells; i++)
            hash = add_text(hash, step->table->cells[i]);
    }
    return hash;
}

static uint64_t of_scenario(const struct mp_scenario *scenario)
{
    uint64_t hash = add_number(GH_HASH_START, scenario->at.line);
    hash = add_text(hash, gh_str_of(scenario->name));
    for (size_t i = 0; i < scenario->step_count; i++)
        hash = add_step(hash, &scenario->steps[i]);
    return hash;
}

uint64_t mp_shard_digest(const struct mp_case *cases, size_t count)
{
    uint64_t hash = GH_HASH_START, scenario = 0;
    for (size_t i = 0; i < count; i++) {
        /* The cases of a scenario stand side by side. */
        if (!i || cases[i].scenario != cases[i - 1].scenario)
            scenario = of_scenario(cases[i].scenario);
        hash = add_text(hash, gh_str_of(cases[i].key));
        hash = add_number(hash, scenario);
    }
    return gh_hash_mix(hash);
}
