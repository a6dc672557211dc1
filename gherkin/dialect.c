#include "gherkin/dialect.h"

#include "gherkin/utf8.h"

#define TITLE(kind)  (uint16_t)(1u << GH_TOKEN_##kind)
#define STEP         (uint16_t)(1u << GH_TOKEN_STEP)
#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define DIALECT(code, english, native, keywords)                               \
    {                                                                          \
        code, english, native, keywords, COUNT(keywords)                       \
    }

#include "gherkin/dialects.inc"

const struct gh_dialect *gh_dialect_all(size_t *count)
{
    *count = COUNT(dialect_table);
    return dialect_table;
}

const struct gh_dialect *gh_dialect_find(struct gh_str code)
{
    size_t low = 0, high = COUNT(dialect_table);
    while (low < high) {
        size_t middle = (low + high) / 2;
        struct gh_str name = gh_str_of(dialect_table[middle].code);
        size_t common = name.len < code.len ? name.len : code.len;
        int order = memcmp(code.ptr, name.ptr, common);
        if (!order && name.len == code.len)
            return &dialect_table[middle];
        if (order < 0 || (!order && code.len < name.len))
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '_' ? '-' : c;
}

static bool same_letters(struct gh_str a, struct gh_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

static const struct gh_dialect *find_by_name(struct gh_str name)
{
    for (size_t i = 0; i < COUNT(dialect_table); i++) {
        const struct gh_dialect *dialect = &dialect_table[i];
        if (same_letters(name, gh_str_of(dialect->code)) ||
            same_letters(name, gh_str_of(dialect->english)) ||
            same_letters(name, gh_str_of(dialect->native)))
            return dialect;
    }
    return NULL;
}

static const struct gh_dialect *find_by_prefix(struct gh_str code)
{
    for (size_t i = 0; i < COUNT(dialect_table); i++) {
        struct gh_str name = gh_str_of(dialect_table[i].code);
        if (name.len <= code.len || name.ptr[code.len] != '-')
            continue;
        name.len = code.len;
        if (same_letters(name, code))
            return &dialect_table[i];
    }
    return NULL;
}

/* The code without a region ("-DE", "-419") or script ("-Latn") at its end;
 * the code itself where it ends in neither. */
static struct gh_str without_region(struct gh_str code)
{
    size_t start = code.len;
    while (start && lower(code.ptr[start - 1]) != '-')
        start--;
    const char *part = code.ptr + start;
    size_t len = code.len - start;
    bool script = len == 4 && part[0] >= 'A' && part[0] <= 'Z';
    if (start > 1 && (len == 2 || len == 3 || script))
        code.len = start - 1;
    return code;
}

const struct gh_dialect *gh_dialect_guess(struct gh_str code)
{
    for (;;) {
        const struct gh_dialect *dialect = find_by_name(code);
        if (!dialect)
            dialect = find_by_prefix(code);
        struct gh_str shorter = without_region(code);
        if (dialect || shorter.len == code.len)
            return dialect;
        code = shorter;
    }
}

void gh_dialect_index(struct gh_keyword_index *index,
                      const struct gh_dialect *dialect)
{
    if (index->dialect == dialect)
        return;
    memset(index->first, 0, sizeof(index->first));
    index->dialect = dialect;
    for (unsigned i = dialect->count; i-- > 0;) {
        unsigned char byte = (unsigned char)dialect->keywords[i].text[0];
        index->first[byte] = (uint8_t)(i + 1);
    }
}

static bool begins(const struct gh_keyword *keyword, const char *text,
                   size_t len)
{
    size_t size = keyword->len;
    if (len < size || text[size - 1] != keyword->text[size - 1] ||
        memcmp(text, keyword->text, size) != 0)
        return false;
    if (keyword->type != GH_KEYWORD_NONE)
        return true;
    return len > size && text[size] == ':';
}

const struct gh_keyword *gh_dialect_match(const struct gh_keyword_index *index,
                                          const char *text, size_t len,
                                          unsigned tokens)
{
    unsigned at = index->first[(unsigned char)text[0]];
    if (!at)
        return NULL;
    const struct gh_keyword *keyword = &index->dialect->keywords[at - 1];
    const struct gh_keyword *end =
        index->dialect->keywords + index->dialect->count;
    for (; keyword < end && keyword->text[0] == text[0]; keyword++) {
        if ((keyword->tokens & tokens) && begins(keyword, text, len))
            return keyword;
    }
    return NULL;
}

enum gh_token gh_dialect_token(const struct gh_keyword *keyword,
                               unsigned tokens)
{
    unsigned both = keyword->tokens & tokens;
    unsigned token = 0;
    while (both > 1) {
        both >>= 1;
        token++;
    }
    return (enum gh_token)token;
}
