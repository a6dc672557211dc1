#include "runner/rpc/write.h"

struct gh_jsonw mp_write_into(struct mp_buf *buf)
{
    return (struct gh_jsonw){
        .bytes = buf->data, .len = buf->len, .room = buf->capacity};
}

void mp_write_back(struct gh_jsonw *w, struct mp_buf *buf)
{
    *gh_jsonw_reserve(w, 1) = '\0';
    buf->data = w->bytes;
    buf->len = w->len;
    buf->capacity = w->room;
}

void mp_write_text(struct gh_jsonw *w, const char *key, const char *text)
{
    gh_jsonw_key(w, key);
    gh_jsonw_cstring(w, text);
}

void mp_write_int(struct gh_jsonw *w, const char *key, int64_t number)
{
    gh_jsonw_key(w, key);
    gh_jsonw_int(w, number);
}

void mp_write_object(struct gh_jsonw *w, const char *key)
{
    gh_jsonw_key(w, key);
    gh_jsonw_object_begin(w);
}

void mp_write_begin(struct gh_jsonw *w, int64_t id, const char *method)
{
    gh_jsonw_object_begin(w);
    mp_write_text(w, "jsonrpc", "2.0");
    mp_write_int(w, "id", id);
    mp_write_text(w, "method", method);
}

void mp_write_end(struct gh_jsonw *w, struct mp_buf *buf)
{
    gh_jsonw_object_end(w);
    gh_jsonw_newline(w);
    mp_write_back(w, buf);
}

void mp_write_rows(struct gh_jsonw *w, const struct gh_table *table)
{
    const struct gh_str *cell = table->cells;
    gh_jsonw_array_begin(w);
    for (uint32_t row = 0; row < table->rows; row++) {
        gh_jsonw_array_begin(w);
        for (uint32_t column = 0; column < table->columns; column++)
            gh_jsonw_string(w, *cell++);
        gh_jsonw_array_end(w);
    }
    gh_jsonw_array_end(w);
}
