#include "runner/run/launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/interpolate.h"
#include "runner/proc/core.h"
#include "runner/proc/variables.h"
#include "runner/rpc/attachment.h"
#include "runner/run/examine.h"

struct names {
    const struct mp_server *server;
    int64_t pid;      /* of a process that is looked into, 0: none is */
    const char *core; /* its core file, NULL: none */
    char text[64];
};

static uint64_t case_seed(const struct mp_server_place *place)
{
    return mp_plan_case_seed(place->context->options->seed, place->source->key);
}

static const char *look_up(void *self, const char *name)
{
    struct names *names = self;
    const struct mp_server *server = names->server;
    const struct mp_run_options *options = server->place.context->options;
    if (!strcmp(name, "run.id"))
        return options->run_id;
    if (!strcmp(name, "core"))
        return names->core;
    unsigned long long number;
    if (!strcmp(name, "pid") && names->pid)
        number = (unsigned long long)names->pid;
    else if (!strcmp(name, "case.number"))
        number = server->place.source->number;
    else if (!strcmp(name, "run.pid"))
        number = (unsigned long long)getpid();
    else if (!strcmp(name, "slot"))
        number = server->place.slot;
    else if (!strcmp(name, "seed"))
        number = case_seed(&server->place);
    else
        return getenv(name);
    snprintf(names->text, sizeof(names->text), "%llu", number);
    return names->text;
}

/* The text with the case's names filled in; a fault is a note. */
static const char *fill_in(struct mp_server *server, const char *text)
{
    struct names names = {.server = server};
    struct mp_buf out = {0}, fault = {0};
    const char *result = text;
    if (mp_interpolate(text, false, look_up, &names, &out, &fault))
        result = gh_arena_copy(&server->arena, gh_str_of(mp_buf_text(&out)));
    else
        mp_server_note(server, "warning", mp_buf_text(&fault));
    mp_buf_finish(&out);
    mp_buf_finish(&fault);
    return result;
}

static size_t count_words(const char *const *words)
{
    size_t count = 0;
    while (words && words[count])
        count++;
    return count;
}

static const char *no_core_text(void)
{
    return mp_core_limit()
               ? "there is no core file"
               : "there is no core file, for RLIMIT_CORE is 0: say `ulimit -c "
                 "unlimited` before mprun";
}

/* The environment is the server's, but for its mark. */
static char **copy_environment(const struct mp_server *server,
                               struct gh_arena *arena)
{
    static const char mark[] = "MPRUN_SCENARIO_ID=";
    size_t count = 0;
    while (server->environment[count])
        count++;
    char **copy = gh_arena_array(arena, count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++) {
        const char *entry = server->environment[i];
        bool marks = !strncmp(entry, mark, sizeof(mark) - 1);
        copy[i] =
            gh_arena_format(arena, "%s%s", entry, marks ? MP_EXAMINE_MARK : "");
    }
    return copy;
}

bool mp_launch_examine(const struct mp_server *server,
                       const struct mp_examiner *command, int64_t pid,
                       const char *core, struct gh_arena *arena,
                       struct mp_launch *launch, struct mp_buf *fault)
{
    struct names names = {.server = server, .pid = pid, .core = core};
    size_t count = count_words(command->argv);
    const char **argv = gh_arena_array(arena, count + 1, sizeof(*argv));
    struct mp_buf out = {0};
    bool whole = true;
    for (size_t i = 0; i < count && whole; i++) {
        mp_buf_reset(&out);
        whole = mp_interpolate(command->argv[i], false, look_up, &names, &out,
                               fault);
        argv[i] = gh_arena_copy(arena, gh_str_of(mp_buf_text(&out)));
    }
    mp_buf_finish(&out);
    if (!whole && !core && strstr(fault->data, "${core}")) {
        mp_buf_reset(fault);
        mp_buf_append_text(fault, no_core_text());
    }
    *launch =
        (struct mp_launch){.argv = argv,
                           .cwd = server->platform->cwd,
                           .environment = copy_environment(server, arena)};
    return whole;
}

/* --- environment --- */

