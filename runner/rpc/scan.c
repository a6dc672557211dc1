#include "runner/rpc/scan.h"

#include <string.h>

/* What may come next. */
enum expect {
    EXPECT_START,       /* the outermost { or [ */
    EXPECT_VALUE,       /* after a comma or a colon */
    EXPECT_FIRST_VALUE, /* after [ */
    EXPECT_NAME,        /* after a comma in an object */
    EXPECT_FIRST_NAME,  /* after { */
    EXPECT_COLON,
    EXPECT_COMMA,
    EXPECT_END, /* nothing: the outermost value is closed */
    IN_STRING,
    IN_ESCAPE,
    IN_HEX,
    IN_WORD,
    /* The states of a number, in the order of the grammar. */
    NUMBER_SIGN, /* after - */
    NUMBER_ZERO,
    NUMBER_DIGITS,
    NUMBER_POINT,
    NUMBER_FRACTION,
    NUMBER_E,
    NUMBER_E_SIGN,
    NUMBER_EXPONENT,
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool bad(struct mp_scan *scan, const char *error)
{
    scan->state = MP_SCAN_BAD;
    scan->error = error;
    return false;
}

static bool in_object(const struct mp_scan *scan)
{
    return scan->objects >> (scan->depth - 1) & 1;
}

static void end_value(struct mp_scan *scan)
{
    scan->expect = scan->depth ? EXPECT_COMMA : EXPECT_END;
    if (!scan->depth)
        scan->state = MP_SCAN_COMPLETE;
}

static bool open_level(struct mp_scan *scan, bool object)
{
    if (scan->depth == MP_SCAN_MAX_DEPTH) {
        scan->state = MP_SCAN_TOO_DEEP;
        scan->error = "nested deeper than 64 levels";
        return false;
    }
    uint64_t bit = (uint64_t)1 << scan->depth;
    scan->objects = object ? scan->objects | bit : scan->objects & ~bit;
    scan->depth++;
    scan->expect = object ? EXPECT_FIRST_NAME : EXPECT_FIRST_VALUE;
    return true;
}

static bool close_level(struct mp_scan *scan, char c)
{
    if (!scan->depth || in_object(scan) != (c == '}'))
        return bad(scan, "a bracket that closes nothing");
    scan->depth--;
    end_value(scan);
    return true;
}

static bool begin_string(struct mp_scan *scan, bool key)
{
    scan->in_key = key;
    scan->expect = IN_STRING;
    return true;
}

static bool begin_name(struct mp_scan *scan, char c)
{
    return c == '"' ? begin_string(scan, true)
                    : bad(scan, "a member's name in quotes is missing");
}

static bool begin_number(struct mp_scan *scan, char c)
{
    scan->number_length = 1;
    scan->expect = c == '-'   ? NUMBER_SIGN
                   : c == '0' ? NUMBER_ZERO
                              : NUMBER_DIGITS;
    return true;
}

static bool begin_word(struct mp_scan *scan, const char *word)
{
    scan->word = word + 1;
    scan->expect = IN_WORD;
    return true;
}

static bool begin_value(struct mp_scan *scan, char c)
{
    if (++scan->values > MP_SCAN_MAX_VALUES)
        return bad(scan, "more than 1000000 values");
    if (c == '{' || c == '[')
        return open_level(scan, c == '{');
    if (c == '"')
        return begin_string(scan, false);
    if (c == '-' || is_digit(c))
        return begin_number(scan, c);
    if (c == 't')
        return begin_word(scan, "true");
    if (c == 'f')
        return begin_word(scan, "false");
    if (c == 'n')
        return begin_word(scan, "null");
    if (c == 'N' || c == 'I')
        return bad(scan, "NaN and Infinity are not JSON");
    if (c == '}' || c == ']')
        return bad(scan, "a value is missing before the closing bracket");
    return bad(scan, "no JSON value begins so");
}

static bool take_escape(struct mp_scan *scan, char c)
{
    if (c == 'u') {
        scan->hex_digits = 4;
        scan->expect = IN_HEX;
        return true;
    }
    scan->expect = IN_STRING;
    return strchr("\"\\/bfnrt", c) && c ? true : bad(scan, "an unknown escape");
}

static bool take_in_string(struct mp_scan *scan, char c)
{
    if (c == '"') {
        if (scan->in_key)
            scan->expect = EXPECT_COLON;
        else
            end_value(scan);
    } else if (c == '\\') {
        scan->expect = IN_ESCAPE;
    } else if (c == '\0') {
        return bad(scan, "a NUL byte");
    } else if (c == '\n') {
        return bad(scan, "a line end inside a string");
    } else if ((unsigned char)c < 0x20) {
        scan->control_bytes = true;
    }
    return true;
}

static bool number_may_end(int expect)
{
    return expect == NUMBER_ZERO || expect == NUMBER_DIGITS ||
           expect == NUMBER_FRACTION || expect == NUMBER_EXPONENT;
}

/* The state after c; the state itself when c does not belong to it. */
static int next_in_number(int expect, char c)
{
    bool digit = is_digit(c), e = c == 'e' || c == 'E';
    switch (expect) {
    case NUMBER_SIGN:
        return c == '0' ? NUMBER_ZERO : digit ? NUMBER_DIGITS : expect;
    case NUMBER_ZERO:
    case NUMBER_DIGITS:
        return c == '.' ? NUMBER_POINT : e ? NUMBER_E : expect;
    case NUMBER_POINT:
        return digit ? NUMBER_FRACTION : expect;
    case NUMBER_FRACTION:
        return e ? NUMBER_E : expect;
    case NUMBER_E:
        return digit                  ? NUMBER_EXPONENT
               : c == '+' || c == '-' ? NUMBER_E_SIGN
                                      : expect;
    case NUMBER_E_SIGN:
        return digit ? NUMBER_EXPONENT : expect;
    default:
        return expect;
    }
}

static bool digit_repeats(int expect)
{
    return expect == NUMBER_DIGITS || expect == NUMBER_FRACTION ||
           expect == NUMBER_EXPONENT;
}

/* *again: the number ended before c, which is still to be taken. */
static bool take_in_number(struct mp_scan *scan, char c, bool *again)
{
    int next = next_in_number(scan->expect, c);
    if (next != scan->expect || (is_digit(c) && digit_repeats(next))) {
        scan->expect = next;
        if (++scan->number_length > MP_SCAN_MAX_NUMBER)
            return bad(scan, "a number of more than 63 characters");
        return true;
    }
    if (!number_may_end(scan->expect))
        return bad(scan, "a number that is not JSON");
    if (is_digit(c))
        return bad(scan, "a number with a leading zero");
    end_value(scan);
    *again = true;
    return true;
}

static bool take_in_word(struct mp_scan *scan, char c)
{
    if (*scan->word != c)
        return bad(scan, "no JSON value is written so");
    if (!*++scan->word)
        end_value(scan);
    return true;
}

static bool take_after_value(struct mp_scan *scan, char c)
{
    if (c == ',') {
        scan->expect = in_object(scan) ? EXPECT_NAME : EXPECT_VALUE;
        return true;
    }
    if (c == '}' || c == ']')
        return close_level(scan, c);
    return bad(scan, "a comma is missing");
}

/* Everything that is between tokens. */
static bool take_token(struct mp_scan *scan, char c)
{
    switch ((enum expect)scan->expect) {
    case EXPECT_START:
        if (c == '{' || c == '[')
            return begin_value(scan, c);
        return bad(scan, "it does not begin with a bracket");
    case EXPECT_FIRST_VALUE:
        return c == ']' ? close_level(scan, c) : begin_value(scan, c);
    case EXPECT_VALUE:
        return begin_value(scan, c);
    case EXPECT_FIRST_NAME:
        return c == '}' ? close_level(scan, c) : begin_name(scan, c);
    case EXPECT_NAME:
        return begin_name(scan, c);
    case EXPECT_COLON:
        scan->expect = EXPECT_VALUE;
        return c == ':' ? true : bad(scan, "a colon is missing");
    case EXPECT_COMMA:
        return take_after_value(scan, c);
    default:
        return bad(scan, "text after the end of the message");
    }
}

static bool take_hex(struct mp_scan *scan, char c)
{
    if (!is_hex(c))
        return bad(scan, "an unknown escape");
    if (--scan->hex_digits == 0)
        scan->expect = IN_STRING;
    return true;
}

static bool take(struct mp_scan *scan, char c)
{
    bool again = false;
    if (scan->expect == IN_STRING)
        return take_in_string(scan, c);
    if (scan->expect == IN_ESCAPE)
        return take_escape(scan, c);
    if (scan->expect == IN_HEX)
        return take_hex(scan, c);
    if (scan->expect == IN_WORD)
        return take_in_word(scan, c);
    if (scan->expect >= NUMBER_SIGN) {
        if (!take_in_number(scan, c, &again) || !again)
            return scan->state != MP_SCAN_BAD;
    }
    return is_space(c) || take_token(scan, c);
}

/* The bytes from at on that change nothing inside a string. */
static size_t string_run(struct gh_str bytes, size_t at)
{
    size_t end = at;
    while (end < bytes.len) {
        unsigned char c = (unsigned char)bytes.ptr[end];
        if (c == '"' || c == '\\' || c < 0x20)
            break;
        end++;
    }
    return end - at;
}

enum mp_scan_state mp_scan_feed(struct mp_scan *scan, struct gh_str bytes)
{
    size_t at = 0;
    while (at < bytes.len && scan->state <= MP_SCAN_COMPLETE) {
        if (scan->expect == IN_STRING) {
            size_t run = string_run(bytes, at);
            at += run;
            scan->offset += run;
            if (at == bytes.len)
                break;
        }
        if (!take(scan, bytes.ptr[at]))
            break;
        at++;
        scan->offset++;
    }
    return scan->state;
}

enum mp_scan_state mp_scan_text(struct mp_scan *scan, struct gh_str text)
{
    memset(scan, 0, sizeof(*scan));
    return mp_scan_feed(scan, text);
}

/* The index after the string that begins at json.ptr[at]. */
static size_t after_string(struct gh_str json, size_t at)
{
    for (at++; at < json.len; at++) {
        if (json.ptr[at] == '"')
            return at + 1;
        if (json.ptr[at] == '\\')
            at++;
    }
    return json.len;
}

static size_t skip_space(struct gh_str json, size_t at)
{
    while (at < json.len && is_space(json.ptr[at]))
        at++;
    return at;
}

static void compact_string(struct mp_buf *out, struct gh_str text)
{
    size_t copied = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x20)
            continue;
        mp_buf_append(out, text.ptr + copied, i - copied);
        mp_buf_format(out, "\\u%04x", (unsigned)c);
        copied = i + 1;
    }
    mp_buf_append(out, text.ptr + copied, text.len - copied);
}

