#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "gherkin/messages.h"
#include "runner/base/fs.h"
#include "runner/cli/cli.h"
#include "runner/cli/inputs.h"
#include "runner/model/status.h"

static bool write_stdout(void *self, const char *bytes, size_t length)
{
    (void)self;
    return mp_fs_write_all(STDOUT_FILENO, bytes, length);
}

struct parser {
    const struct mp_options *options;
    struct gh_jsonw json;
    struct gh_messages_options messages;
    struct gh_ids ids;
    struct mp_errors *errors;
    bool good;
};

static void parse_file(void *self, const struct mp_input *input)
{
    struct parser *parser = self;
    const struct gh_messages_options *messages = &parser->messages;
    if (!parser->options->lenient) {
        parser->good =
            gh_messages_write(&parser->json, input->path, input->bytes.ptr,
                              input->bytes.len, messages, &parser->ids) &&
            parser->good;
        return;
    }
    const struct gh_error *ignored;
    struct gh_document *document =
        mp_inputs_parse(input, parser->options, parser->errors);
    gh_messages_write_document(&parser->json, document, messages, &parser->ids);
    parser->good = !gh_document_errors(document, &ignored) && parser->good;
    gh_document_destroy(document);
}

int mp_cmd_parse(struct mp_options *options, struct mp_errors *errors)
{
    struct parser parser = {.options = options,
                            .messages = {.source = !options->no_source,
                                         .ast = !options->no_ast,
                                         .pickles = !options->no_pickles},
                            .errors = errors,
                            .good = true};
    gh_jsonw_init_stream(&parser.json, write_stdout, NULL);
    mp_inputs_read(&options->paths, errors, parse_file, &parser);
    int status =
        parser.good && !errors->error_count ? MP_EXIT_OK : MP_EXIT_FAILED;
    if (!gh_jsonw_flush(&parser.json)) {
        mp_errors_add(errors, "mprun: standard output: %s", strerror(errno));
        status = MP_EXIT_REPORT;
    }
    gh_jsonw_finish(&parser.json);
    return status;
}
