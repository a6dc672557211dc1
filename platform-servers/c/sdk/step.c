#include "platform-servers/c/sdk/step.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform-servers/c/sdk/registry.h"
#include "platform-servers/c/sdk/server.h"
#include "platform-servers/c/sdk/text.h"

enum { FORKED_EXIT = 70 }; /* of a child that came back out of its step */

void mprun_sdk_step_init(struct mprun_step *step,
                         struct mprun_sdk_server *server, const cJSON *id)
{
    *step = (struct mprun_step){
        .server = server,
        .id = id,
        .text = "",
        .type = "step",
        .started_ms = mprun_sdk_now_ms(),
        .budget_ms = -1,
    };
}

static void release_arguments(struct mprun_step *step)
{
    for (size_t i = 0; i < step->argument_count; i++) {
        struct mprun_sdk_argument *argument = &step->arguments[i];
        if (argument->converted && argument->conversion->release)
            argument->conversion->release(argument->converted);
        argument->converted = NULL;
    }
}

void mprun_sdk_step_finish(struct mprun_step *step)
{
    cJSON_Delete(step->failure);
    cJSON_Delete(step->extra);
    cJSON_Delete(step->data);
    cJSON_Delete(step->exports);
    cJSON_Delete(step->logs);
    cJSON_Delete(step->attachments);
    gh_free(step->reason);
    gh_arena_finish(&step->arena);
}

/* ---- Reading the request ---------------------------------------------- */

static const char *take_row(struct mprun_step *step, const cJSON *cells,
                            struct mprun_sdk_row *row)
{
    if (!cJSON_IsArray(cells))
        return "params.argument.dataTable.rows must be an array of arrays";
    row->cells =
        gh_arena_array(&step->arena, (size_t)cJSON_GetArraySize(cells) + 1,
                       sizeof *row->cells);
    const cJSON *cell;
    cJSON_ArrayForEach(cell, cells)
    {
        if (!cJSON_IsString(cell))
            return "the cells of params.argument.dataTable must be strings";
        row->cells[row->count++] = cell->valuestring;
    }
    return NULL;
}

static const char *take_table(struct mprun_step *step, const cJSON *table)
{
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(table, "rows");
    if (!cJSON_IsArray(rows))
        return "params.argument.dataTable.rows must be an array";
    step->rows = gh_arena_array(
        &step->arena, (size_t)cJSON_GetArraySize(rows) + 1, sizeof *step->rows);
    const cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        const char *wrong = take_row(step, row, &step->rows[step->row_count++]);
        if (wrong)
            return wrong;
    }
    return NULL;
}

static const char *take_doc_string(struct mprun_step *step, const cJSON *doc)
{
    const cJSON *content = cJSON_GetObjectItemCaseSensitive(doc, "content");
    const cJSON *media = cJSON_GetObjectItemCaseSensitive(doc, "mediaType");
    if (!cJSON_IsString(content))
        return "params.argument.docString.content must be a string";
    if (media && !cJSON_IsNull(media) && !cJSON_IsString(media))
        return "params.argument.docString.mediaType must be a string";
    step->doc_string = content->valuestring;
    step->doc_media_type = cJSON_IsString(media) ? media->valuestring : NULL;
    return NULL;
}

static const char *take_argument(struct mprun_step *step, const cJSON *argument)
{
    const cJSON *table =
        cJSON_GetObjectItemCaseSensitive(argument, "dataTable");
    const cJSON *doc = cJSON_GetObjectItemCaseSensitive(argument, "docString");
    const cJSON *order = cJSON_GetObjectItemCaseSensitive(argument, "order");
    const cJSON *first = cJSON_GetArrayItem(order, 0);
    const char *wrong = NULL;
    if (argument && !cJSON_IsNull(argument) && !cJSON_IsObject(argument))
        return "params.argument must be an object";
    if (table && !cJSON_IsNull(table))
        wrong = take_table(step, table);
    if (!wrong && doc && !cJSON_IsNull(doc))
        wrong = take_doc_string(step, doc);
    step->doc_string_first =
        cJSON_IsString(first) && !strcmp(first->valuestring, "docString");
    return wrong;
}

