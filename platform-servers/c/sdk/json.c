#include "platform-servers/c/sdk/json.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "gherkin/utf8.h"
#include "platform-servers/c/sdk/text.h"

enum { MOST_DIGITS = 15 }; /* of an integer that a double holds exactly */

/* ---- Reading ------------------------------------------------------------ */

struct reader {
    char *at; /* in a text that ends with NUL */
    struct gh_arena *arena;
    int depth;
};

static bool read_value(struct reader *r, cJSON *value);

static void skip_blanks(struct reader *r)
{
    while (*r->at && (unsigned char)*r->at <= ' ')
        r->at++;
}

static bool skip(struct reader *r, char c)
{
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

/* The four digits behind \u; -1: they are none. */
static int32_t read_unit(struct reader *r)
{
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = *r->at;
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
        r->at++;
    }
    return unit;
}

/* Of surrogates only whole pairs come here, by mprun_sdk_json_repair. */
static char *read_code_point(struct reader *r, char *out)
{
    int32_t unit = read_unit(r);
    if (unit >= 0xD800 && unit <= 0xDBFF && skip(r, '\\') && skip(r, 'u')) {
        int32_t low = read_unit(r);
        unit = low < 0 ? -1 : 0x10000 + ((unit - 0xD800) << 10) + low - 0xDC00;
    }
    return unit < 0 ? NULL : out + gh_utf8_encode((uint32_t)unit, out);
}

/* Behind the backslash. NULL: no such escape. */
static char *read_escape(struct reader *r, char *out)
{
    static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    const char *name = *r->at ? strchr(names, *r->at) : NULL;
    if (name) {
        r->at++;
        *out = bytes[name - names];
        return out + 1;
    }
    return skip(r, 'u') ? read_code_point(r, out) : NULL;
}

/* Behind the first quote. Escapes are undone in place, a text becomes no
 * longer by that. */
static char *read_string(struct reader *r)
{
    char *begin = r->at;
    r->at += strcspn(r->at, "\"\\");
    char *out = r->at;
    while (out && *r->at == '\\') {
        r->at++;
        out = read_escape(r, out);
        size_t plain = strcspn(r->at, "\"\\");
        if (out && plain) {
            memmove(out, r->at, plain);
            out += plain;
            r->at += plain;
        }
    }
    if (!out || !skip(r, '"'))
        return NULL;
    *out = '\0';
    return begin;
}

static void set_number(cJSON *value, double number)
{
    value->type = cJSON_Number;
    value->valuedouble = number;
    value->valueint = number >= INT_MAX   ? INT_MAX
                      : number <= INT_MIN ? INT_MIN
                                          : (int)number;
}

static bool read_other_number(struct reader *r, cJSON *value)
{
    const char *end = r->at;
    size_t length = strspn(r->at, "0123456789+-.eE");
    cJSON *number = cJSON_ParseWithLengthOpts(r->at, length, &end, 0);
    bool is_number = cJSON_IsNumber(number);
    if (is_number)
        set_number(value, number->valuedouble);
    cJSON_Delete(number);
    r->at += end - r->at;
    return is_number;
}

static bool read_number(struct reader *r, cJSON *value)
{
    const char *digits = r->at + (*r->at == '-');
    int64_t number = 0;
    int count = 0;
    while (count <= MOST_DIGITS && digits[count] >= '0' && digits[count] <= '9')
        number = number * 10 + (digits[count++] - '0');
    if (!count || count > MOST_DIGITS || strchr("+-.eE", digits[count]))
        return read_other_number(r, value);
    set_number(value, *r->at == '-' ? -(double)number : (double)number);
    r->at += digits + count - r->at;
    return true;
}

/* Appends a new node; last is the one before it, NULL: there is none. */
static cJSON *add_child(struct reader *r, cJSON *parent, cJSON *last)
{
    cJSON *child = gh_arena_alloc(r->arena, sizeof *child);
    if (last)
        last->next = child;
    else
        parent->child = child;
    child->prev = last;
    parent->child->prev = child; /* as in cJSON: the first knows the last */
    return child;
}

