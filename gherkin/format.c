/*
 * The canonical layout of a feature file: two spaces for each level, one blank
 * line in front of each title, tables aligned by their width on a terminal.
 *
 * What the file says stays: keywords as written, names, steps, cells with
 * their escapes, doc strings to the letter, free text (moved as a whole),
 * comments at their places, also those behind tags, and the lines that tags
 * are on. Between steps and around comments one blank line stays where there
 * were any; it decides what a comment belongs to: to the line above where it
 * touches only that one, else to what comes next.
 *
 * Time and memory are linear in the file: a table that alignment would make
 * many times as large is not aligned.
 */
#include "gherkin/gherkin.h"

#include "gherkin/document.h"
#include "gherkin/lexer.h"

#define STEP_INDENT   2u
#define LARGEST_TIMES 8u /* what alignment may make of a table */
#define SMALL_TABLE   65536u

/* What a line is to those above it. */
enum place {
    PLACE_INSIDE, /* belongs to the line above: no blank lines */
    PLACE_TEXT,   /* free text under a title */
    PLACE_LOOSE,  /* steps: blank lines as in the file */
    PLACE_TITLE,  /* one blank line */
};

struct writer {
    const struct gh_document *document;
    struct gh_keyword_index index;
    char *bytes;
    size_t len, room;
    const char *line_end;
    uint32_t comment;   /* the next one */
    uint32_t last_line; /* of the file, written last */
    bool after_title;   /* a title was written last */
    bool after_text;    /* free text was written last */
    unsigned level;     /* indentation of the last title but Examples */
    unsigned trailing;  /* of a comment that belongs to the line above */
};

/* -- Text --------------------------------------------------------------- */

static char *reserve(struct writer *w, size_t len)
{
    if (w->room - w->len < len) {
        w->room = (w->room + len) * 2;
        w->bytes = gh_realloc(w->bytes, w->room);
    }
    return w->bytes + w->len;
}

static void put(struct writer *w, struct gh_str text)
{
    char *out = reserve(w, text.len);
    if (text.len)
        memcpy(out, text.ptr, text.len);
    w->len += text.len;
}

static void put_text(struct writer *w, const char *text)
{
    put(w, gh_str_of(text));
}

static void put_spaces(struct writer *w, size_t count)
{
    memset(reserve(w, count), ' ', count);
    w->len += count;
}

static void end_line(struct writer *w)
{
    put_text(w, w->line_end);
}

static struct gh_str span(const char *start, const char *end)
{
    return (struct gh_str){start, (size_t)(end - start)};
}

/* What stands at the end of a line and means nothing, such as a comment behind
 * tags: somebody wrote it there. */
static void put_rest(struct writer *w, struct gh_str text)
{
    text = gh_utf8_trim(text);
    put_text(w, text.len ? " " : "");
    put(w, text);
}

/* Where the line ends that holds this place, without its line end. */
static const char *line_end_at(const struct gh_document *document,
                               const char *at)
{
    const char *stop = document->bytes + document->length;
    const char *end = memchr(at, '\n', (size_t)(stop - at));
    end = end ? end : stop;
    return end > at && end[-1] == '\r' ? end - 1 : end;
}

static uint32_t count_lines(const char *at, const char *end)
{
    uint32_t count = 0;
    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        count++;
        at++;
    }
    return count;
}

/* -- Comments and blank lines ------------------------------------------- */

static void separate(struct writer *w, bool blank)
{
    if (blank && w->len)
        end_line(w);
}

static bool is_gap(const struct writer *w, uint32_t line)
{
    return line > w->last_line + 1;
}

static void put_comment(struct writer *w, unsigned indent)
{
    const struct gh_comment_item *comment =
        &w->document->comments[w->comment++];
    struct gh_str text =
        gh_document_span(w->document, comment->start, comment->end);
    put_spaces(w, indent);
    put(w, gh_utf8_trim(text));
    end_line(w);
    w->last_line = comment->line;
    w->after_title = w->after_text = false;
}

/* The comments in front of that line. */
static uint32_t comments_before(const struct writer *w, uint32_t line)
{
    uint32_t end = w->comment;
    while (end < w->document->comment_count &&
           w->document->comments[end].line < line)
        end++;
    return end;
}

/* The first of the comments up to end that touch the line. */
static uint32_t touching(const struct writer *w, uint32_t end, uint32_t line)
{
    while (end > w->comment && w->document->comments[end - 1].line + 1 == line)
        line = w->document->comments[--end].line;
    return end;
}

/* Comments that stand apart from what follows; the first ones may belong to
 * the line above. */
