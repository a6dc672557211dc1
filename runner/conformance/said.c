#include "runner/conformance/said.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "runner/conformance/strict.h"
#include "runner/rpc/repair.h"

#define BOM         "\xef\xbb\xbf"
#define DEEP_MAX    ((size_t)1 << 20)
#define MOST_BRACES 8
#define SPACE       " \t\r\n"
/* A line without an end is kept no longer than this. */
#define LINE_MAX_BYTES ((size_t)32 << 20)

static struct gh_str text_of(const struct mp_buf *buf)
{
    return (struct gh_str){mp_buf_text(buf), buf->len};
}

/* The tree of a text that is one object, whatever faults can be repaired. */
static cJSON *parse(struct gh_str text)
{
    struct mp_scan scan = {0};
    struct mp_buf repaired = {0};
    const char *end = NULL;
    mp_scan_text(&scan, text);
    bool deep = scan.state == MP_SCAN_TOO_DEEP && text.len < DEEP_MAX;
    if (scan.state != MP_SCAN_COMPLETE && !deep)
        return NULL;
    if (mp_repair_json(text, &repaired))
        text = text_of(&repaired);
    cJSON *root = cJSON_ParseWithLengthOpts(text.ptr, text.len, &end, false);
    if (root && !cJSON_IsObject(root)) {
        cJSON_Delete(root);
        root = NULL;
    }
    mp_buf_finish(&repaired);
    return root;
}

static bool is_message(const cJSON *root)
{
    return root && (cJSON_GetObjectItemCaseSensitive(root, "jsonrpc") ||
                    cJSON_GetObjectItemCaseSensitive(root, "id") ||
                    cJSON_GetObjectItemCaseSensitive(root, "method"));
}

static enum mp_said_kind kind_of(const cJSON *root)
{
    bool method = cJSON_GetObjectItemCaseSensitive(root, "method");
    bool id = cJSON_GetObjectItemCaseSensitive(root, "id");
    if (!method)
        return MP_SAID_ANSWER;
    return id ? MP_SAID_REQUEST : MP_SAID_NOTIFICATION;
}

static struct mp_said *make(const struct mp_listener_of_said *to,
                            struct gh_str bytes, enum mp_said_kind kind)
{
    struct mp_said *said = gh_alloc(sizeof(*said));
    char *copy = gh_alloc(bytes.len + 1);
    memcpy(copy, bytes.ptr, bytes.len);
    said->kind = kind;
    said->bytes = (struct gh_str){copy, bytes.len};
    said->at_ms = mp_clock_now_exact(&to->lab->clock);
    return said;
}

bool mp_said_is_to_nothing(const struct mp_said *said)
{
    const cJSON *id =
        said->root ? cJSON_GetObjectItemCaseSensitive(said->root, "id") : NULL;
    return said->kind == MP_SAID_ANSWER && (!id || cJSON_IsNull(id));
}

void mp_said_destroy(struct mp_said *said)
{
    if (!said)
        return;
    gh_free((char *)said->bytes.ptr);
    cJSON_Delete(said->root);
    gh_free(said);
}

static void judge_form(struct mp_lab *lab, const struct mp_said *said)
{
    struct mp_buf why = {0};
    size_t depth = mp_strict_depth(said->bytes);
    const char *twice = mp_strict_duplicate(said->root);
    mp_strict_text(said->bytes, &why);
    if (why.len)
        mp_lab_note(lab, 9, said->bytes, "%s", why.data);
    if (depth > MP_STRICT_DEPTH)
        mp_lab_note(lab, 13, said->bytes, "a message that is nested %zu deep",
                    depth);
    if (twice)
        mp_lab_note(lab, 10, said->bytes, "an object has '%s' twice", twice);
    mp_buf_finish(&why);
}

static void emit_message(const struct mp_listener_of_said *to,
                         struct gh_str bytes, cJSON *root)
{
    struct mp_said *said = make(to, bytes, kind_of(root));
    said->root = root;
    judge_form(to->lab, said);
    to->on_said(to->self, said);
}

static bool looks_meant(struct gh_str line)
{
    struct gh_str brace = line;
    while (brace.len && strchr(SPACE, *brace.ptr)) {
        brace.ptr++;
        brace.len--;
    }
    return brace.len && *brace.ptr == '{' &&
           memmem(line.ptr, line.len, "\"jsonrpc\"", 9);
}

static void emit_stray(const struct mp_listener_of_said *to, struct gh_str line)
{
    struct mp_buf why = {0};
    bool meant = looks_meant(line);
    if (meant) {
        mp_strict_text(line, &why);
        mp_lab_note(to->lab, 9, line, "%s",
                    why.len ? why.data : "a message that cannot be read");
    }
    mp_buf_finish(&why);
    to->on_said(to->self,
                make(to, line, meant ? MP_SAID_BROKEN : MP_SAID_STRAY));
}

