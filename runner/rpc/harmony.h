/*
 * The messages of servers that were written for Harmony (docs/harmony.md).
 *
 * Requests carry one object in an array, with members in PascalCase and no
 * others than these servers know: some reject what they do not know. The text
 * of a step goes out whole, with the process that it names.
 *
 * Answers are read with their members in PascalCase or camelCase, turned into
 * the native form and judged by the rules of the bare level
 * (runner/rpc/result.h), so their limits and messages are the same.
 *
 * Used through runner/rpc/dialect.h. Everything is borrowed for the call;
 * results are copied into the caller's arena.
 */
#ifndef RUNNER_RPC_HARMONY_H
#define RUNNER_RPC_HARMONY_H

#include "runner/rpc/request.h"
#include "runner/rpc/result.h"

/* What a failed step's error or log says when nobody defined the step. */
#define MP_HARMONY_UNDEFINED "No matching step definition found|Step not found"

/* A request without params: health, cleanup, shutdown. */
void mp_harmony_write(struct mp_buf *buf, int64_t id, const char *method);
void mp_harmony_write_initialize(struct mp_buf *buf, int64_t id,
                                 const struct mp_hello *hello);
/* type_number: StepType is 0, 1 or 2 for given, when and then; else the
 * keyword as written, in lower case. */
void mp_harmony_write_step(struct mp_buf *buf, int64_t id,
                           const struct mp_step_call *call, bool type_number);

/* Reads the answer to executeStep; see mp_result_parse. */
bool mp_harmony_read_step(const struct mp_incoming *incoming,
                          struct gh_arena *arena, struct mp_step_result *result,
                          char **why);
/* Did the server answer true? False: *why (in the arena) says what instead,
 * as in "it answered initialize with false, not true". */
bool mp_harmony_read_true(const struct mp_incoming *incoming,
                          const char *method, struct gh_arena *arena,
                          char **why);

#endif
