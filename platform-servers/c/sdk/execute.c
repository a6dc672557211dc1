/* Executing steps, and the state that lives around them. */
#include <string.h>

#include "platform-servers/c/sdk/registry.h"
#include "platform-servers/c/sdk/server.h"
#include "platform-servers/c/sdk/step.h"
#include "platform-servers/c/sdk/text.h"

enum { MAX_MATCHES = 8 };

/* Gives the step an outcome that is told by a failure's message. */
static void end_unmatched(struct mprun_step *step, enum mprun_sdk_status status,
                          const char *message)
{
    mprun_sdk_step_fail(
        step, &(struct mprun_sdk_failure){.kind = status == MPRUN_SDK_UNDEFINED
                                                      ? "undefined"
                                                      : "ambiguous",
                                          .message = message});
    step->status = status;
    step->extra = cJSON_CreateObject();
}

static void end_undefined(const struct mprun_sdk_registry *registry,
                          struct mprun_step *step)
{
    struct mprun_sdk_text message = {0};
    mprun_sdk_text_format(&message, "no step definition matches: %s",
                          step->text);
    end_unmatched(step, MPRUN_SDK_UNDEFINED, message.bytes);
    mprun_sdk_text_finish(&message);
    cJSON_AddItemToObject(
        step->extra, "snippets",
        mprun_sdk_snippets(registry, step->text, &step->arena));
}

static void end_ambiguous(struct mprun_step *step,
                          const struct mprun_sdk_definition **found,
                          size_t count)
{
    struct mprun_sdk_text message = {0};
    cJSON *list = cJSON_CreateArray();
    mprun_sdk_text_format(&message, "%zu step definitions match:", count);
    for (size_t i = 0; i < count && i < MAX_MATCHES; i++) {
        cJSON *match = cJSON_CreateObject();
        cJSON_AddStringToObject(match, "id", found[i]->id);
        mprun_sdk_set_text(match, "pattern", found[i]->source);
        cJSON_AddItemToObject(
            match, "location",
            mprun_sdk_location(found[i]->file, found[i]->line));
        cJSON_AddItemToArray(list, match);
        mprun_sdk_text_format(&message, "\n  %s:%d: %s", found[i]->file,
                              found[i]->line, found[i]->source);
    }
    end_unmatched(step, MPRUN_SDK_AMBIGUOUS, message.bytes);
    mprun_sdk_text_finish(&message);
    cJSON_AddItemToObject(step->extra, "matches", list);
}

static void find_and_run(struct mprun_sdk_server *server,
                         struct mprun_step *step)
{
    const struct mprun_sdk_definition *found[MAX_MATCHES];
    struct gh_match matches[MAX_MATCHES];
    size_t count =
        mprun_sdk_registry_find(&server->registry, step->text, &step->arena,
                                found, matches, MAX_MATCHES);
    if (count == 0) {
        end_undefined(&server->registry, step);
    } else if (count > 1) {
        end_ambiguous(step, found, count);
    } else {
        mprun_sdk_step_bind(step, found[0], &matches[0]);
        mprun_sdk_step_run(step, found[0]->function);
    }
}

/* A member of a group is also addressed by the group's name. */
static bool is_meant(const struct mprun_sdk_server *server, const cJSON *params)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(params, "process");
    const struct mprun_sdk_host *host = &server->host;
    return !name || !host->greeted || !*host->process ||
           !strcmp(name->valuestring, host->process) ||
           !strcmp(name->valuestring, host->group);
}

bool mprun_sdk_accepts(struct mprun_sdk_server *server, const cJSON *id,
                       const cJSON *params, const char *wrong)
{
    if (wrong)
        mprun_sdk_server_refuse(server, id, MPRUN_SDK_INVALID_PARAMS, wrong,
                                NULL);
    else if (!is_meant(server, params))
        mprun_sdk_server_refuse(
            server, id, MPRUN_SDK_WRONG_PROCESS,
            "This is another process than the one asked for", NULL);
    else if (*server->cancelled)
        mprun_sdk_server_refuse(server, id, MPRUN_SDK_CANCELLED, "Cancelled",
                                NULL);
    else
        return true;
    return false;
}

void mprun_sdk_execute_step(struct mprun_sdk_server *server, const cJSON *id,
                            const cJSON *params)
{
    struct mprun_step step;
    mprun_sdk_step_init(&step, server, id);
    const char *wrong = mprun_sdk_step_take_params(&step, params);
    if (mprun_sdk_accepts(server, id, params, wrong)) {
        server->running = &step;
        find_and_run(server, &step);
        server->running = NULL;
        mprun_sdk_server_reply(server, id, mprun_sdk_step_result(&step));
    }
    mprun_sdk_step_finish(&step);
}

void mprun_sdk_release_states(struct mprun_sdk_server *server,
                              struct mprun_step *step)
{
    for (struct mprun_module *module = server->registry.modules; module;
         module = module->next) {
        if (!module->started)
            continue;
        step->module = module;
        if (module->finish)
            module->finish(step, module->state);
        module->state = NULL;
        module->started = false;
    }
    step->module = NULL;
}

static void release_and_reply(struct mprun_sdk_server *server, const cJSON *id)
{
    struct mprun_step step;
    mprun_sdk_step_init(&step, server, id);
    mprun_sdk_release_states(server, &step);
    mprun_sdk_server_reply(server, id, mprun_sdk_step_result(&step));
    mprun_sdk_step_finish(&step);
}

void mprun_sdk_shutdown(struct mprun_sdk_server *server, const cJSON *id,
                        const cJSON *params)
{
    (void)params;
    server->closing = true;
    release_and_reply(server, id);
}

/* A new case in this process: its directories, and fresh state. */
void mprun_sdk_scenario_started(struct mprun_sdk_server *server,
                                const cJSON *id, const cJSON *params)
{
    struct mprun_step step;
    mprun_sdk_step_init(&step, server, id);
    mprun_sdk_release_states(server, &step);
    mprun_sdk_host_run(&server->host,
                       cJSON_GetObjectItemCaseSensitive(params, "run"));
    mprun_sdk_server_reply(server, id, mprun_sdk_step_result(&step));
    mprun_sdk_step_finish(&step);
}

void mprun_sdk_scenario_finished(struct mprun_sdk_server *server,
                                 const cJSON *id, const cJSON *params)
{
    (void)params;
    release_and_reply(server, id);
}
