#include "gherkin/regex.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MESSAGE_BYTES 256
#define SCRATCH_BYTES 24576u /* PCRE2 asks for 20 KB and some bytes more */

struct gh_regex {
    pcre2_general_context *memory;
    pcre2_match_context *limits;
    pcre2_code *code;
    uint32_t groups; /* group 0 included */
    size_t max_text_bytes;
    char first; /* the byte that each match begins with; NUL: any */
};

/* The work space of one match, on the stack: taken from malloc, so large a
 * block costs more than most matches. */
struct scratch {
    size_t used;
    _Alignas(max_align_t) char bytes[SCRATCH_BYTES];
};

static void *take_memory(size_t size, void *user)
{
    (void)user;
    return gh_realloc(NULL, size);
}

static void give_memory(void *memory, void *user)
{
    (void)user;
    gh_free(memory);
}

static void *take_scratch(size_t size, void *user)
{
    struct scratch *scratch = user;
    const size_t step = _Alignof(max_align_t);
    if (size > SCRATCH_BYTES - scratch->used)
        return take_memory(size, NULL);
    void *memory = scratch->bytes + scratch->used;
    scratch->used += (size + step - 1) / step * step;
    return memory;
}

/* What lies in the scratch goes with it. */
static void give_scratch(void *memory, void *user)
{
    const struct scratch *scratch = user;
    uintptr_t first = (uintptr_t)scratch->bytes, at = (uintptr_t)memory;
    if (at < first || at - first >= SCRATCH_BYTES)
        give_memory(memory, NULL);
}

/* The offset in characters, where the bytes before it are UTF-8. */
static size_t characters_before(const char *pattern, size_t byte)
{
    size_t count = 0;
    for (size_t i = 0; i < byte && pattern[i]; i++)
        count += ((unsigned char)pattern[i] & 0xc0) != 0x80;
    return count;
}

static void describe(int code, const char *pattern, size_t byte, char *error,
                     size_t error_size)
{
    PCRE2_UCHAR message[MESSAGE_BYTES];
    if (pcre2_get_error_message(code, message, sizeof(message)) < 0)
        snprintf((char *)message, sizeof(message), "bad regular expression");
    if (error_size)
        snprintf(error, error_size, "%s at offset %zu", (char *)message,
                 characters_before(pattern, byte));
}

static pcre2_code *compile(struct gh_regex *regex, const char *pattern,
                           char *error, size_t error_size)
{
    pcre2_compile_context *settings =
        pcre2_compile_context_create(regex->memory);
    pcre2_set_newline(settings, PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(settings, GH_REGEX_MAX_NESTING);
    pcre2_set_max_pattern_length(settings, GH_REGEX_MAX_PATTERN_BYTES);
    uint32_t options =
        PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
    int code = 0;
    PCRE2_SIZE byte = 0;
    pcre2_code *compiled =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options,
                      &code, &byte, settings);
    if (!compiled)
        describe(code, pattern, byte, error, error_size);
    pcre2_compile_context_free(settings);
    return compiled;
}

static size_t find_text_limit(const pcre2_code *code)
{
    uint32_t options = 0;
    pcre2_pattern_info(code, PCRE2_INFO_ALLOPTIONS, &options);
    return options & PCRE2_ANCHORED ? GH_REGEX_MAX_TEXT_BYTES
                                    : GH_REGEX_MAX_SEARCH_BYTES;
}

/* A letter may stand for its other case, and of a character of several bytes
 * the first says little: neither is told. */
static char find_first(const pcre2_code *code)
{
    uint32_t type = 0, unit = 0;
    pcre2_pattern_info(code, PCRE2_INFO_FIRSTCODETYPE, &type);
    pcre2_pattern_info(code, PCRE2_INFO_FIRSTCODEUNIT, &unit);
    bool is_letter =
        (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z');
    return type == 1 && unit < 0x80 && !is_letter ? (char)unit : '\0';
}

struct gh_regex *gh_regex_create(const char *pattern, char *error,
                                 size_t error_size)
{
    struct gh_regex *regex = gh_alloc(sizeof(*regex));
    regex->memory =
        pcre2_general_context_create(take_memory, give_memory, NULL);
    regex->code = compile(regex, pattern, error, error_size);
    if (!regex->code) {
        gh_regex_destroy(regex);
        return NULL;
    }
    regex->limits = pcre2_match_context_create(regex->memory);
    pcre2_set_match_limit(regex->limits, GH_REGEX_MAX_STEPS);
    pcre2_set_depth_limit(regex->limits, GH_REGEX_MAX_DEPTH);
    pcre2_set_heap_limit(regex->limits, GH_REGEX_MAX_HEAP_KIB);
    uint32_t captures = 0;
    pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &captures);
    regex->groups = captures + 1;
    regex->max_text_bytes = find_text_limit(regex->code);
    regex->first = find_first(regex->code);
    return regex;
}

/* taken is what pcre2_match returned: the groups from there on have no ends. */
static void fill_groups(const PCRE2_SIZE *ends, uint32_t taken,
                        struct gh_str text, struct gh_str *groups, int count)
{
    for (int i = 0; i < count && (uint32_t)i < taken; i++) {
        PCRE2_SIZE start = ends[2 * i], end = ends[2 * i + 1];
        if (start == PCRE2_UNSET || start > text.len || end > text.len)
            continue;
        groups[i].ptr = text.ptr + start;
        groups[i].len = end > start ? end - start : 0;
    }
}

int gh_regex_match_from(const struct gh_regex *regex, struct gh_str text,
                        size_t from, struct gh_str *groups, int max_groups)
{
    for (int i = 0; i < max_groups; i++)
        groups[i] = (struct gh_str){NULL, 0};
    if (text.len > regex->max_text_bytes)
        return -1;
    if (!text.ptr)
        text.ptr = "";
    if (regex->first && !memchr(text.ptr + from, regex->first, text.len - from))
        return 0;
    struct scratch scratch;
    scratch.used = 0;
    pcre2_general_context *memory =
        pcre2_general_context_create(take_scratch, give_scratch, &scratch);
    pcre2_match_data *data =
        pcre2_match_data_create_from_pattern(regex->code, memory);
    int result = pcre2_match(regex->code, (PCRE2_SPTR)text.ptr, text.len, from,
                             0, data, regex->limits);
    if (result > 0)
        fill_groups(pcre2_get_ovector_pointer(data), (uint32_t)result, text,
                    groups, max_groups);
    pcre2_match_data_free(data);
    pcre2_general_context_free(memory);
    if (result > 0)
        return (int)regex->groups;
    return result == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

int gh_regex_match(const struct gh_regex *regex, struct gh_str text,
                   struct gh_str *groups, int max_groups)
{
    return gh_regex_match_from(regex, text, 0, groups, max_groups);
}

int gh_regex_group_number(const struct gh_regex *regex, const char *name)
{
    int number =
        pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)name);
    return number > 0 ? number : -1;
}

int gh_regex_group_count(const struct gh_regex *regex)
{
    return (int)regex->groups;
}

void gh_regex_destroy(struct gh_regex *regex)
{
    if (!regex)
        return;
    pcre2_code_free(regex->code);
    pcre2_match_context_free(regex->limits);
    pcre2_general_context_free(regex->memory);
    gh_free(regex);
}

const char *gh_regex_version(char text[GH_REGEX_VERSION_SIZE])
{
    int size = pcre2_config(PCRE2_CONFIG_VERSION, NULL);
    text[0] = '\0';
    if (size > 0 && size <= GH_REGEX_VERSION_SIZE)
        pcre2_config(PCRE2_CONFIG_VERSION, text);
    return text;
}
