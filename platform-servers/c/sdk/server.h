/*
 * The server: requests in, answers out, one step at a time.
 *
 * For programs that embed the SDK more closely than mprun_serve does, and for
 * the SDK's own files. Order: init; the channel is protected and steps are
 * registered, in any order; the registry is compiled; serve, once; finish. The
 * server owns its channel, host, registry and queue; the running step borrows
 * it.
 *
 * mprun_sdk_server_serve takes messages in their order until the end of input.
 * While a step runs, mprun_sdk_server_pump reads what has come meanwhile: a
 * cancel is acted upon, other messages wait in the queue. The end of input
 * cancels the running step, too: nobody waits for its answer. States:
 * everything is accepted from the start (the bare level needs no greeting);
 * `initialize` at most once with success; after `shutdown` every request is
 * refused until the input ends. There is one thread, so nothing is locked; a
 * forked child must not use the server. Rule: docs/protocol.md, levels and
 * messages.
 */
#ifndef MPRUN_SDK_SERVER_H
#define MPRUN_SDK_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "gherkin/jsonw.h"
#include "gherkin/memory.h"
#include "platform-servers/c/sdk/channel.h"
#include "platform-servers/c/sdk/host.h"
#include "platform-servers/c/sdk/registry.h"

struct mprun_step;

/* A message that waits for its turn. */
struct mprun_sdk_message {
    struct mprun_sdk_message *next;
    const cJSON *json; /* in the arena; NULL: it could not be read */
    const cJSON *id;   /* then, where it is known; else NULL */
    int error_code;    /* then this is the answer */
    const char *error_text;
    char cancelled[64]; /* the reason; "": not cancelled */
    struct gh_arena arena;
};

struct mprun_sdk_server {
    struct mprun_sdk_channel channel;
    struct mprun_sdk_host host;
    struct mprun_sdk_registry registry;
    struct mprun_sdk_message *first;
    struct mprun_sdk_message *last;
    struct mprun_step *running; /* NULL: none */
    const char *cancelled;      /* of the message at hand; "": not */
    bool closing;               /* after shutdown */
    unsigned spilled;           /* files made in the artifact directory */
    struct gh_jsonw out;        /* what is being sent */
};

enum mprun_sdk_error_code {
    MPRUN_SDK_PARSE_ERROR = -32700,
    MPRUN_SDK_INVALID_REQUEST = -32600,
    MPRUN_SDK_METHOD_NOT_FOUND = -32601,
    MPRUN_SDK_INVALID_PARAMS = -32602,
    MPRUN_SDK_INTERNAL_ERROR = -32603,
    MPRUN_SDK_UNSUPPORTED_VERSION = 1002,
    MPRUN_SDK_CANCELLED = 1003,
    MPRUN_SDK_SHUTTING_DOWN = 1005,
    MPRUN_SDK_WRONG_PROCESS = 1006,
    MPRUN_SDK_MESSAGE_TOO_LARGE = 1007,
};

/* Starts with an empty registry and the host of the environment; the channel
 * is set up by the caller, before or after. */
void mprun_sdk_server_init(struct mprun_sdk_server *server);
void mprun_sdk_server_finish(struct mprun_sdk_server *server);

/* Serves until the end of input, or until nobody reads the answers; then
 * releases the state of all modules. False in the second case. */
bool mprun_sdk_server_serve(struct mprun_sdk_server *server);

/* Reads what is there without waiting. */
void mprun_sdk_server_pump(struct mprun_sdk_server *server);

/* Sends a notification; takes params over. */
void mprun_sdk_server_notify(struct mprun_sdk_server *server,
                             const char *method, cJSON *params);
/* Answers; take result, or data (NULL: none), over. id NULL: null. */
void mprun_sdk_server_reply(struct mprun_sdk_server *server, const cJSON *id,
                            cJSON *result);
void mprun_sdk_server_refuse(struct mprun_sdk_server *server, const cJSON *id,
                             int code, const char *message, cJSON *data);

/* Handles one message: a request is answered, a notification is not. */
void mprun_sdk_server_handle(struct mprun_sdk_server *server,
                             const cJSON *message);

/* Methods that have a file of their own: executing steps and the state around
 * them (execute.c), executing hooks (hooks.c), telling what is defined
 * (catalogue.c). */
typedef void mprun_sdk_method(struct mprun_sdk_server *server, const cJSON *id,
                              const cJSON *params);
mprun_sdk_method mprun_sdk_execute_step;
mprun_sdk_method mprun_sdk_execute_hook;
mprun_sdk_method mprun_sdk_scenario_started;
mprun_sdk_method mprun_sdk_scenario_finished;
mprun_sdk_method mprun_sdk_shutdown;
mprun_sdk_method mprun_sdk_match_steps;
mprun_sdk_method mprun_sdk_list_step_definitions;
/* Whether a step or a hook is to run now: wrong (what is wrong with params) is
 * NULL, this is the process that they name, nothing cancelled it. Else the
 * request has its answer. */
bool mprun_sdk_accepts(struct mprun_sdk_server *server, const cJSON *id,
                       const cJSON *params, const char *wrong);
/* Releases the state of all modules, the last one first; what their finish
 * functions say goes to the step. */
void mprun_sdk_release_states(struct mprun_sdk_server *server,
                              struct mprun_step *step);

#endif
