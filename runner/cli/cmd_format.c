#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "gherkin/gherkin.h"
#include "runner/base/fs.h"
#include "runner/base/replace.h"
#include "runner/cli/cli.h"
#include "runner/cli/inputs.h"
#include "runner/cli/udiff.h"
#include "runner/model/status.h"

struct formatter {
    const struct mp_options *options;
    struct mp_errors *errors;
    struct mp_buf out; /* for standard output */
    bool would_change;
    bool unprinted; /* standard output could not be written */
};

/* False with errno; a file that may not be written is not replaced either. */
static bool replace_file(const char *path, struct gh_str text)
{
    struct mp_replace replace;
    if (access(path, W_OK) || !mp_replace_begin(&replace, path))
        return false;
    bool ok = mp_fs_write_all(replace.fd, text.ptr, text.len) &&
              mp_replace_commit(&replace);
    mp_replace_finish(&replace);
    return ok;
}

static void deliver(struct formatter *f, const struct mp_input *input,
                    struct gh_str text)
{
    bool is_stdin = !strcmp(input->path, "-");
    bool changes = !gh_str_equal(input->bytes, text);
    bool shows = f->options->check || f->options->diff;
    f->would_change |= changes;
    if (is_stdin && !shows)
        mp_buf_append_str(&f->out, text);
    else if (f->options->diff)
        mp_udiff_append(&f->out, input->path, input->bytes, text);
    else if (changes && !shows && !replace_file(input->path, text))
        mp_errors_add(f->errors, "%s: cannot be written: %s", input->path,
                      strerror(errno));
    else if (changes)
        mp_buf_format(&f->out, "%s\n", input->path);
}

static void format_document(struct formatter *f, const struct mp_input *input,
                            const struct gh_document *document)
{
    size_t length;
    char *bytes = gh_format_document(document, &length);
    if (gh_format_keeps(document, bytes, length))
        deliver(f, input, (struct gh_str){bytes, length});
    else
        mp_errors_add(f->errors,
                      "%s: left as it is: formatted, it would mean something "
                      "else (this is a fault of mprun)",
                      input->path);
    gh_free(bytes);
}

static void format_file(void *self, const struct mp_input *input)
{
    struct formatter *f = self;
    struct gh_document *document =
        mp_inputs_parse(input, f->options, f->errors);
    const struct gh_error *ignored;
    if (gh_document_errors(document, &ignored))
        mp_inputs_add_parse_errors(document, f->errors);
    else if (!gh_document_is_markdown(document))
        format_document(f, input, document);
    else if (input->named)
        mp_errors_warn(f->errors,
                       "%s: warning: Markdown is not formatted; left as it is",
                       input->path);
    gh_document_destroy(document);
    if (f->out.len && !f->unprinted)
        f->unprinted = !mp_cli_print(&f->out);
    mp_buf_reset(&f->out);
}

int mp_cmd_format(struct mp_options *options, struct mp_errors *errors)
{
    struct formatter f = {.options = options, .errors = errors};
    mp_inputs_read(&options->paths, errors, format_file, &f);
    mp_buf_finish(&f.out);
    if (f.unprinted)
        return MP_EXIT_REPORT;
    bool failed = errors->error_count || (options->check && f.would_change);
    return failed ? MP_EXIT_FAILED : MP_EXIT_OK;
}