/* Text in front of a message, as prints without a line end leave it. */
static bool emit_tail(const struct mp_listener_of_said *to, struct gh_str line)
{
    int braces = 0;
    for (size_t i = 1; i < line.len && braces < MOST_BRACES; i++) {
        if (line.ptr[i] != '{')
            continue;
        braces++;
        struct gh_str tail = {line.ptr + i, line.len - i};
        cJSON *root = parse(tail);
        if (root && cJSON_GetObjectItemCaseSensitive(root, "jsonrpc")) {
            emit_stray(to, (struct gh_str){line.ptr, i});
            emit_message(to, tail, root);
            return true;
        }
        cJSON_Delete(root);
    }
    return false;
}

/* May the line be the first of a message over several lines? */
static bool open_joined(struct mp_saying *saying, struct gh_str line)
{
    saying->scan = (struct mp_scan){0};
    if (*line.ptr != '{' || mp_scan_feed(&saying->scan, line) != MP_SCAN_OPEN)
        return false;
    mp_buf_append_str(&saying->joined, line);
    return true;
}

/* A line while a message is being joined. False: it does not belong to it. */
static bool join(struct mp_saying *saying, const struct mp_listener_of_said *to,
                 struct gh_str line)
{
    mp_scan_feed(&saying->scan, gh_str_of("\n"));
    enum mp_scan_state state = mp_scan_feed(&saying->scan, line);
    if (state == MP_SCAN_BAD || state == MP_SCAN_TOO_DEEP ||
        saying->joined.len + line.len > LINE_MAX_BYTES) {
        emit_stray(to, text_of(&saying->joined));
        mp_buf_reset(&saying->joined);
        return false;
    }
    mp_buf_append_char(&saying->joined, '\n');
    mp_buf_append_str(&saying->joined, line);
    if (state == MP_SCAN_OPEN)
        return true;
    cJSON *root = parse(text_of(&saying->joined));
    mp_lab_note(to->lab, 1, text_of(&saying->joined),
                "a message over several lines");
    if (is_message(root)) {
        emit_message(to, text_of(&saying->joined), root);
    } else {
        emit_stray(to, text_of(&saying->joined));
        cJSON_Delete(root);
    }
    mp_buf_reset(&saying->joined);
    return true;
}

static void take_line(struct mp_saying *saying,
                      const struct mp_listener_of_said *to, struct gh_str line)
{
    cJSON *root = parse(line);
    if (is_message(root)) {
        if (saying->joined.len)
            emit_stray(to, text_of(&saying->joined));
        mp_buf_reset(&saying->joined);
        emit_message(to, line, root);
        return;
    }
    cJSON_Delete(root);
    if (saying->joined.len && join(saying, to, line))
        return;
    if (!open_joined(saying, line) && !emit_tail(to, line))
        emit_stray(to, line);
}

/* A line with its end; the faults of its ends are noted. */
static void take_raw(struct mp_saying *saying,
                     const struct mp_listener_of_said *to, struct gh_str line)
{
    if (line.len >= 3 && !memcmp(line.ptr, BOM, 3)) {
        mp_lab_note(to->lab, 3, line, "a byte-order mark");
        line.ptr += 3;
        line.len -= 3;
    }
    if (line.len && line.ptr[line.len - 1] == '\r') {
        mp_lab_note(to->lab, 4, (struct gh_str){line.ptr, line.len},
                    "CR before the line end");
        line.len--;
    }
    if (line.len)
        take_line(saying, to, line);
    else
        mp_lab_note(to->lab, 1, gh_str_of("\n"), "a blank line");
}

void mp_saying_feed(struct mp_saying *saying,
                    const struct mp_listener_of_said *to, struct gh_str bytes)
{
    while (bytes.len) {
        const char *end = memchr(bytes.ptr, '\n', bytes.len);
        size_t length = end ? (size_t)(end - bytes.ptr) : bytes.len;
        if (saying->line.len + length > LINE_MAX_BYTES)
            length = 0; /* it is too long already, and told of at its end */
        mp_buf_append(&saying->line, bytes.ptr, length);
        if (!end)
            return;
        bytes.len -= (size_t)(end + 1 - bytes.ptr);
        bytes.ptr = end + 1;
        take_raw(saying, to, text_of(&saying->line));
        mp_buf_reset(&saying->line);
    }
}

void mp_saying_end(struct mp_saying *saying,
                   const struct mp_listener_of_said *to)
{
    if (saying->joined.len)
        emit_stray(to, text_of(&saying->joined));
    mp_buf_reset(&saying->joined);
    if (!saying->line.len)
        return;
    mp_lab_note(to->lab, 1, text_of(&saying->line), "its last line has no LF");
    take_raw(saying, to, text_of(&saying->line));
    mp_buf_reset(&saying->line);
}

void mp_saying_finish(struct mp_saying *saying)
{
    mp_buf_finish(&saying->line);
    mp_buf_finish(&saying->joined);
}
