/*
 * What is wrong or doubtful in a feature file, as far as the file alone tells.
 *
 * A document with errors gives its errors and nothing else. Of a good one all
 * that parses but hardly means what it says is listed: scenarios that share a
 * name, scenarios, features and backgrounds without content, Examples without
 * rows, placeholders without a column and columns without a placeholder, text
 * that is passed over. docs/gherkin.md lists the rules by name.
 *
 * Warnings are findings that somebody should act on; notes are free: a tool
 * shows them and is content. Findings come in order of place. Their texts
 * live in the findings' arena, rule names are static.
 *
 * It takes time linear in the file. What steps mean, and to whom, is not
 * looked at here.
 */
#ifndef GHERKIN_LINT_H
#define GHERKIN_LINT_H

#include "gherkin/gherkin.h"

#ifdef __cplusplus
extern "C" {
#endif

enum gh_severity {
    GH_SEVERITY_ERROR,
    GH_SEVERITY_WARNING,
    GH_SEVERITY_NOTE,
};

struct gh_finding {
    struct gh_location at;
    enum gh_severity severity;
    const char *rule; /* "duplicate-scenario" */
    const char *text; /* one line */
};

/* Start zeroed ({0}), free with finish. */
struct gh_findings {
    struct gh_finding *list;
    size_t count, room;
    struct gh_arena arena;
};

/* Adds what is to be said of the document, and sorts all findings. */
void gh_lint_document(const struct gh_document *document,
                      struct gh_findings *findings);

/* Adds, unsorted, the part of it that changes what is played: lines that were
 * to be steps and became free text. gh_lint_document does so too. */
void gh_lint_lost_steps(const struct gh_document *document,
                        struct gh_findings *findings);

/* Adds one; rule is borrowed for good, text is copied. */
void gh_lint_add(struct gh_findings *findings, struct gh_location at,
                 enum gh_severity severity, const char *rule,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* In order of place; at the same place in the order of adding. */
void gh_lint_sort(struct gh_findings *findings);

/* "error", "warning", "note". */
const char *gh_lint_severity_name(enum gh_severity severity);

void gh_lint_finish(struct gh_findings *findings);

#ifdef __cplusplus
}
#endif

#endif
