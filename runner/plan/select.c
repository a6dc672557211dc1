#include "runner/plan/select.h"

#include <errno.h>
#include <string.h>

#include "runner/base/fs.h"

#define RERUN_FILE_MAX (16u << 20)

static void add_target(struct mp_targets *targets, struct mp_target target)
{
    if (!(targets->count & (targets->count + 1)))
        targets->list = gh_realloc(targets->list, (targets->count + 1) * 2 *
                                                      sizeof(*targets->list));
    targets->list[targets->count++] = target;
}

/* Cuts ":12" off the end of path; false: there is none. */
static bool cut_line(char *path, uint32_t *line)
{
    char *colon = strrchr(path, ':');
    if (!colon || !colon[1] || strlen(colon + 1) > 9 ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    *line = 0;
    for (const char *c = colon + 1; *c; c++)
        *line = *line * 10 + (uint32_t)(*c - '0');
    *colon = '\0';
    return true;
}

/* "./features//ipc/" is "features/ipc": one file, one name. */
static void normalise(char *path)
{
    char *to = path;
    while (path[0] == '.' && path[1] == '/' && path[2])
        path += path[2] == '/' ? 1 : 2;
    for (const char *from = path; *from; from++) {
        bool doubled = from[0] == '/' && from[1] == '/';
        bool last = from[0] == '/' && !from[1] && from != path;
        if (!doubled && !last)
            *to++ = *from;
    }
    *to = '\0';
}

static void parse_one(const char *argument, struct gh_arena *arena,
                      struct mp_targets *targets, struct mp_errors *errors)
{
    struct mp_target target = {0};
    char *path = gh_arena_copy(arena, gh_str_of(argument));
    size_t length = strlen(path);
    if (!mp_fs_exists(path) && length && path[length - 1] == ']') {
        char *bracket = strrchr(path, '[');
        if (bracket) {
            target.combination = gh_arena_copy(arena, gh_str_of(bracket));
            *bracket = '\0';
        }
    }
    size_t most = 0;
    for (const char *c = path; *c; c++)
        most += *c == ':';
    uint32_t *lines = gh_arena_array(arena, most, sizeof(*lines));
    while (!mp_fs_exists(path) && target.line_count < most &&
           cut_line(path, &lines[target.line_count]))
        target.line_count++;
    for (size_t i = 0; i < target.line_count; i++) {
        if (!lines[i])
            mp_errors_add(errors, "%s: lines are counted from 1", argument);
    }
    normalise(path);
    target.path = path;
    target.lines = lines;
    add_target(targets, target);
}

static void parse_list(const char *file, struct gh_arena *arena,
                       struct mp_targets *targets, struct mp_errors *errors)
{
    struct mp_buf text = {0};
    if (!mp_fs_read(file, RERUN_FILE_MAX, &text)) {
        mp_errors_add(errors, "@%s: cannot read the list of cases: %s", file,
                      strerror(errno));
    }
    const char *line = mp_buf_text(&text);
    while (*line) {
        size_t length = strcspn(line, "\r\n");
        struct gh_str span = {line, length};
        if (length && *line != '#')
            parse_one(gh_arena_copy(arena, span), arena, targets, errors);
        line += length;
        line += strspn(line, "\r\n");
    }
    mp_buf_finish(&text);
}

void mp_target_parse(const char *argument, struct gh_arena *arena,
                     struct mp_targets *targets, struct mp_errors *errors)
{
    if (argument[0] == '@' && !mp_fs_exists(argument))
        parse_list(argument + 1, arena, targets, errors);
    else
        parse_one(argument, arena, targets, errors);
}

bool mp_filter_init(struct mp_filter *filter, const char *const *tags,
                    size_t tag_count, const char *const *names,
                    size_t name_count, struct mp_errors *errors)
{
    char why[1024];
    size_t before = errors->error_count;
    memset(filter, 0, sizeof(*filter));
    filter->tags = gh_alloc(tag_count * sizeof(*filter->tags));
    filter->names = gh_alloc(name_count * sizeof(*filter->names));
    for (size_t i = 0; i < tag_count; i++) {
        struct gh_tagexpr *expr = gh_tagexpr_parse(tags[i], why, sizeof(why));
        if (expr)
            filter->tags[filter->tag_count++] = expr;
        else
            mp_errors_add(errors, "--tags '%s': %s", tags[i], why);
    }
    for (size_t i = 0; i < name_count; i++) {
        struct gh_regex *regex = gh_regex_create(names[i], why, sizeof(why));
        if (regex)
            filter->names[filter->name_count++] = regex;
        else
            mp_errors_add(errors, "--name '%s' is no regular expression: %s",
                          names[i], why);
    }
    return errors->error_count == before;
}

void mp_filter_finish(struct mp_filter *filter)
{
    for (size_t i = 0; i < filter->tag_count; i++)
        gh_tagexpr_destroy(filter->tags[i]);
    for (size_t i = 0; i < filter->name_count; i++)
        gh_regex_destroy(filter->names[i]);
    gh_free(filter->tags);
    gh_free(filter->names);
    memset(filter, 0, sizeof(*filter));
}

const char *mp_filter_reason(const struct mp_filter *filter, struct gh_str name,
                             const struct gh_str *tags, size_t tag_count)
{
    for (size_t i = 0; i < filter->tag_count; i++) {
        if (!gh_tagexpr_matches(filter->tags[i], tags, tag_count))
            return "--tags";
    }
    for (size_t i = 0; i < filter->name_count; i++) {
        if (gh_regex_match(filter->names[i], name, NULL, 0) > 0)
            return NULL;
    }
    return filter->name_count ? "--name" : NULL;
}

static uint32_t lines_in(struct gh_str text)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

static uint32_t last_line(const struct gh_pickle *pickle)
{
    uint32_t last = pickle->scenario_at.line;
    for (size_t i = 0; i < pickle->step_count; i++) {
        const struct gh_pickle_step *step = &pickle->steps[i];
        if (step->background)
            continue;
        last = step->at.line;
        if (step->table)
            last += step->table->rows;
        if (step->doc_string)
            last += lines_in(step->doc_string->content) + 2;
    }
    return last;
}

size_t mp_pickle_lines(const struct gh_document *document,
                       const struct gh_pickle *pickle,
                       struct mp_line_range ranges[MP_PICKLE_RANGES])
{
    size_t count = 0;
    uint32_t nodes[] = {pickle->rule_node, pickle->examples_node};
    ranges[count++] =
        (struct mp_line_range){pickle->scenario_at.line, last_line(pickle)};
    if (pickle->at.line != pickle->scenario_at.line)
        ranges[count++] =
            (struct mp_line_range){pickle->at.line, pickle->at.line};
    for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
        if (!nodes[i])
            continue;
        uint32_t line = gh_document_node(document, nodes[i]).at.line;
        ranges[count++] = (struct mp_line_range){line, line};
    }
    return count;
}
