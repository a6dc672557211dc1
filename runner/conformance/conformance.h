/*
 * mprun conformance: a platform server examined against docs/protocol.md.
 *
 * There are MP_CHECK_COUNT checks with fixed numbers (docs/conformance.md).
 * Each says what it requires of others: where a requirement fails, what
 * depends on it is not tested, so that one fault shows as one failure. The
 * server is started many times, is given its requests as bytes, and
 * everything that it writes is judged.
 *
 *   mp_conformance_run -> mp_conformance_print, _json, _junit -> finish
 *
 * Whatever the server does, the examination ends: each check has a time, and
 * what was started is contained and killed as in a run.
 */
#ifndef RUNNER_CONFORMANCE_CONFORMANCE_H
#define RUNNER_CONFORMANCE_CONFORMANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/base/buf.h"
#include "runner/base/errors.h"
#include "runner/proc/contain.h"
#include "runner/report/style.h"

#define MP_CHECK_COUNT 60

enum mp_conformance_level {
    MP_CONFORMANCE_AUTO, /* 1 if it answers initialize, else bare */
    MP_CONFORMANCE_BARE,
    MP_CONFORMANCE_1,
};

/* Steps that checks call; their texts can be given. */
enum mp_fixture {
    MP_FIXTURE_PASS,
    MP_FIXTURE_FAIL,
    MP_FIXTURE_THROW,
    MP_FIXTURE_PENDING,
    MP_FIXTURE_SKIP,
    MP_FIXTURE_SLOW,
    MP_FIXTURE_ECHO,
    MP_FIXTURE_ECHO_ARGUMENT,
    MP_FIXTURE_PRINT,
    MP_FIXTURE_SPAWN,
    MP_FIXTURE_LOG_BYTES,
    MP_FIXTURE_LOG,
    MP_FIXTURE_ATTACH,
    MP_FIXTURE_UNICODE,
    MP_FIXTURE_REMEMBER,
    MP_FIXTURE_RECALL,
    MP_FIXTURE_EXPORT,
    MP_FIXTURE_AMBIGUOUS,
    MP_FIXTURE_COUNT
};

struct mp_fixture_info {
    const char *name; /* "echo-argument" */
    const char *text; /* "mprun: sleeps {int} ms" */
};
extern const struct mp_fixture_info mp_fixture_table[MP_FIXTURE_COUNT];

enum mp_mark {
    MP_MARK_NONE, /* it was not chosen */
    MP_MARK_PASS,
    MP_MARK_WARN,
    MP_MARK_FAIL,
    MP_MARK_NOT_TESTED,
};

struct mp_verdict {
    enum mp_mark mark;
    char *why;        /* owned; NULL: it passed and there is nothing to say */
    char *sent;       /* owned, escaped: what was sent; NULL: does not matter */
    char *bytes;      /* owned, escaped: what offends; NULL: nothing came */
    const char *hint; /* static; instead of that of the check; NULL */
    double duration_ms;
};

struct mp_conformance_options {
    const char *const *argv; /* of the server, NULL-terminated */
    const char *cwd;         /* absolute */
    char *const *environment;
    const char *program; /* mprun's own executable */
    const char *version;
    const char *run_id;
    const char *shared_root; /* a folder that is made and removed */
    const char *ipc_prefix;
    enum mp_tier best_tier;
    enum mp_conformance_level level;
    const char *language; /* NULL: it is told from the command */
    int64_t answer_ms;
    const char *steps[MP_FIXTURE_COUNT]; /* NULL: as in the table */
    bool chosen[MP_CHECK_COUNT + 1];     /* with chosen[0]: only these */
};

struct mp_conformance_result {
    bool v1;              /* the level that was examined */
    const char *language; /* static; NULL: not known */
    char *bare_why;       /* owned; why auto came to bare; NULL: it did not */
    int signal;           /* that interrupted; 0: none */
    double duration_ms;
    struct mp_verdict verdicts[MP_CHECK_COUNT + 1]; /* by number */
};

/* False: the server could not be started or nothing could be set up; errors
 * were added. Finish either way. */
bool mp_conformance_run(const struct mp_conformance_options *options,
                        struct mp_conformance_result *result,
                        struct mp_errors *errors);
void mp_conformance_finish(struct mp_conformance_result *result);

/* How many have the mark. */
size_t mp_conformance_count(const struct mp_conformance_result *result,
                            enum mp_mark mark);

/* Appends the table; quiet: only what failed or warns, and the end. */
void mp_conformance_print(struct mp_buf *out,
                          const struct mp_conformance_options *options,
                          const struct mp_conformance_result *result,
                          const struct mp_style *style, bool quiet);
void mp_conformance_json(struct mp_buf *out,
                         const struct mp_conformance_options *options,
                         const struct mp_conformance_result *result);
void mp_conformance_junit(struct mp_buf *out,
                          const struct mp_conformance_options *options,
                          const struct mp_conformance_result *result);
/* Appends all checks as they stand in docs/conformance.md: Markdown. */
void mp_conformance_list(struct mp_buf *out);

#endif