static bool read_member(struct reader *r, cJSON *member)
{
    skip_blanks(r);
    if (!skip(r, '"') || !(member->string = read_string(r)))
        return false;
    skip_blanks(r);
    return skip(r, ':') && read_value(r, member);
}

/* Behind the bracket. */
static bool read_children(struct reader *r, cJSON *value, char close)
{
    cJSON *last = NULL;
    skip_blanks(r);
    if (skip(r, close))
        return true;
    do {
        last = add_child(r, value, last);
        if (!(value->type == cJSON_Object ? read_member(r, last)
                                          : read_value(r, last)))
            return false;
        skip_blanks(r);
    } while (skip(r, ','));
    return skip(r, close);
}

static bool read_word(struct reader *r, cJSON *value, const char *word,
                      int type)
{
    size_t length = strlen(word);
    if (strncmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    value->type = type;
    value->valueint = type == cJSON_True;
    return true;
}

static bool read_list(struct reader *r, cJSON *value)
{
    bool is_object = *r->at++ == '{';
    value->type = is_object ? cJSON_Object : cJSON_Array;
    if (r->depth >= CJSON_NESTING_LIMIT)
        return false;
    r->depth++;
    bool good = read_children(r, value, is_object ? '}' : ']');
    r->depth--;
    return good;
}

static bool read_value(struct reader *r, cJSON *value)
{
    skip_blanks(r);
    switch (*r->at) {
    case '{':
    case '[':
        return read_list(r, value);
    case '"':
        r->at++;
        value->type = cJSON_String;
        value->valuestring = read_string(r);
        return value->valuestring != NULL;
    case 't':
        return read_word(r, value, "true", cJSON_True);
    case 'f':
        return read_word(r, value, "false", cJSON_False);
    case 'n':
        return read_word(r, value, "null", cJSON_NULL);
    default:
        return read_number(r, value);
    }
}

const cJSON *mprun_sdk_json_read(const char *text, size_t length,
                                 struct gh_arena *arena)
{
    struct gh_str whole = {text, length};
    if (memchr(text, '\0', length))
        return NULL;
    whole = gh_utf8_repair(arena, whole);
    char *copy = gh_arena_copy(arena, whole);
    mprun_sdk_json_repair(copy, whole.len);
    struct reader r = {.at = copy, .arena = arena};
    cJSON *value = gh_arena_alloc(arena, sizeof *value);
    if (!strncmp(r.at, "\xEF\xBB\xBF", 3))
        r.at += 3;
    if (!read_value(&r, value))
        return NULL;
    skip_blanks(&r);
    return *r.at ? NULL : value;
}

/* ---- Writing ------------------------------------------------------------ */

/* cJSON writes the decimal point of any locale as JSON wants it, and -0. */
static void write_number(struct gh_jsonw *w, const cJSON *value)
{
    if (value->valuedouble == (double)value->valueint &&
        !signbit(value->valuedouble) == (value->valueint >= 0)) {
        gh_jsonw_int(w, value->valueint);
        return;
    }
    char *printed = cJSON_PrintUnformatted(value);
    gh_jsonw_raw(w, gh_str_of(printed));
    cJSON_free(printed);
}

/* As deep as what cJSON reads and the SDK makes of it. */
void mprun_sdk_json_write(struct gh_jsonw *w, const cJSON *value)
{
    const cJSON *item;
    switch (value->type & 0xFF) {
    case cJSON_Object:
        gh_jsonw_object_begin(w);
        cJSON_ArrayForEach(item, value)
        {
            gh_jsonw_key_str(w, gh_str_of(item->string));
            mprun_sdk_json_write(w, item);
        }
        gh_jsonw_object_end(w);
        break;
    case cJSON_Array:
        gh_jsonw_array_begin(w);
        cJSON_ArrayForEach(item, value)
        {
            mprun_sdk_json_write(w, item);
        }
        gh_jsonw_array_end(w);
        break;
    case cJSON_String:
        gh_jsonw_cstring(w, value->valuestring);
        break;
    case cJSON_Number:
        write_number(w, value);
        break;
    case cJSON_True:
    case cJSON_False:
        gh_jsonw_bool(w, cJSON_IsTrue(value));
        break;
    default:
        gh_jsonw_null(w);
    }
}
