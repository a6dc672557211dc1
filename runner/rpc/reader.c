#include "runner/rpc/reader.h"

#include <cJSON.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "runner/rpc/message.h"
#include "runner/rpc/repair.h"

#define TAIL_TRIES    8
#define HINT_BYTES    60
#define EXCERPT_BYTES 200u
#define KEPT_BYTES    (256u << 10)

void mp_reader_init(struct mp_reader *reader,
                    const struct mp_reader_options *options)
{
    memset(reader, 0, sizeof(*reader));
    reader->options = *options;
    if (!reader->options.max_message_bytes)
        reader->options.max_message_bytes = MP_READER_MAX_MESSAGE;
    reader->framing.max_bytes = reader->options.max_message_bytes;
}

void mp_reader_finish(struct mp_reader *reader)
{
    mp_framing_finish(&reader->framing);
    mp_buf_finish(&reader->line);
    mp_buf_finish(&reader->joined);
    mp_buf_finish(&reader->repaired);
    mp_buf_finish(&reader->text);
}

void mp_reader_stop(struct mp_reader *reader)
{
    reader->stopped = true;
}

bool mp_reader_is_inside(const struct mp_reader *reader)
{
    return !reader->stopped && (reader->line.len || reader->joined.len ||
                                mp_framing_is_inside(&reader->framing));
}

static void emit(struct mp_reader *reader, const struct mp_incoming *incoming)
{
    if (!reader->stopped)
        reader->options.on_incoming(reader->options.self, incoming);
}

static void emit_text(struct mp_reader *reader, enum mp_incoming_kind kind,
                      const char *text)
{
    struct mp_incoming incoming = {.kind = kind, .text = text};
    emit(reader, &incoming);
}

/* Each kind once. */
static void warn(struct mp_reader *reader, unsigned kinds)
{
    for (unsigned bit = 1; bit <= kinds; bit <<= 1) {
        if (!(kinds & bit) || (reader->warned & bit))
            continue;
        reader->warned |= bit;
        emit_text(reader, MP_INCOMING_WARNING,
                  mp_tolerated_text((enum mp_tolerated)bit));
    }
}

static void append_readable(struct mp_buf *out, struct gh_str bytes)
{
    if (!mp_repair_text(bytes, out))
        mp_buf_append_str(out, bytes);
}

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* The first and the last bytes of a long text, cut between characters. */
static void append_excerpt(struct mp_buf *out, struct gh_str text)
{
    size_t head = EXCERPT_BYTES, tail = text.len - EXCERPT_BYTES;
    if (text.len <= 2 * EXCERPT_BYTES) {
        append_readable(out, text);
        return;
    }
    for (int i = 0; i < 3 && continues_character(text.ptr[head]); i++)
        head--;
    for (int i = 0; i < 3 && continues_character(text.ptr[tail]); i++)
        tail++;
    append_readable(out, (struct gh_str){text.ptr, head});
    mp_buf_append_text(out, " ... ");
    append_readable(out, (struct gh_str){text.ptr + tail, text.len - tail});
}

static void emit_stray(struct mp_reader *reader, struct gh_str line)
{
    reader->stray_lines++;
    mp_buf_reset(&reader->text);
    append_readable(&reader->text, line);
    emit_text(reader, MP_INCOMING_STRAY, mp_buf_text(&reader->text));
}

/* With the beginning of the line, which stands in reader->text: what else is
 * printed tells who does it. */
static void warn_of_stray(struct mp_reader *reader)
{
    struct mp_buf hint = {0};
    const char *text = mp_buf_text(&reader->text);
    int length = mp_repair_cut(text, HINT_BYTES);
    if (reader->warned & MP_TOLERATED_STDOUT)
        return;
    reader->warned |= MP_TOLERATED_STDOUT;
    mp_buf_format(&hint, "%s; it began with \"%.*s%s\"",
                  mp_tolerated_text(MP_TOLERATED_STDOUT), length, text,
                  text[length] ? "..." : "");
    emit_text(reader, MP_INCOMING_WARNING, hint.data);
    mp_buf_finish(&hint);
}

static void stray(struct mp_reader *reader, struct gh_str line)
{
    emit_stray(reader, line);
    warn_of_stray(reader);
}

