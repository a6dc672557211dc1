#include "runner/report/xml.h"

#include <stdint.h>

#include "gherkin/utf8.h"

static const char *find_reference(char c, bool in_attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return in_attribute ? "&quot;" : "\"";
    case '\n':
        return in_attribute ? "&#10;" : "\n";
    case '\t':
        return in_attribute ? "&#9;" : "\t";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

static bool is_allowed(uint32_t c)
{
    return (c >= 0x20 && c != 0x7f && c < 0x80) || (c >= 0xa0 && c < 0xfffe) ||
           c >= 0x10000;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '&' && c != '<' && c != '>' &&
           c != '"';
}

static void escape(struct mp_buf *out, const char *text, bool in_attribute)
{
    const char *end = text + strlen(text);
    while (text < end) {
        const char *start = text;
        while (text < end && is_plain(*text))
            text++;
        mp_buf_append(out, start, (size_t)(text - start));
        if (text == end)
            return;
        const char *reference = find_reference(*text, in_attribute);
        uint32_t c = 0;
        unsigned length = gh_utf8_decode(text, (size_t)(end - text), &c);
        if (reference)
            mp_buf_append_text(out, reference);
        else if (!length)
            mp_buf_append_text(out, "\xef\xbf\xbd");
        else if (is_allowed(c))
            mp_buf_append(out, text, length);
        else
            mp_buf_format(out, c < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)c);
        text += length ? length : 1;
    }
}

void mp_xml_text(struct mp_buf *out, const char *text)
{
    escape(out, text, false);
}

void mp_xml_attribute(struct mp_buf *out, const char *name, const char *value)
{
    mp_buf_format(out, " %s=\"", name);
    escape(out, value, true);
    mp_buf_append_char(out, '"');
}

void mp_xml_attribute_number(struct mp_buf *out, const char *name, size_t value)
{
    mp_buf_format(out, " %s=\"%zu\"", name, value);
}

void mp_xml_attribute_seconds(struct mp_buf *out, const char *name, double ms)
{
    long long whole = ms > 0 && ms < 1e15 ? (long long)(ms + 0.5) : 0;
    mp_buf_format(out, " %s=\"%lld.%03lld\"", name, whole / 1000, whole % 1000);
}