static void put_apart(struct writer *w, uint32_t end, unsigned indent)
{
    bool above = w->len > 0;
    while (w->comment < end) {
        uint32_t line = w->document->comments[w->comment].line;
        above = above && !is_gap(w, line);
        separate(w, is_gap(w, line));
        put_comment(w, above ? w->trailing : indent);
    }
}

static bool wants_blank(const struct writer *w, enum place place, uint32_t line)
{
    switch (place) {
    case PLACE_INSIDE:
        return false;
    case PLACE_TITLE:
        return true;
    case PLACE_LOOSE:
        return w->after_text || (!w->after_title && is_gap(w, line));
    case PLACE_TEXT:
        break;
    }
    return !w->after_title && is_gap(w, line);
}

/* All that comes before a line of the file: comments and blank lines; and the
 * indentation of the line. */
static void begin_line(struct writer *w, uint32_t line, enum place place,
                       unsigned indent)
{
    uint32_t end = comments_before(w, line);
    uint32_t own = place == PLACE_INSIDE ? w->comment : touching(w, end, line);
    put_apart(w, own, indent);
    uint32_t first = own < end ? w->document->comments[own].line : line;
    separate(w, wants_blank(w, place, first));
    while (w->comment < end)
        put_comment(w, indent);
    put_spaces(w, indent);
    w->last_line = line;
    w->after_title = w->after_text = false;
}

/* -- Titles ------------------------------------------------------------- */

static void put_tag_line(struct writer *w, const struct gh_span *line)
{
    const struct gh_document *document = w->document;
    const char *at = document->bytes + line->start;
    const char *end = document->bytes + line->end;
    struct gh_str tag;
    bool any = false;
    while (gh_lexer_next_tag(&at, end, false, &tag)) {
        put_text(w, any ? " " : "");
        put(w, tag);
        any = true;
    }
    put_text(w, any ? "" : "@");
    put_rest(w, span(end, line_end_at(document, end)));
    end_line(w);
}

static enum place place_of(const struct gh_item *item)
{
    return item->kind == GH_NODE_FEATURE ? PLACE_LOOSE : PLACE_TITLE;
}

static void put_title(struct writer *w, const struct gh_item *item,
                      const struct gh_block *block, unsigned indent)
{
    const struct gh_document *document = w->document;
    enum place place = place_of(item);
    for (uint32_t i = 0; i < block->tag_line_count; i++) {
        const struct gh_span *line = &document->tag_lines[block->tag_lines + i];
        begin_line(w, line->line, place, indent);
        put_tag_line(w, line);
        place = PLACE_INSIDE;
    }
    begin_line(w, item->line, place, indent);
    put(w, gh_document_span(document, item->start,
                            item->start + item->keyword_len));
    put_text(w, item->text_len ? ": " : ":");
    put(w, gh_document_span(document, item->text, item->text + item->text_len));
    end_line(w);
    w->after_title = true;
    w->trailing = indent + STEP_INDENT;
}

/* -- Free text ---------------------------------------------------------- */

static bool is_comment(const struct gh_line *line)
{
    return line->text < line->end && *line->text == '#';
}

/* How many blanks all lines of the text have in common at their start. */
static size_t common_indent(struct gh_source source)
{
    struct gh_line line, first = {.start = NULL};
    size_t common = 0;
    while (gh_source_next(&source, &line)) {
        if (line.text == line.end || is_comment(&line))
            continue;
        size_t len = 0;
        if (!first.start) {
            first = line;
            while (line.start + len < line.text &&
                   (line.start[len] == ' ' || line.start[len] == '\t'))
                len++;
            common = len;
            continue;
        }
        while (len < common && line.start + len < line.text &&
               line.start[len] == first.start[len])
            len++;
        common = len;
    }
    return common;
}

/* Moves on to the first line that is neither empty nor a comment. */
static void skip_to_text(struct gh_source *source)
{
    struct gh_source ahead = *source;
    struct gh_line line;
    while (gh_source_next(&ahead, &line) &&
           (line.text == line.end || is_comment(&line)))
        *source = ahead;
}