const char *mprun_sdk_step_take_context(struct mprun_step *step,
                                        const cJSON *params)
{
    const cJSON *process = cJSON_GetObjectItemCaseSensitive(params, "process");
    const cJSON *context = cJSON_GetObjectItemCaseSensitive(params, "context");
    const cJSON *budget =
        cJSON_GetObjectItemCaseSensitive(context, "timeoutMs");
    if (process && !cJSON_IsString(process))
        return "params.process must be a string";
    if (context && !cJSON_IsObject(context))
        return "params.context must be an object";
    step->context = context;
    if (cJSON_IsNumber(budget) && budget->valuedouble >= 0 &&
        budget->valuedouble < 1e15)
        step->budget_ms = (int64_t)budget->valuedouble;
    return NULL;
}

const char *mprun_sdk_step_take_params(struct mprun_step *step,
                                       const cJSON *params)
{
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(params, "step");
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(params, "stepType");
    if (!cJSON_IsObject(params))
        return "params must be an object";
    if (!cJSON_IsString(text))
        return "params.step must be a string";
    if (type && !cJSON_IsString(type))
        return "params.stepType must be a string";
    const char *wrong = mprun_sdk_step_take_context(step, params);
    if (wrong)
        return wrong;
    step->text = text->valuestring;
    step->type = type ? type->valuestring : "step";
    return take_argument(step,
                         cJSON_GetObjectItemCaseSensitive(params, "argument"));
}

/* ---- Binding and running ----------------------------------------------- */

static const char *copy_span(struct mprun_step *step, struct gh_str span)
{
    return span.ptr ? gh_arena_copy(&step->arena, span) : NULL;
}

void mprun_sdk_step_bind(struct mprun_step *step,
                         const struct mprun_sdk_definition *definition,
                         const struct gh_match *match)
{
    step->module = definition->module;
    step->owner = (struct mprun_sdk_owner){definition->source, definition->file,
                                           definition->line};
    step->arguments =
        gh_arena_array(&step->arena, match->count + 1, sizeof *step->arguments);
    step->argument_count = match->count;
    for (size_t i = 0; i < match->count; i++) {
        const struct gh_argument *from = &match->arguments[i];
        step->arguments[i] = (struct mprun_sdk_argument){
            .text = copy_span(step, from->group.text),
            .value = copy_span(step, from->value),
            .conversion = from->type ? from->type->user : NULL,
        };
    }
}

static void convert_arguments(struct mprun_step *step)
{
    for (size_t i = 0; i < step->argument_count && mprun_passing(step); i++) {
        struct mprun_sdk_argument *argument = &step->arguments[i];
        if (argument->text && argument->conversion &&
            argument->conversion->convert)
            argument->converted =
                argument->conversion->convert(step, argument->value);
    }
}

static void start_module(struct mprun_step *step)
{
    struct mprun_module *module = step->module;
    if (!module || module->started)
        return;
    if (module->start)
        module->state = module->start(step);
    module->started = mprun_passing(step);
}

/* A child that a step forked and that came back out of it would be a second
 * server on the same pipes. */
static void end_child(const struct mprun_step *step, pid_t server)
{
    if (getpid() == server)
        return;
    dprintf(STDERR_FILENO,
            "mprun: a child of the %s '%s' came back from it and is ended; "
            "end it there, with _exit\n",
            step->hook ? "hook" : "step", step->hook ? step->hook : step->text);
    _exit(FORKED_EXIT);
}