static void cut_off(struct mp_reader *reader, struct gh_str rest)
{
    reader->stray_lines++;
    mp_buf_reset(&reader->text);
    mp_buf_format(&reader->text, "cut off after %zu bytes: ", rest.len);
    append_excerpt(&reader->text, rest);
    struct mp_incoming incoming = {.kind = MP_INCOMING_STRAY,
                                   .text = mp_buf_text(&reader->text),
                                   .cut_off = true};
    emit(reader, &incoming);
}

static void broken(struct mp_reader *reader, const char *what,
                   struct gh_str begin)
{
    mp_buf_reset(&reader->text);
    mp_buf_append_text(&reader->text, what);
    mp_buf_append_text(&reader->text, "; it begins: ");
    if (begin.len > 2 * EXCERPT_BYTES)
        begin.len = 2 * EXCERPT_BYTES;
    append_readable(&reader->text, begin);
    emit_text(reader, MP_INCOMING_BROKEN, mp_buf_text(&reader->text));
    mp_reader_stop(reader);
}

static void too_long(struct mp_reader *reader, const char *piece,
                     struct gh_str begin)
{
    char what[128];
    snprintf(what, sizeof what, "%s of the server is longer than %zu bytes",
             piece, reader->options.max_message_bytes);
    // However it came in pieces, at least that much is there.
    if (begin.len > reader->options.max_message_bytes)
        begin.len = reader->options.max_message_bytes;
    broken(reader, what, begin);
}

static bool contains(struct gh_str text, const char *word)
{
    return memmem(text.ptr, text.len, word, strlen(word)) != NULL;
}

/* Meant as an answer, whatever is wrong with it. */
static bool looks_like_answer(struct gh_str text)
{
    return contains(text, "\"jsonrpc\"") &&
           (contains(text, "\"result\"") || contains(text, "\"error\""));
}

static struct gh_str without_space(struct gh_str line)
{
    while (line.len && strchr(" \t\r\n", line.ptr[0]) && line.ptr[0]) {
        line.ptr++;
        line.len--;
    }
    return line;
}

/* A complete text that says "jsonrpc":"2.0". */
static bool says_jsonrpc(struct gh_str object)
{
    struct gh_str version;
    return contains(object, "\"jsonrpc\"") &&
           mp_json_member(object, "jsonrpc", &version) &&
           gh_str_equal(version, gh_str_of("\"2.0\""));
}

static bool is_message(struct gh_str text)
{
    struct mp_scan scan;
    return text.len && text.ptr[0] == '{' &&
           mp_scan_text(&scan, text) == MP_SCAN_COMPLETE && says_jsonrpc(text);
}

/* An answer by itself, also one of those that lack "jsonrpc": it ends a text
 * that is open, even where it could be a part of it. */
static bool is_answer_line(const struct mp_reader *reader, struct gh_str line)
{
    struct mp_scan scan;
    struct gh_str value, text = without_space(line);
    if (is_message(text))
        return true;
    return reader->options.bare_lenient && text.len && text.ptr[0] == '{' &&
           mp_scan_text(&scan, text) == MP_SCAN_COMPLETE &&
           mp_json_member(text, "id", &value) &&
           (mp_json_member(text, "result", &value) ||
            mp_json_member(text, "error", &value));
}

/* Repairs a complete JSON text for the parser; adds what was replaced. */
static struct gh_str repaired(struct mp_reader *reader, struct gh_str json,
                              unsigned *tolerated)
{
    mp_buf_reset(&reader->repaired);
    unsigned found = mp_repair_json(json, &reader->repaired);
    if (!found)
        return json;
    if (found & MP_REPAIR_UTF8)
        *tolerated |= MP_TOLERATED_UTF8;
    if (found & MP_REPAIR_NUL)
        *tolerated |= MP_TOLERATED_NUL;
    if (found & MP_REPAIR_SURROGATE)
        *tolerated |= MP_TOLERATED_SURROGATE;
    return (struct gh_str){reader->repaired.data, reader->repaired.len};
}

/* strict: what would be a warning makes the message a fault. */
static void refuse(struct mp_reader *reader, struct mp_incoming *incoming,
                   unsigned tolerated)
{
    unsigned first = tolerated & -tolerated;
    incoming->kind = MP_INCOMING_INVALID;
    incoming->value = NULL;
    incoming->text = mp_tolerated_text((enum mp_tolerated)first);
    emit(reader, incoming);
}