static void put_description(struct writer *w, const struct gh_item *item,
                            const struct gh_block *block, unsigned indent)
{
    if (!block->description_end)
        return;
    const char *bytes = w->document->bytes;
    const char *start = bytes + block->description;
    struct gh_source source = {start, bytes + block->description_end, start,
                               item->line - 1 +
                                   count_lines(bytes + item->start, start)};
    struct gh_line line;
    bool first = true;
    skip_to_text(&source);
    size_t common = common_indent(source);
    while (gh_source_next(&source, &line)) {
        if (is_comment(&line)) {
            put_comment(w, indent);
            continue;
        }
        if (first)
            begin_line(w, line.number, PLACE_TEXT, indent);
        else if (line.text < line.end)
            put_spaces(w, indent);
        if (line.text < line.end)
            put(w, span(line.start + common, line.end));
        first = false;
        end_line(w);
        w->last_line = line.number;
    }
    w->after_text = true;
}

/* -- Tables ------------------------------------------------------------- */

/* The width of each column; all 0 where the table is not to be aligned. The
 * caller frees it. */
static size_t *measure_columns(const struct writer *w,
                               const struct gh_item *item, size_t columns)
{
    const struct gh_document *document = w->document;
    size_t *widths = gh_alloc(columns * sizeof(*widths));
    size_t own = 0, sum = 0;
    for (uint32_t i = 0; i < item->row_count; i++) {
        const struct gh_span *row = &document->rows[item->rows + i];
        const char *at = document->bytes + row->start;
        const char *end = document->bytes + row->end;
        struct gh_cell_span cell;
        for (size_t c = 0; c < columns && gh_lexer_next_cell(&at, end, &cell);
             c++) {
            size_t width = gh_utf8_width(span(cell.start, cell.end));
            own += width + 3;
            if (widths[c] < width)
                widths[c] = width;
        }
    }
    for (size_t c = 0; c < columns; c++)
        sum += widths[c];
    if (sum * item->row_count > own * LARGEST_TIMES + SMALL_TABLE)
        memset(widths, 0, columns * sizeof(*widths));
    return widths;
}

static void put_row(struct writer *w, const struct gh_span *row,
                    const size_t *widths, size_t columns)
{
    const char *at = w->document->bytes + row->start;
    const char *end = w->document->bytes + row->end;
    struct gh_cell_span cell;
    put_text(w, "|");
    size_t c = 0;
    while (gh_lexer_next_cell(&at, end, &cell)) {
        struct gh_str text = span(cell.start, cell.end);
        size_t width = gh_utf8_width(text);
        put_text(w, " ");
        put(w, text);
        if (c < columns && width < widths[c])
            put_spaces(w, widths[c] - width);
        put_text(w, " |");
        c++;
    }
    put_rest(w, span(cell.start, end));
    end_line(w);
}

static void put_table(struct writer *w, const struct gh_item *item,
                      unsigned indent)
{
    const struct gh_document *document = w->document;
    if (!item->row_count)
        return;
    const struct gh_span *rows = &document->rows[item->rows];
    size_t columns = gh_lexer_count_cells(document->bytes + rows->start,
                                          document->bytes + rows->end);
    size_t *widths = measure_columns(w, item, columns);
    for (uint32_t i = 0; i < item->row_count; i++) {
        begin_line(w, rows[i].line, PLACE_INSIDE, indent);
        put_row(w, &rows[i], widths, columns);
    }
    gh_free(widths);
}

/* -- Doc strings -------------------------------------------------------- */

/* The line without the indentation of the doc string, as it is read. */
static const char *without_indent(const struct gh_line *line, uint32_t indent)
{
    if (indent > line->indent)
        return line->text;
    return line->start + gh_utf8_offset(span(line->start, line->end), indent);
}

static bool is_closing(const struct gh_line *line, struct gh_str fence)
{
    return (size_t)(line->end - line->text) >= fence.len &&
           !memcmp(line->text, fence.ptr, fence.len);
}

static void put_doc_string(struct writer *w, const struct gh_item *item,
                           unsigned indent)
{
    const struct gh_document *document = w->document;
    const struct gh_doc_item *doc = &document->docs[item->extra - 1];
    struct gh_str fence =
        gh_document_span(document, doc->start, doc->start + doc->fence_len);
    bool empty = doc->content == doc->content_end;
    begin_line(w, doc->line, PLACE_INSIDE, indent);
    put(w, fence);
    put(w, gh_document_span(document, doc->media, doc->media + doc->media_len));
    end_line(w);
    const char *start = document->bytes + doc->content;
    struct gh_source source = {start, document->bytes + document->length, start,
                               doc->line};
    struct gh_line line;
    while (gh_source_next(&source, &line) && !is_closing(&line, fence)) {
        const char *text = without_indent(&line, doc->indent);
        if (empty)
            continue;
        if (text < line.end)
            put_spaces(w, indent);
        put(w, span(text, line.end));
        end_line(w);
    }
    put_spaces(w, indent);
    put(w, fence);
    put_rest(w, span(line.text + fence.len, line.end));
    end_line(w);
    w->last_line = line.number;
}