void mprun_sdk_step_run(struct mprun_step *step, mprun_step_function *function)
{
    pid_t server = getpid();
    start_module(step);
    if (mprun_passing(step))
        convert_arguments(step);
    if (mprun_passing(step))
        function(step);
    end_child(step, server);
    release_arguments(step);
    if (!step->cancel_seen)
        return;
    struct mprun_sdk_text message = {0};
    mprun_sdk_text_format(&message, "cancelled: %s", step->cancel_reason);
    if (mprun_passing(step))
        mprun_sdk_step_fail(
            step, &(struct mprun_sdk_failure){.kind = "timeout",
                                              .message = message.bytes});
    else if (step->failure)
        mprun_sdk_set_text(step->failure, "kind", "timeout");
    mprun_sdk_text_finish(&message);
}

/* ---- Arguments in the step's text --------------------------------------- */

static const struct mprun_sdk_argument *argument_at(struct mprun_step *step,
                                                    size_t index)
{
    static const struct mprun_sdk_argument none = {.text = "", .value = ""};
    if (index < step->argument_count && step->arguments[index].value)
        return &step->arguments[index];
    if (index >= step->argument_count)
        mprun_error_at(step, NULL, 0,
                       "the step asks for argument %zu, counted from 0; its "
                       "expression gives %zu",
                       index, step->argument_count);
    return &none;
}

size_t mprun_arg_count(const struct mprun_step *step)
{
    return step->argument_count;
}

bool mprun_arg_present(const struct mprun_step *step, size_t index)
{
    return index < step->argument_count && step->arguments[index].text;
}

const char *mprun_arg_string(struct mprun_step *step, size_t index)
{
    return argument_at(step, index)->value;
}

const char *mprun_arg_text(struct mprun_step *step, size_t index)
{
    return argument_at(step, index)->text;
}

void *mprun_arg_value(struct mprun_step *step, size_t index)
{
    return argument_at(step, index)->converted;
}

int64_t mprun_arg_int(struct mprun_step *step, size_t index)
{
    int64_t value = 0;
    const char *text = mprun_arg_string(step, index);
    if (!mprun_sdk_parse_int(text, &value))
        mprun_error_at(step, NULL, 0,
                       "argument %zu is no integer of 64 bits: '%s'", index,
                       text);
    return value;
}

double mprun_arg_double(struct mprun_step *step, size_t index)
{
    const char *text = mprun_arg_string(step, index);
    char *end = NULL;
    double value = strtod(text, &end);
    if (end != text && *end == '\0')
        return value;
    mprun_error_at(step, NULL, 0, "argument %zu is no number: '%s'", index,
                   text);
    return 0;
}

/* ---- Table and doc string ----------------------------------------------- */

size_t mprun_table_rows(const struct mprun_step *step)
{
    return step->row_count;
}

size_t mprun_table_columns(const struct mprun_step *step)
{
    return step->row_count > 0 ? step->rows[0].count : 0;
}

const char *mprun_table_cell(struct mprun_step *step, size_t row, size_t column)
{
    if (row < step->row_count && column < step->rows[row].count)
        return step->rows[row].cells[column];
    mprun_error_at(step, NULL, 0,
                   "the step asks for row %zu, column %zu, counted from 0; its "
                   "table has %zu rows, %zu columns",
                   row, column, step->row_count, mprun_table_columns(step));
    return "";
}

const char *mprun_table_value(struct mprun_step *step, size_t row,
                              const char *header)
{
    struct mprun_sdk_text names = {0};
    for (size_t i = 0; i < mprun_table_columns(step); i++) {
        const char *name = step->rows[0].cells[i];
        if (!strcmp(name, header)) {
            mprun_sdk_text_finish(&names);
            return mprun_table_cell(step, row, i);
        }
        mprun_sdk_text_format(&names, "%s'%s'", i > 0 ? ", " : "", name);
    }
    mprun_error_at(step, NULL, 0, "the table has no column '%s'; it has: %s",
                   header, names.bytes ? names.bytes : "none");
    mprun_sdk_text_finish(&names);
    return "";
}

