#include "runner/journal/show.h"

#include <cJSON.h>

#include "gherkin/utf8.h"

#define MOST_COLUMNS 64

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* A cell on one line, with the escapes that Gherkin has for it. */
static void append_cell(struct mp_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|' || *text == '\\')
            mp_buf_append_char(out, '\\');
        if (*text == '\n')
            mp_buf_append_text(out, "\\n");
        else
            mp_buf_append_char(out, *text);
    }
}

static size_t cell_width(const char *text)
{
    struct mp_buf cell = {0};
    append_cell(&cell, text);
    struct gh_str shown = {cell.data, cell.len};
    size_t width = gh_utf8_width(shown);
    mp_buf_finish(&cell);
    return width;
}

static void measure(const cJSON *rows, size_t widths[MOST_COLUMNS])
{
    int count = 0;
    for (const cJSON *row = rows->child; row && count < MP_SHOW_LINES;
         row = row->next, count++) {
        size_t column = 0;
        for (const cJSON *cell = row->child; cell && column < MOST_COLUMNS;
             cell = cell->next, column++) {
            size_t width =
                cJSON_IsString(cell) ? cell_width(cell->valuestring) : 0;
            if (width > widths[column])
                widths[column] = width;
        }
    }
}

static void append_row(struct mp_buf *out, const cJSON *row,
                       const size_t widths[MOST_COLUMNS])
{
    size_t column = 0;
    for (const cJSON *cell = row->child; cell && column < MOST_COLUMNS;
         cell = cell->next, column++) {
        const char *text = cJSON_IsString(cell) ? cell->valuestring : "";
        mp_buf_append_text(out, column ? " | " : "| ");
        append_cell(out, text);
        for (size_t i = cell_width(text); i < widths[column]; i++)
            mp_buf_append_char(out, ' ');
    }
    mp_buf_append_text(out, " |\n");
}

static void append_table(struct mp_buf *out, const cJSON *rows)
{
    size_t widths[MOST_COLUMNS] = {0};
    int count = 0;
    measure(rows, widths);
    const cJSON *row = rows->child;
    for (; row && count < MP_SHOW_LINES; row = row->next, count++)
        append_row(out, row, widths);
    int left = cJSON_GetArraySize(rows) - count;
    if (left > 0)
        mp_buf_format(out, "... %d more rows\n", left);
}

static void append_doc_string(struct mp_buf *out, const cJSON *doc)
{
    const cJSON *content = member(doc, "content");
    const cJSON *type = member(doc, "mediaType");
    if (!cJSON_IsString(content))
        return;
    mp_buf_format(out, "\"\"\"%s\n",
                  cJSON_IsString(type) ? type->valuestring : "");
    const char *text = content->valuestring;
    size_t count = 0, left = 0;
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (count++ < MP_SHOW_LINES)
            mp_buf_format(out, "%.*s\n", length > 4096 ? 4096 : (int)length,
                          text);
        else
            left++;
        text += length + (text[length] == '\n');
    }
    if (left)
        mp_buf_format(out, "... %zu more lines\n", left);
    mp_buf_append_text(out, "\"\"\"\n");
}

void mp_show_argument(struct mp_buf *out, const char *json)
{
    cJSON *root = cJSON_Parse(json);
    const cJSON *item = cJSON_IsObject(root) ? root->child : NULL;
    for (; item; item = item->next) {
        const cJSON *rows = member(item, "rows");
        if (!strcmp(item->string, "dataTable") && cJSON_IsArray(rows))
            append_table(out, rows);
        else if (!strcmp(item->string, "docString"))
            append_doc_string(out, item);
    }
    cJSON_Delete(root);
}
