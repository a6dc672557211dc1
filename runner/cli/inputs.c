#include "runner/cli/inputs.h"

#include <errno.h>
#include <string.h>

#include "gherkin/expected.h"
#include "runner/base/fs.h"
#include "runner/plan/collect.h"
#include "runner/plan/plan.h"

struct inputs {
    struct mp_errors *errors;
    mp_input_take *take;
    void *self;
};

static const char *read_fault(int error)
{
    switch (error) {
    case EINVAL:
        return "it is not a regular file";
    case EFBIG:
        return "it is larger than 512 MiB";
    default:
        return strerror(error);
    }
}

static void read_file(struct inputs *inputs, const char *path, bool named)
{
    struct mp_buf bytes = {0};
    struct mp_input input = {.path = path, .named = named};
    if (mp_fs_read(path, MP_FEATURE_BYTES_MAX, &bytes)) {
        input.bytes = (struct gh_str){mp_buf_text(&bytes), bytes.len};
        inputs->take(inputs->self, &input);
    } else {
        mp_errors_add(inputs->errors, "%s: cannot be read: %s", path,
                      read_fault(errno));
    }
    mp_buf_finish(&bytes);
}

static void read_path(struct inputs *inputs, const char *path)
{
    struct gh_arena arena = {0};
    struct mp_target target = {.path = path};
    struct mp_targets targets = {&target, 1};
    struct mp_feature_files files = {0};
    if (!strcmp(path, "-"))
        read_file(inputs, path, true);
    else
        mp_collect(&targets, &arena, &files, inputs->errors);
    for (size_t i = 0; i < files.count; i++) {
        const char *found = files.list[i].path;
        read_file(inputs, found, !strcmp(found, path));
    }
    mp_feature_files_finish(&files);
    gh_arena_finish(&arena);
}

void mp_inputs_read(const struct mp_text_list *paths, struct mp_errors *errors,
                    mp_input_take *take, void *self)
{
    struct inputs inputs = {errors, take, self};
    for (size_t i = 0; i < paths->count; i++)
        read_path(&inputs, paths->list[i]);
}

struct gh_document *mp_inputs_parse(const struct mp_input *input,
                                    const struct mp_options *options,
                                    struct mp_errors *errors)
{
    const struct gh_parse_options how = {.lenient = options->lenient};
    const struct gh_error *list;
    struct gh_document *document = gh_document_parse_with(
        input->path, input->bytes.ptr, input->bytes.len, &how);
    size_t count = gh_document_warnings(document, &list);
    for (size_t i = 0; i < count; i++)
        mp_errors_warn(errors, "%s:%u:%u: warning: %s", input->path,
                       list[i].at.line, list[i].at.column, list[i].message);
    return document;
}

void mp_inputs_add_parse_errors(const struct gh_document *document,
                                struct mp_errors *errors)
{
    const struct gh_error *list;
    struct gh_arena arena = {0};
    size_t count = gh_document_errors(document, &list);
    for (size_t i = 0; i < count; i++) {
        const char *text = gh_expected_in_words(&arena, list, i);
        struct mp_buf place = {0};
        mp_buf_format(&place, "%s:%u", gh_document_uri(document),
                      list[i].at.line);
        if (list[i].at.column)
            mp_buf_format(&place, ":%u", list[i].at.column);
        if (text)
            mp_errors_add(errors, "%s: %s", mp_buf_text(&place), text);
        mp_buf_finish(&place);
    }
    gh_arena_finish(&arena);
}
