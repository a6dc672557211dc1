#include "runner/run/tries.h"

#include <string.h>

static const char *copy(struct mp_try *try, const char *text)
{
    return text ? gh_arena_copy(&try->arena, gh_str_of(text)) : NULL;
}

void mp_try_keep(struct mp_try *try, const struct mp_step_result *result)
{
    gh_arena_reset(&try->arena);
    try->failed = true;
    try->result =
        (struct mp_step_result){.status = result->status,
                                .error_code = result->error_code,
                                .message = copy(try, result->message),
                                .kind = copy(try, result->kind),
                                .type = copy(try, result->type),
                                .expected = copy(try, result->expected),
                                .actual = copy(try, result->actual),
                                .diff = copy(try, result->diff),
                                .stack = copy(try, result->stack),
                                .location = copy(try, result->location),
                                .data = copy(try, result->data),
                                .duration_ms = result->duration_ms};
}

void mp_try_forget(struct mp_try *try)
{
    try->failed = false;
}

void mp_try_finish(struct mp_try *try)
{
    gh_arena_finish(&try->arena);
    memset(try, 0, sizeof(*try));
}