/* Reports a complete JSON text that is a message. False: it is none. */
static bool read_message(struct mp_reader *reader, struct gh_str json,
                         unsigned tolerated)
{
    struct mp_incoming incoming = {0};
    struct gh_str text = repaired(reader, json, &tolerated);
    cJSON *root = cJSON_ParseWithLengthOpts(text.ptr, text.len, NULL, 0);
    bool lenient = reader->options.bare_lenient && !reader->options.strict;
    if (!root) {
        emit_text(reader, MP_INCOMING_INVALID, "a message cannot be read");
        return true;
    }
    bool message =
        mp_message_read(root, lenient, &incoming, &reader->text, &tolerated);
    if (message) {
        incoming.raw = text;
        if (!incoming.text && incoming.kind == MP_INCOMING_LOG) {
            mp_buf_reset(&reader->text);
            mp_buf_append_str(&reader->text, text);
            incoming.text = mp_buf_text(&reader->text);
        }
        if (!incoming.text)
            incoming.text = "";
        if (incoming.kind == MP_INCOMING_OTHER)
            reader->unknown_messages++;
        if (reader->options.strict && tolerated) {
            refuse(reader, &incoming, tolerated);
        } else {
            warn(reader, tolerated);
            emit(reader, &incoming);
        }
    }
    cJSON_Delete(root);
    return message;
}

static unsigned noted(const struct mp_scan *scan)
{
    return scan->control_bytes ? MP_TOLERATED_CONTROL : 0;
}

/* A message behind other text on its line (R6). */
static bool read_tail(struct mp_reader *reader, struct gh_str line)
{
    size_t at = 0;
    if (reader->options.strict || !contains(line, "\"jsonrpc\""))
        return false;
    for (int tries = 0; tries < TAIL_TRIES; tries++, at++) {
        const char *brace = memchr(line.ptr + at, '{', line.len - at);
        if (!brace)
            return false;
        at = (size_t)(brace - line.ptr);
        struct gh_str tail = {brace, line.len - at};
        if (!at || !is_message(tail))
            continue;
        stray(reader, (struct gh_str){line.ptr, at});
        struct mp_scan scan;
        mp_scan_text(&scan, tail);
        read_message(reader, tail, noted(&scan));
        return true;
    }
    return false;
}

static void unreadable_answer(struct mp_reader *reader, struct gh_str text,
                              const struct mp_scan *scan)
{
    mp_buf_reset(&reader->text);
    mp_buf_format(&reader->text,
                  "an answer is not JSON at byte %zu: %s: ", scan->offset + 1,
                  scan->error);
    append_excerpt(&reader->text, text);
    emit_text(reader, MP_INCOMING_INVALID, mp_buf_text(&reader->text));
}

/* A line that is not a message as a whole; scan says why. */
static void read_other(struct mp_reader *reader, struct gh_str line,
                       const struct mp_scan *scan)
{
    struct gh_str text = without_space(line);
    bool object = text.len && text.ptr[0] == '{';
    if (read_tail(reader, line))
        return;
    if (object && scan->state == MP_SCAN_TOO_DEEP &&
        contains(text, "\"jsonrpc\""))
        broken(reader, "a message is nested deeper than 64 levels", text);
    else if (object && scan->state == MP_SCAN_BAD && looks_like_answer(text))
        unreadable_answer(reader, text, scan);
    else
        stray(reader, line);
}

/* A line that begins a message or is something else. */
static void read_first_line(struct mp_reader *reader, struct gh_str line)
{
    struct mp_scan scan = {0};
    struct gh_str text = without_space(line);
    bool bracket = text.len && (text.ptr[0] == '{' || text.ptr[0] == '[');
    if (bracket)
        mp_scan_text(&scan, text);
    if (scan.state == MP_SCAN_COMPLETE && bracket) {
        if (!read_message(reader, text, noted(&scan)))
            stray(reader, line);
        return;
    }
    if (bracket && text.ptr[0] == '{' && !reader->options.strict &&
        mp_scan_feed(&scan, gh_str_of("\n")) == MP_SCAN_OPEN) {
        reader->scan = scan;
        mp_buf_append_str(&reader->joined, text);
        mp_buf_append_char(&reader->joined, '\n');
        return;
    }
    read_other(reader, line, &scan);
}