void mp_json_compact(struct mp_buf *out, struct gh_str json)
{
    size_t at = 0;
    while ((at = skip_space(json, at)) < json.len) {
        size_t end = at;
        if (json.ptr[at] == '"') {
            end = after_string(json, at);
            struct gh_str string = {json.ptr + at, end - at};
            compact_string(out, string);
        } else {
            while (end < json.len && json.ptr[end] != '"' &&
                   !is_space(json.ptr[end]))
                end++;
            mp_buf_append(out, json.ptr + at, end - at);
        }
        at = end;
    }
}

/* The index after the value that begins at json.ptr[at]. */
static size_t after_value(struct gh_str json, size_t at)
{
    size_t depth = 0;
    while (at < json.len) {
        char c = json.ptr[at];
        if (c == '"') {
            at = after_string(json, at);
            if (!depth)
                return at;
            continue;
        }
        if (!depth && (c == ',' || c == '}' || c == ']' || is_space(c)))
            return at;
        if (c == '{' || c == '[')
            depth++;
        at++;
        if ((c == '}' || c == ']') && --depth == 0)
            return at;
    }
    return at;
}

bool mp_json_member(struct gh_str json, const char *name, struct gh_str *value)
{
    struct gh_str wanted = gh_str_of(name);
    size_t at = skip_space(json, 0) + 1;
    while ((at = skip_space(json, at)) < json.len && json.ptr[at] == '"') {
        size_t end = after_string(json, at);
        struct gh_str found = {json.ptr + at + 1, end - at - 2};
        at = skip_space(json, skip_space(json, end) + 1); // past the colon
        end = after_value(json, at);
        if (gh_str_equal(found, wanted)) {
            value->ptr = json.ptr + at;
            value->len = end - at;
            return true;
        }
        at = skip_space(json, end) + 1; // past the comma
    }
    return false;
}
