#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gherkin/gherkin.h"
#include "tests/support/cases.h"

#define DATA MPRUN_SOURCE_DIR "/tests/data/gherkin/"

static void print_text(FILE *out, struct gh_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            fputs("\\n", out);
        else
            fputc(text.ptr[i], out);
    }
}

static void print_table(const struct gh_table *table, FILE *out)
{
    for (uint32_t i = 0; i < table->rows; i++) {
        fputs("      |", out);
        for (uint32_t k = 0; k < table->columns; k++) {
            fputc(' ', out);
            print_text(out, table->cells[i * table->columns + k]);
            fputs(" |", out);
        }
        fputc('\n', out);
    }
}

static void print_doc_string(const struct gh_doc_string *doc, FILE *out)
{
    fputs("      \"", out);
    print_text(out, doc->media_type);
    fputs("\" \"", out);
    print_text(out, doc->content);
    fputs("\"\n", out);
}

static void print_step(const struct gh_pickle_step *step, FILE *out)
{
    static const char *const types[] = {"unknown", "context", "action",
                                        "outcome"};
    fprintf(out, "    %u:%u %s%s [%.*s] ", step->at.line, step->at.column,
            step->background ? "B " : "", types[step->type],
            GH_STR_ARG(step->keyword));
    print_text(out, step->text);
    fputc('\n', out);
    if (step->doc_string && step->doc_string_first)
        print_doc_string(step->doc_string, out);
    if (step->table)
        print_table(step->table, out);
    if (step->doc_string && !step->doc_string_first)
        print_doc_string(step->doc_string, out);
}

static void print_pickle(const struct gh_pickle *pickle, FILE *out)
{
    fprintf(out, "%u %u:%u ", pickle->ordinal, pickle->at.line,
            pickle->at.column);
    print_text(out, pickle->name);
    fprintf(out, "\n    of %.*s / %.*s / %.*s (%u:%u) %u.%u",
            GH_STR_ARG(pickle->feature_name), GH_STR_ARG(pickle->rule_name),
            GH_STR_ARG(pickle->scenario_name), pickle->scenario_at.line,
            pickle->scenario_at.column, pickle->examples_number,
            pickle->row_number);
    for (size_t i = 0; i < pickle->tag_count; i++) {
        const struct gh_pickle_tag *tag = &pickle->tags[i];
        fprintf(out, " %.*s(%c %u:%u)", GH_STR_ARG(tag->name),
                "frse"[tag->level], tag -> at.line, tag->at.column);
    }
    fputc('\n', out);
    for (size_t i = 0; i < pickle->step_count; i++)
        print_step(&pickle->steps[i], out);
}

static void print_pickles(void *user, const char *name, const char *input,
                          size_t len, FILE *out)
{
    (void)user;
    (void)name;
    struct gh_document *document = gh_document_parse("x.feature", input, len);
    struct gh_pickles *pickles = gh_pickles_create(document);
    struct gh_pickle pickle;
    while (gh_pickles_next(pickles, &pickle))
        print_pickle(&pickle, out);
    assert_false(gh_pickles_next(pickles, &pickle));
    gh_pickles_destroy(pickles);
    gh_document_destroy(document);
}

static void test_pickles(void **state)
{
    (void)state;
    assert_true(cases_check(DATA "pickles.txt", print_pickles, NULL));
}

static struct gh_str append(char **end, const char *text)
{
    size_t len = strlen(text);
    memcpy(*end, text, len);
    *end += len;
    return (struct gh_str){text, len};
}

/* Each column doubles the next one: the text may not grow without end. */
static void test_growing_values(void **state)
{
    (void)state;
    char text[8192], *end = text, cell[64];
    append(&end, "Feature: f\nScenario: s\nGiven <0>\nExamples:\n|");
    for (int i = 0; i < 60; i++) {
        snprintf(cell, sizeof(cell), "%d|", i);
        append(&end, cell);
    }
    append(&end, "\n|");
    for (int i = 0; i < 60; i++) {
        snprintf(cell, sizeof(cell), "<%d><%d>|", i + 1, i + 1);
        append(&end, cell);
    }
    append(&end, "\n");
    struct gh_document *document =
        gh_document_parse("x.feature", text, (size_t)(end - text));
    struct gh_pickles *pickles = gh_pickles_create(document);
    struct gh_pickle pickle;
    assert_true(gh_pickles_next(pickles, &pickle));
    assert_in_range(pickle.steps[0].text.len, 1, 1 << 20);
    assert_false(gh_pickles_next(pickles, &pickle));
    gh_pickles_destroy(pickles);
    gh_document_destroy(document);
}

static void test_destroy_nothing(void **state)
{
    (void)state;
    gh_pickles_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pickles),
        cmocka_unit_test(test_growing_values),
        cmocka_unit_test(test_destroy_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