static struct gh_str buf_str(const struct mp_buf *buf)
{
    return (struct gh_str){mp_buf_text(buf), buf->len};
}

/* The lines that were joined are no message: each is looked at by itself. */
static void give_up_joined(struct mp_reader *reader)
{
    struct gh_str rest = buf_str(&reader->joined);
    while (rest.len) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        struct gh_str line = {rest.ptr, (size_t)(end - rest.ptr)};
        if (without_space(line).len && !read_tail(reader, line))
            stray(reader, line);
        rest.ptr = end + 1;
        rest.len -= line.len + 1;
    }
    mp_buf_reset(&reader->joined);
}

static void read_joined(struct mp_reader *reader)
{
    struct gh_str text = buf_str(&reader->joined);
    if (read_message(reader, text, MP_TOLERATED_JOINED | noted(&reader->scan)))
        mp_buf_reset(&reader->joined);
    else
        give_up_joined(reader);
}

/* A line that does not go on with the joined ones. */
static void read_break(struct mp_reader *reader, struct gh_str line)
{
    struct gh_str text = buf_str(&reader->joined);
    if (reader->scan.state == MP_SCAN_TOO_DEEP &&
        contains(text, "\"jsonrpc\"")) {
        broken(reader, "a message is nested deeper than 64 levels", text);
        return;
    }
    if (reader->scan.state == MP_SCAN_BAD && looks_like_answer(text)) {
        unreadable_answer(reader, text, &reader->scan);
        mp_buf_reset(&reader->joined);
    } else {
        give_up_joined(reader);
    }
    read_first_line(reader, line);
}

/* A line while a message is open (R6a). */
static void read_next_line(struct mp_reader *reader, struct gh_str line)
{
    struct mp_buf *joined = &reader->joined;
    if (is_answer_line(reader, line) ||
        joined->len + line.len >= reader->options.max_message_bytes) {
        give_up_joined(reader);
        read_first_line(reader, line);
        return;
    }
    mp_scan_feed(&reader->scan, line);
    mp_scan_feed(&reader->scan, gh_str_of("\n"));
    if (reader->scan.state > MP_SCAN_COMPLETE) {
        read_break(reader, line);
        return;
    }
    mp_buf_append_str(joined, line);
    mp_buf_append_char(joined, '\n');
    if (reader->scan.state == MP_SCAN_COMPLETE)
        read_joined(reader);
}

