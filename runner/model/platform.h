/*
 * A platform: a named way to launch a platform server, resolved from the
 * configuration. The plan and the run read it; runner/config makes and owns
 * it. Nothing here changes after the configuration is read.
 */
#ifndef RUNNER_MODEL_PLATFORM_H
#define RUNNER_MODEL_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mp_protocol {
    MP_PROTOCOL_AUTO, /* initialize is tried, bare is the fallback */
    MP_PROTOCOL_BARE, /* seed 004: executeStep and health */
    MP_PROTOCOL_V1,
    MP_PROTOCOL_HARMONY, /* docs/harmony.md */
};

enum mp_frame {                /* how messages are told from each other */
                MP_FRAME_LINE, /* NDJSON: one message a line */
                MP_FRAME_CONTENT_LENGTH, /* a header with the length before each
                                          */
};

enum mp_label_kind {
    MP_LABEL_NAME, /* the platform's own name */
    MP_LABEL_OS,
    MP_LABEL_ARCH,
    MP_LABEL_OWN, /* any that the config adds */
};

struct mp_label {
    const char *name;
    enum mp_label_kind kind;
};

struct mp_variable { /* of an environment */
    const char *name;
    const char *value; /* may hold ${case.number}, ${run.id}, ... still */
};

/* A command that looks into a process that hangs or has crashed. */
struct mp_examiner {
    const char *const *argv; /* as that of mp_platform, with ${pid}, ${core};
                                NULL: none */
    const char *place;       /* "mprun.yaml:7:17" */
};

/* For which cases a process is kept. */
enum mp_isolation {
    MP_ISOLATION_SCENARIO, /* for none but its own */
    MP_ISOLATION_FEATURE,
    MP_ISOLATION_RUN,
};

struct mp_platform {
    const char *name;
    const char *const *argv; /* NULL-terminated; ${...} of a case may remain */
    const char *cwd;         /* absolute */
    const struct mp_variable *environment;
    size_t environment_count;
    const struct mp_label *labels;
    size_t label_count;
    const char *const *available; /* argv of the check, NULL: none */
    const char *unavailable;      /* reason, NULL: the platform can play */
    const char *options_json;     /* an object, handed to the server */
    int64_t start_timeout_ms;
    struct mp_examiner on_timeout, on_crash;
    int64_t evidence_timeout_ms; /* of each of them */
    enum mp_protocol protocol;
    enum mp_frame frame;
    /* A failed step is an undefined one where its error or a log line matches;
       NULL: the dialect's own pattern, if it has one. */
    const char *undefined_when;
    enum mp_isolation isolation;
    bool prestart;         /* may be started before a step names it */
    bool step_type_number; /* harmony: 0, 1, 2, not the keyword */
    int line, column;      /* in the config file, of the platform's key */
    int command_line, command_column;
};

#endif
