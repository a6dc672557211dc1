#include "gherkin/expression_report.h"

#include <stdarg.h>
#include <stdio.h>

struct out {
    char *next;
    size_t left; /* with room for the final NUL */
};

static void put(struct out *out, const char *text, size_t length)
{
    if (length >= out->left)
        length = out->left - 1;
    memcpy(out->next, text, length);
    out->next += length;
    out->left -= length;
}

static void put_text(struct out *out, const char *text)
{
    put(out, text, strlen(text));
}

static void put_repeated(struct out *out, char c, size_t count)
{
    for (; count && out->left > 1; count--)
        put(out, &c, 1);
}

static void put_pointer(struct out *out, size_t start, size_t end)
{
    put_repeated(out, ' ', start);
    put_text(out, "^");
    if (end > start + 1) {
        put_repeated(out, '-', end - start - 2);
        put_text(out, "^");
    }
}

bool gh_expression_report_problem(const struct gh_expression_report *report,
                                  size_t start, size_t end, const char *problem,
                                  const char *solution)
{
    if (!report->error_size)
        return false;
    char title[80];
    snprintf(title, sizeof(title),
             "This Cucumber Expression has a problem at column %zu:\n\n",
             start + 1);
    struct out out = {report->error, report->error_size};
    put_text(&out, title);
    put_text(&out, report->source);
    put_text(&out, "\n");
    put_pointer(&out, start, end);
    put_text(&out, "\n");
    put_text(&out, problem);
    put_text(&out, ".\n");
    put_text(&out, solution);
    *out.next = '\0';
    return false;
}

bool gh_expression_report_text(const struct gh_expression_report *report,
                               const char *format, ...)
{
    if (!report->error_size)
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(report->error, report->error_size, format, args);
    va_end(args);
    return false;
}
