#include "runner/base/errors.h"

#include <string.h>

#include "runner/base/buf.h"

static void add(struct mp_errors *errors, bool warning, const char *format,
                va_list args) __attribute__((format(printf, 3, 0)));

static void add(struct mp_errors *errors, bool warning, const char *format,
                va_list args)
{
    struct mp_buf text = {0};
    mp_buf_vformat(&text, format, args);
    size_t room = errors->count + 1; /* doubles at 0, 1, 3, 7... */
    if (!(errors->count & room))
        errors->list =
            gh_realloc(errors->list, 2 * room * sizeof(*errors->list));
    errors->list[errors->count++] =
        (struct mp_fault){.text = mp_buf_take(&text), .warning = warning};
    errors->error_count += !warning;
}

void mp_errors_add(struct mp_errors *errors, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(errors, false, format, args);
    va_end(args);
}

void mp_errors_warn(struct mp_errors *errors, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(errors, true, format, args);
    va_end(args);
}

void mp_errors_finish(struct mp_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        gh_free(errors->list[i].text);
    gh_free(errors->list);
    memset(errors, 0, sizeof(*errors));
}