/* Strips what R5 allows. */
static struct gh_str trimmed(struct mp_reader *reader, struct gh_str line)
{
    if (reader->lines == 1 && mp_framing_begins(line, "\xef\xbb\xbf")) {
        line.ptr += 3;
        line.len -= 3;
    }
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static void read_line(struct mp_reader *reader, struct gh_str bytes)
{
    reader->lines++;
    struct gh_str line = trimmed(reader, bytes);
    if (!without_space(line).len)
        return;
    if (reader->lines == 1 && mp_framing_begins(line, "Content-Length:")) {
        emit_stray(reader, line);
        warn(reader, MP_TOLERATED_CONTENT_LENGTH);
    } else if (reader->joined.len) {
        read_next_line(reader, line);
    } else {
        read_first_line(reader, line);
    }
}

/* The line that length further bytes complete, as one piece. */
static struct gh_str whole_line(struct mp_reader *reader, const char *bytes,
                                size_t length)
{
    if (!reader->line.len)
        return (struct gh_str){bytes, length};
    mp_buf_append(&reader->line, bytes, length);
    return buf_str(&reader->line);
}

static void release(struct mp_buf *buf)
{
    if (buf->capacity > KEPT_BYTES && !buf->len)
        mp_buf_finish(buf);
}

/* One huge message does not cost its size for the rest of the process. */
static void release_large(struct mp_reader *reader)
{
    mp_buf_reset(&reader->repaired);
    mp_buf_reset(&reader->text);
    release(&reader->line);
    release(&reader->joined);
    release(&reader->repaired);
    release(&reader->text);
}

/* A stray line between messages that have a header. */
static void read_unframed(struct mp_reader *reader, struct gh_str line)
{
    reader->lines++;
    emit_stray(reader, line);
    if (is_message(without_space(line)))
        warn(reader, MP_TOLERATED_NDJSON);
    else
        warn_of_stray(reader);
}

/* What a header announced as a message. */
static void read_framed(struct mp_reader *reader, struct gh_str body)
{
    struct mp_scan scan = {0};
    struct gh_str text = without_space(body);
    mp_scan_text(&scan, text);
    if (scan.state == MP_SCAN_COMPLETE &&
        read_message(reader, text, noted(&scan)))
        return;
    if (scan.state == MP_SCAN_TOO_DEEP) {
        broken(reader, "a message is nested deeper than 64 levels", text);
        return;
    }
    mp_buf_reset(&reader->text);
    mp_buf_format(&reader->text,
                  "the %zu bytes after a Content-Length header are no message",
                  body.len);
    if (text.len && scan.state == MP_SCAN_OPEN)
        mp_buf_append_text(&reader->text, ", but part of one (it counts bytes, "
                                          "not characters)");
    mp_buf_append_text(&reader->text, ": ");
    append_excerpt(&reader->text, body);
    emit_text(reader, MP_INCOMING_INVALID, mp_buf_text(&reader->text));
}

static void feed_framed(struct mp_reader *reader, struct gh_str bytes)
{
    enum mp_framing_kind kind = MP_FRAMING_MESSAGE;
    struct gh_str piece;
    while (kind != MP_FRAMING_MORE && !reader->stopped) {
        kind = mp_framing_next(&reader->framing, &bytes, &piece);
        if (kind == MP_FRAMING_MESSAGE)
            read_framed(reader, piece);
        else if (kind == MP_FRAMING_STRAY)
            read_unframed(reader, piece);
        else if (kind == MP_FRAMING_BAD)
            broken(reader, "Content-Length is not a number of bytes", piece);
        else if (kind == MP_FRAMING_LARGE)
            too_long(reader, "a message", piece);
        else if (kind == MP_FRAMING_LONG_LINE)
            too_long(reader, "a line", piece);
        release_large(reader);
    }
}

void mp_reader_feed(struct mp_reader *reader, const char *bytes, size_t length)
{
    if (reader->options.frame == MP_FRAME_CONTENT_LENGTH) {
        feed_framed(reader, (struct gh_str){bytes, length});
        return;
    }
    while (length && !reader->stopped) {
        const char *end = memchr(bytes, '\n', length);
        size_t piece = end ? (size_t)(end - bytes) : length;
        if (piece > reader->options.max_message_bytes - reader->line.len) {
            too_long(reader, "a line", whole_line(reader, bytes, piece));
        } else if (end) {
            read_line(reader, whole_line(reader, bytes, piece));
            mp_buf_reset(&reader->line);
            release_large(reader);
            piece++;
        } else {
            mp_buf_append(&reader->line, bytes, piece);
        }
        bytes += piece;
        length -= piece;
    }
}

/* The rest while a message is open over several lines. */
static void end_joined(struct mp_reader *reader, struct gh_str line)
{
    if (is_answer_line(reader, line)) {
        give_up_joined(reader);
        read_first_line(reader, line);
        return;
    }
    mp_scan_feed(&reader->scan, line);
    mp_buf_append_str(&reader->joined, line);
    struct gh_str text = buf_str(&reader->joined);
    if (reader->scan.state == MP_SCAN_COMPLETE &&
        read_message(reader, text, MP_TOLERATED_JOINED | noted(&reader->scan)))
        return;
    cut_off(reader, text);
}

static void end_line(struct mp_reader *reader, struct gh_str line)
{
    struct mp_scan scan = {0};
    struct gh_str text = without_space(line);
    if (!text.len)
        return;
    mp_scan_text(&scan, text);
    if (scan.state == MP_SCAN_COMPLETE &&
        read_message(reader, text, noted(&scan)))
        return;
    if (!read_tail(reader, line))
        cut_off(reader, line);
}

void mp_reader_end(struct mp_reader *reader)
{
    if (reader->stopped)
        return;
    struct gh_str rest = mp_framing_rest(&reader->framing);
    if (without_space(rest).len)
        cut_off(reader, rest);
    reader->lines += reader->line.len > 0;
    struct gh_str line = trimmed(reader, buf_str(&reader->line));
    if (reader->joined.len)
        end_joined(reader, line);
    else
        end_line(reader, line);
    mp_reader_stop(reader);
}
