#include "gherkin/source.h"

void gh_source_init(struct gh_source *source, const char *bytes, size_t length)
{
    if (length >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) {
        bytes += 3;
        length -= 3;
    }
    if (!bytes)
        bytes = "";
    *source = (struct gh_source){bytes, bytes + length, bytes, 0};
}

void gh_source_measure(struct gh_line *line)
{
    size_t len = (size_t)(line->end - line->start);
    size_t space = gh_utf8_leading_space(line->start, len);
    line->text = line->start + space;
    line->indent = (uint32_t)gh_utf8_count(line->start, space);
}

/* Walks from one place of interest to the next, counting lines between. */
struct place {
    const char *line_start;
    const char *at;
    uint32_t line;
};

static struct gh_location locate(struct place *place, const char *at)
{
    const char *p = place->at;
    while ((p = memchr(p, '\n', (size_t)(at - p)))) {
        place->line++;
        place->line_start = ++p;
    }
    place->at = at;
    size_t before = (size_t)(at - place->line_start);
    uint32_t column = (uint32_t)gh_utf8_count(place->line_start, before) + 1;
    return (struct gh_location){place->line, column};
}

static const char *find_invalid(const char *at, const char *end)
{
    at += gh_utf8_valid(at, (size_t)(end - at));
    return at < end ? at : NULL;
}

static const char *find_nul(const char *at, const char *end)
{
    return memchr(at, '\0', (size_t)(end - at));
}

static const char *find_lone_cr(const char *at, const char *end)
{
    while ((at = memchr(at, '\r', (size_t)(end - at)))) {
        if (at + 1 == end || at[1] != '\n')
            return at;
        at++;
    }
    return NULL;
}

static bool is_utf16(const struct gh_source *source)
{
    if (source->end - source->bytes < 2)
        return false;
    return !memcmp(source->bytes, "\xff\xfe", 2) ||
           !memcmp(source->bytes, "\xfe\xff", 2);
}

static const char *describe(struct gh_arena *arena, char kind, unsigned byte)
{
    if (kind == 'u')
        return gh_arena_format(arena, "invalid UTF-8: byte 0x%02X", byte);
    return kind == 'n' ? "NUL byte" : "carriage return without a line feed";
}

static const char *remedy_of(char kind)
{
    if (kind == 'u')
        return "save the file as UTF-8";
    return kind == 'n' ? "this is no text file, or it is damaged"
                       : "save the file with line ends LF or CR LF";
}

/* Adds the first finding of each line. */
static bool list_kind(const struct gh_source *source, struct gh_arena *arena,
                      struct gh_error_list *errors, char kind)
{
    struct place place = {source->bytes, source->bytes, 1};
    const char *at = source->bytes;
    bool found = false;
    while (at && at < source->end) {
        at = kind == 'u'   ? find_invalid(at, source->end)
             : kind == 'n' ? find_nul(at, source->end)
                           : find_lone_cr(at, source->end);
        if (!at)
            break;
        found = true;
        gh_error_list_add(errors, locate(&place, at),
                          describe(arena, kind, (unsigned char)*at),
                          remedy_of(kind));
        at = memchr(at, '\n', (size_t)(source->end - at));
    }
    return found;
}

bool gh_source_check(const struct gh_source *source, struct gh_arena *arena,
                     struct gh_error_list *errors)
{
    struct gh_location first = {1, 1};
    if ((size_t)(source->end - source->bytes) >= UINT32_MAX) {
        gh_error_list_add(errors, first, "the file is larger than 4 GiB",
                          "split it into several files");
        return false;
    }
    if (is_utf16(source)) {
        gh_error_list_add(errors, first, "the file is UTF-16",
                          "save it as UTF-8");
        return false;
    }
    if (list_kind(source, arena, errors, 'n'))
        return false;
    struct gh_error_list invalid = {0}, lone = {0};
    list_kind(source, arena, &invalid, 'u');
    list_kind(source, arena, &lone, 'r');
    gh_error_list_merge(errors, &invalid, &lone);
    gh_error_list_finish(&invalid);
    gh_error_list_finish(&lone);
    return true;
}
