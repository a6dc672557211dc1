#include "runner/cli/order.h"

#include "gherkin/hash.h"

const size_t *mp_order_make(enum mp_order order, size_t count, uint64_t seed,
                            struct gh_arena *arena)
{
    size_t *numbers = gh_arena_array(arena, count, sizeof(*numbers));
    for (size_t i = 0; i < count; i++)
        numbers[i] = order == MP_ORDER_REVERSE ? count - 1 - i : i;
    if (order != MP_ORDER_RANDOM)
        return numbers;
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)(gh_hash_next(&seed) % i);
        size_t held = numbers[i - 1];
        numbers[i - 1] = numbers[j];
        numbers[j] = held;
    }
    return numbers;
}