/* -- Steps -------------------------------------------------------------- */

/* Keyword and text. White space between them goes, unless the line would
 * begin with another keyword then: "Etant donné  que". */
static void put_step_text(struct writer *w, const struct gh_item *item)
{
    struct gh_str keyword = gh_document_span(w->document, item->start,
                                             item->start + item->keyword_len);
    struct gh_str text =
        gh_document_span(w->document, item->text, item->text + item->text_len);
    const char *keyword_end = keyword.ptr + keyword.len;
    size_t start = w->len;
    put(w, keyword);
    if (keyword_end[-1] != ' ' && text.len && keyword_end < text.ptr)
        put_text(w, " ");
    put(w, text);
    const struct gh_keyword *read = gh_dialect_match(
        &w->index, w->bytes + start, w->len - start, GH_TOKENS(STEP));
    if (read && read->len == keyword.len)
        return;
    w->len = start;
    put(w, span(keyword.ptr, text.len ? text.ptr + text.len : keyword_end));
}

static void put_step(struct writer *w, const struct gh_item *item,
                     unsigned indent)
{
    begin_line(w, item->line, PLACE_LOOSE, indent);
    put_step_text(w, item);
    end_line(w);
    w->trailing = indent;
    if (item->extra && item->doc_string_first)
        put_doc_string(w, item, indent + STEP_INDENT);
    put_table(w, item, indent + STEP_INDENT);
    if (item->extra && !item->doc_string_first)
        put_doc_string(w, item, indent + STEP_INDENT);
}

/* -- The file ----------------------------------------------------------- */

static unsigned indent_of(const struct writer *w, const struct gh_item *item,
                          bool in_rule)
{
    switch ((enum gh_node_kind)item->kind) {
    case GH_NODE_FEATURE:
        return 0;
    case GH_NODE_RULE:
        return 2;
    case GH_NODE_BACKGROUND:
    case GH_NODE_SCENARIO:
        return in_rule ? 4 : 2;
    case GH_NODE_EXAMPLES:
    case GH_NODE_STEP:
        break;
    }
    return w->level + STEP_INDENT;
}

static void put_item(struct writer *w, const struct gh_item *item, bool in_rule)
{
    unsigned indent = indent_of(w, item, in_rule);
    if (item->kind == GH_NODE_STEP) {
        put_step(w, item, indent);
        return;
    }
    const struct gh_block *block = gh_document_block(w->document, item);
    put_title(w, item, block, indent);
    put_description(w, item, block, indent + STEP_INDENT);
    if (item->kind == GH_NODE_EXAMPLES)
        put_table(w, item, indent + STEP_INDENT);
    else
        w->level = indent;
}

static void put_items(struct writer *w)
{
    const struct gh_document *document = w->document;
    uint32_t rule_end = 0;
    for (uint32_t i = 0; i < document->item_count; i++) {
        const struct gh_item *item = &document->items[i];
        if (item->kind == GH_NODE_RULE)
            rule_end = item->end;
        put_item(w, item, i < rule_end);
    }
}

/* The "# language:" line: the first one above all that is no comment. */
static void put_language(struct writer *w)
{
    struct gh_source source;
    struct gh_line line;
    gh_source_init(&source, w->document->bytes, w->document->length);
    while (gh_source_next(&source, &line)) {
        if (line.text == line.end)
            continue;
        if (!is_comment(&line))
            return;
        struct gh_str code = gh_lexer_language(&line);
        if (!code.len)
            continue;
        begin_line(w, line.number, PLACE_LOOSE, 0);
        put_text(w, "# language: ");
        put(w, code);
        end_line(w);
        return;
    }
}

char *gh_format_document(const struct gh_document *document, size_t *length)
{
    *length = 0;
    if (document->errors.count || document->markdown)
        return NULL;
    struct writer w = {.document = document, .line_end = "\n"};
    w.room = document->length + document->length / 4 + 64;
    w.bytes = gh_alloc(w.room);
    const char *first = line_end_at(document, document->bytes);
    if (first < document->bytes + document->length && *first == '\r')
        w.line_end = "\r\n";
    gh_dialect_index(&w.index, document->dialect);
    if (document->item_count)
        put_language(&w);
    put_items(&w);
    unsigned last = document->item_count && !w.level ? 2 : w.level;
    put_apart(&w, document->comment_count, last);
    *reserve(&w, 1) = '\0';
    *length = w.len;
    return w.bytes;
}