int64_t mprun_table_int(struct mprun_step *step, size_t row, const char *header)
{
    int64_t value = 0;
    const char *text = mprun_table_value(step, row, header);
    if (!mprun_sdk_parse_int(text, &value))
        mprun_error_at(step, NULL, 0,
                       "row %zu of the table, column '%s', is no integer: '%s'",
                       row, header, text);
    return value;
}

const char *mprun_doc_string(const struct mprun_step *step)
{
    return step->doc_string;
}

const char *mprun_doc_media_type(const struct mprun_step *step)
{
    return step->doc_media_type;
}

bool mprun_doc_string_first(const struct mprun_step *step)
{
    return step->doc_string_first;
}

/* ---- Where the step runs ------------------------------------------------- */

void *mprun_state(const struct mprun_step *step)
{
    return step->module ? step->module->state : NULL;
}

const char *mprun_process(const struct mprun_step *step)
{
    return step->server->host.process;
}

const char *mprun_platform(const struct mprun_step *step)
{
    return step->server->host.platform;
}

const char *mprun_shared_dir(const struct mprun_step *step)
{
    return step->server->host.shared_dir;
}

const char *mprun_artifact_dir(const struct mprun_step *step)
{
    return step->server->host.artifact_dir;
}

const char *mprun_ipc_prefix(const struct mprun_step *step)
{
    return step->server->host.ipc_prefix;
}

const char *mprun_run_id(const struct mprun_step *step)
{
    return step->server->host.run_id;
}

uint64_t mprun_seed(const struct mprun_step *step)
{
    return step->server->host.seed;
}

int mprun_incarnation(const struct mprun_step *step)
{
    return step->server->host.incarnation;
}

int mprun_index(const struct mprun_step *step)
{
    return step->server->host.index;
}

int mprun_group_size(const struct mprun_step *step)
{
    return step->server->host.group_size;
}

const char *mprun_option(struct mprun_step *step, const char *name)
{
    const cJSON *option =
        cJSON_GetObjectItemCaseSensitive(step->server->host.options, name);
    if (cJSON_IsString(option))
        return option->valuestring;
    if (!cJSON_IsNumber(option) && !cJSON_IsBool(option))
        return NULL;
    char *printed = cJSON_PrintUnformatted(option);
    const char *text = gh_arena_copy(&step->arena, gh_str_of(printed));
    cJSON_free(printed);
    return text;
}

const char *mprun_step_text(const struct mprun_step *step)
{
    return step->text;
}

const char *mprun_step_type(const struct mprun_step *step)
{
    return step->type;
}

const char *mprun_scenario_name(const struct mprun_step *step)
{
    const cJSON *name =
        cJSON_GetObjectItemCaseSensitive(step->context, "scenarioName");
    return cJSON_IsString(name) ? name->valuestring : "";
}

bool mprun_has_tag(const struct mprun_step *step, const char *tag)
{
    const cJSON *item;
    cJSON_ArrayForEach(item,
                       cJSON_GetObjectItemCaseSensitive(step->context, "tags"))
    {
        if (cJSON_IsString(item) && !strcmp(item->valuestring, tag))
            return true;
    }
    return false;
}

int mprun_poll_try(const struct mprun_step *step)
{
    const cJSON *poll = cJSON_GetObjectItemCaseSensitive(step->context, "poll");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(poll, "try");
    return cJSON_IsNumber(number) ? number->valueint : 0;
}

const char *mprun_exported(struct mprun_step *step, const char *process,
                           const char *key)
{
    const cJSON *all =
        cJSON_GetObjectItemCaseSensitive(step->context, "exports");
    const cJSON *of = cJSON_GetObjectItemCaseSensitive(all, process);
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(of, key);
    if (cJSON_IsString(value))
        return value->valuestring;
    if (!step->missed)
        step->missed = gh_arena_format(
            &step->arena,
            "the '%s' process has exported no '%s' so far: a step of it has to "
            "call mprun_export(step, \"%s\", ...) before this one",
            process, key, key);
    return NULL;
}
