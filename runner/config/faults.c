#include "runner/config/faults.h"

#include <stdarg.h>
#include <stdlib.h>

#include "gherkin/memory.h"
#include "runner/base/buf.h"

__attribute__((format(printf, 3, 0))) static void
add(struct mp_faults *faults, struct mp_located_fault fault, const char *format,
    va_list args)
{
    struct mp_buf text = {0};
    mp_buf_vformat(&text, format, args);
    fault.text = mp_buf_take(&text);
    fault.ordinal = faults->count;
    faults->list =
        gh_realloc(faults->list, (faults->count + 1) * sizeof(*faults->list));
    faults->list[faults->count++] = fault;
    faults->error_count += !fault.warning;
}

void mp_faults_add(struct mp_faults *faults, int line, int column,
                   const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(faults, (struct mp_located_fault){.line = line, .column = column},
        format, args);
    va_end(args);
}

void mp_faults_warn(struct mp_faults *faults, int line, int column,
                    const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(faults,
        (struct mp_located_fault){
            .line = line, .column = column, .warning = true},
        format, args);
    va_end(args);
}

static int by_place(const void *left, const void *right)
{
    const struct mp_located_fault *a = left, *b = right;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->ordinal < b->ordinal ? -1 : 1;
}

void mp_faults_flush(struct mp_faults *faults, struct mp_errors *errors)
{
    if (faults->count)
        qsort(faults->list, faults->count, sizeof(*faults->list), by_place);
    for (size_t i = 0; i < faults->count; i++) {
        struct mp_located_fault *fault = &faults->list[i];
        if (fault->warning)
            mp_errors_warn(errors, "%s:%d:%d: %s", faults->path, fault->line,
                           fault->column, fault->text);
        else
            mp_errors_add(errors, "%s:%d:%d: %s", faults->path, fault->line,
                          fault->column, fault->text);
        gh_free(fault->text);
    }
    gh_free(faults->list);
    *faults = (struct mp_faults){.path = faults->path};
}
