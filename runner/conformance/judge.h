/*
 * The judges of everything that a server writes: each message is held against
 * the rules that hold for all messages, whatever check it belongs to, and each
 * offence is noted in the lab's ledger under the number of its check.
 *
 * mp_judge_said also finds the request that a message answers.
 */
#ifndef RUNNER_CONFORMANCE_JUDGE_H
#define RUNNER_CONFORMANCE_JUDGE_H

#include "runner/conformance/peer.h"

struct cJSON;

void mp_judge_said(struct mp_peer *peer, struct mp_said *said);
/* What a step's result has to be; checks 32, 34, 35, 40, 41 and 42. */
void mp_judge_result(struct mp_peer *peer, const struct mp_said *said,
                     const struct cJSON *result);
void mp_judge_log(struct mp_peer *peer, const struct mp_said *said,
                  const struct cJSON *entry);
void mp_judge_attachment(struct mp_peer *peer, const struct mp_said *said,
                         const struct cJSON *attachment);

#endif
