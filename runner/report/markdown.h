/*
 * A run as Markdown, to be published: counts, a grid of scenarios and
 * combinations for each feature, why cases were skipped, and the failures to
 * unfold. It is what the report `markdown` writes and what `github` adds to a
 * job's summary.
 *
 *   add with each case -> append, once -> finish
 *
 * Texts are escaped: whatever they contain, they are shown as they are, and a
 * table stays one. Descriptions of failures wait in a spool.
 */
#ifndef RUNNER_REPORT_MARKDOWN_H
#define RUNNER_REPORT_MARKDOWN_H

#include "runner/report/kind.h"
#include "runner/report/spool.h"
#include "runner/report/summary.h"

struct mp_markdown_detail {
    int64_t number;
    struct mp_spool_place place;
};

struct mp_markdown {
    struct mp_summary summary;
    struct mp_spool spool;
    struct mp_markdown_detail *details; /* owned */
    size_t detail_count, detail_capacity;
};

/* A zeroed struct is empty. */
void mp_markdown_add(struct mp_markdown *markdown,
                     const struct mp_report *report,
                     const struct mp_case_result *result);
/* Of more than most_bytes (0: no limit) first scenarios that passed are left
 * out, then descriptions, each with a word about it. */
void mp_markdown_append(struct mp_buf *out, struct mp_markdown *markdown,
                        const struct mp_report *report, size_t most_bytes);
void mp_markdown_finish(struct mp_markdown *markdown);

#endif