static void set_identity(const struct mp_server *server,
                         struct mp_variables *variables)
{
    const struct mp_server_place *place = &server->place;
    const struct mp_run_options *options = place->context->options;
    const struct mp_member *member = server->member;
    bool alone = member->group_size <= 1;
    const char *texts[][2] = {
        {"MPRUN", "1"},
        {"MPRUN_PROTOCOL", "1"},
        {"MPRUN_RUN_ID", options->run_id},
        {"MPRUN_PROCESS", member->name},
        {"MPRUN_PLATFORM", server->platform->name},
        {"MPRUN_GROUP", alone ? "" : member->group},
        {"MPRUN_SCENARIO_ID", place->source->scenario_id},
        {"MPRUN_SHARED_DIR", place->workspace->shared_dir},
        {"MPRUN_ARTIFACT_DIR", server->hello.artifact_dir},
        {"MPRUN_IPC_PREFIX", place->workspace->ipc_prefix}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        mp_variables_set(variables, texts[i][0], texts[i][1]);
    mp_variables_set_number(variables, "MPRUN_SEED", case_seed(place));
    mp_variables_set_number(variables, "MPRUN_INCARNATION",
                            (unsigned)server->incarnation);
    mp_variables_set_number(variables, "MPRUN_INDEX",
                            alone ? 0 : (unsigned)member->index);
    mp_variables_set_number(variables, "MPRUN_GROUP_SIZE",
                            (unsigned)member->group_size);
    mp_variables_set_number(variables, "MPRUN_SLOT", place->slot);
    mp_variables_set_number(variables, "MPRUN_RUNNER_PID",
                            (unsigned long long)getpid());
    if (server->platform->protocol != MP_PROTOCOL_HARMONY)
        return;
    mp_variables_set_number(variables, "HARMONY_HOST_PID",
                            (unsigned long long)server->hello.runner_pid);
    mp_variables_set_number(variables, "HARMONY_FEATURE_ID",
                            (unsigned long long)server->hello.feature_id);
}

static void make_environment(struct mp_server *server)
{
    const struct mp_run_options *options = server->place.context->options;
    const struct mp_platform *platform = server->platform;
    struct mp_variables variables;
    mp_variables_init(&variables, &server->arena, environ);
    for (size_t i = 0; i < platform->environment_count; i++)
        mp_variables_set(&variables, platform->environment[i].name,
                         fill_in(server, platform->environment[i].value));
    for (size_t i = 0; i < options->define_count; i++)
        mp_variables_set(&variables,
                         gh_arena_format(&server->arena, "MPRUN_DEFINE_%s",
                                         options->defines[i].name),
                         options->defines[i].value);
    set_identity(server, &variables);
    server->environment = variables.list;
}

/* The member's own wrap comes before that of its group; NULL: none. */
static const char *const *find_wrap(const struct mp_run_options *options,
                                    const struct mp_member *member)
{
    const struct mp_wrap *found = NULL;
    for (size_t i = 0; i < options->wrap_count; i++) {
        const struct mp_wrap *wrap = &options->wraps[i];
        bool own = !strcmp(wrap->process, member->name);
        if (own || (!found && mp_member_is_named(member, wrap->process)))
            found = wrap;
        if (own)
            break;
    }
    return found ? found->words : NULL;
}

/* One that may be kept has a control group of its own: that of the case is
 * cleared at its end. Another attempt may begin while that of the last one is
 * still dying. */
static const char *find_group(struct mp_server *server)
{
    const struct mp_case *source = server->place.source;
    struct mp_buf name = {0};
    if (server->platform->isolation == MP_ISOLATION_SCENARIO)
        return source->scenario_id;
    if (server->group)
        return server->group;
    mp_buf_format(&name, "%s.%zu.%d", source->scenario_id,
                  (size_t)(server->member - source->scenario->members) + 1,
                  server->place.attempt);
    server->group = mp_buf_take(&name);
    return server->group;
}

static void make_launch(struct mp_server *server)
{
    const struct mp_platform *platform = server->platform;
    const char *const *wrap =
        find_wrap(server->place.context->options, server->member);
    size_t before = count_words(wrap), count = count_words(platform->argv);
    const char **argv =
        gh_arena_array(&server->arena, before + count + 1, sizeof(*argv));
    for (size_t i = 0; i < before; i++)
        argv[i] = fill_in(server, wrap[i]);
    for (size_t i = 0; i < count; i++)
        argv[before + i] = fill_in(server, platform->argv[i]);
    make_environment(server);
    server->launch =
        (struct mp_launch){.argv = argv,
                           .cwd = platform->cwd,
                           .environment = server->environment,
                           .scenario_id = find_group(server),
                           .traceable = server->place.context->options->debug ||
                                        platform->on_timeout.argv};
}

/* --- hello --- */

/* Each attempt at a case has its own, so that nothing that an earlier one
 * left behind has the same name. */
static int64_t feature_id(const struct mp_server_place *place)
{
    const int64_t most_cases = 1000000;
    return (place->attempt - 1) * most_cases + (int64_t)place->source->number;
}

static void make_hello(struct mp_server *server)
{
    const struct mp_server_place *place = &server->place;
    const struct mp_run_options *options = place->context->options;
    const struct mp_member *member = server->member;
    bool alone = member->group_size <= 1;
    server->hello = (struct mp_hello){
        .runner_version = options->version,
        .runner_pid = getpid(),
        .os = options->os,
        .process = member->name,
        .platform = server->platform->name,
        .purpose = place->purpose,
        .incarnation = server->incarnation,
        .group = alone ? NULL : member->group,
        .index = alone ? 0 : member->index,
        .group_size = member->group_size,
        .run_id = options->run_id,
        .seed = case_seed(place),
        .work_dir = options->work_dir,
        .shared_dir = place->workspace->shared_dir,
        .artifact_dir =
            gh_arena_format(&server->arena, "%s/%s",
                            place->workspace->artifact_dir, member->name),
        .ipc_prefix = place->workspace->ipc_prefix,
        .scenario = place->source->scenario->name,
        .feature_id = feature_id(place),
        .max_message_bytes = MP_READER_MAX_MESSAGE,
        .max_inline_attachment_bytes = MP_ATTACHMENT_MAX_BYTES,
        .cancel_grace_ms = options->stop_timeout_ms * 2 / 5,
        .shutdown_grace_ms = options->stop_timeout_ms,
        .source = place->source,
        .attempt = place->attempt,
        .slot = (int64_t)place->slot,
        .start_timeout_ms = server->platform->start_timeout_ms,
        .options_json = server->platform->options_json,
        .defines = options->defines,
        .define_count = options->define_count};
}

bool mp_launch_is_debugged(const struct mp_debug *debug,
                           const struct mp_member *member)
{
    bool found = !debug->process_count;
    for (size_t i = 0; i < debug->process_count && !found; i++)
        found = mp_member_is_named(member, debug->processes[i]);
    return found;
}

bool mp_launch_is_wrapped(const struct mp_run_options *options,
                          const struct mp_member *member)
{
    return find_wrap(options, member) != NULL;
}

void mp_launch_greet(struct mp_server *server)
{
    make_hello(server);
}

void mp_launch_prepare(struct mp_server *server)
{
    make_hello(server);
    make_launch(server);
}
