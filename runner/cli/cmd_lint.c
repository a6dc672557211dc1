#include <string.h>

#include "runner/cli/available.h"
#include "runner/cli/cli.h"
#include "runner/cli/discovery.h"
#include "runner/cli/inputs.h"
#include "runner/cli/place.h"
#include "runner/cli/step_table.h"
#include "runner/model/status.h"
#include "runner/plan/lint.h"
#include "runner/plan/plan.h"

struct linter {
    const struct mp_options *options;
    struct mp_errors *errors;
    struct mp_config config;
    struct mp_patterns patterns;
    bool has_config;
    size_t counts[GH_SEVERITY_NOTE + 1];
    bool unprinted; /* standard output could not be written */
};

static void print_findings(struct linter *l, const char *path,
                           const struct gh_findings *findings)
{
    struct mp_buf out = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const struct gh_finding *finding = &findings->list[i];
        l->counts[finding->severity]++;
        mp_buf_format(&out, "%s:%u:%u: %s: %s [%s]\n", path, finding->at.line,
                      finding->at.column ? finding->at.column : 1,
                      gh_lint_severity_name(finding->severity), finding->text,
                      finding->rule);
    }
    if (out.len && !l->unprinted)
        l->unprinted = !mp_cli_print(&out);
    mp_buf_finish(&out);
}

/* -- What the plan finds: tags, begun steps, what the config knows -------- */

static bool read_number(const char **at, uint32_t *number)
{
    const char *start = *at;
    *number = 0;
    for (; **at >= '0' && **at <= '9' && *at - start < 9; ++*at)
        *number = *number * 10 + (uint32_t)(**at - '0');
    return *at > start && *(*at)++ == ':';
}

/* "file:12:5: text" to its parts; false: the text has no such place. */
static bool take_place(const char *text, const char *path,
                       struct gh_location *at, const char **rest)
{
    size_t len = strlen(path);
    if (strncmp(text, path, len) || text[len] != ':')
        return false;
    *rest = text + len + 1;
    if (!read_number(rest, &at->line))
        return false;
    const char *column = *rest;
    if (!read_number(rest, &at->column)) {
        *rest = column;
        at->column = 1;
    }
    *rest += **rest == ' ';
    return true;
}

/* Whether one of the first ones, in order of place, is more than a note and
 * stands there. */
static bool has_finding(const struct gh_findings *findings, size_t count,
                        struct gh_location at)
{
    const struct gh_finding *list = findings->list;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        struct gh_location here = list[middle].at;
        if (here.line < at.line ||
            (here.line == at.line && here.column < at.column))
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && list[low].at.line == at.line &&
           list[low].at.column == at.column;
         low++) {
        if (list[low].severity != GH_SEVERITY_NOTE)
            return true;
    }
    return false;
}

/* A fault of the plan becomes a finding, where its place has none yet: what
 * is wrong with a step is said once. */
static void take_fault(struct linter *l, const struct mp_fault *fault,
                       const char *path, size_t before,
                       struct gh_findings *findings)
{
    static const char word[] = "warning: ";
    struct gh_location at;
    const char *text;
    if (!take_place(fault->text, path, &at, &text)) {
        if (fault->warning)
            mp_errors_warn(l->errors, "%s", fault->text);
        else
            mp_errors_add(l->errors, "%s", fault->text);
        return;
    }
    if (has_finding(findings, before, at))
        return;
    if (!strncmp(text, word, sizeof(word) - 1))
        text += sizeof(word) - 1;
    gh_lint_add(findings, at,
                fault->warning ? GH_SEVERITY_WARNING : GH_SEVERITY_ERROR,
                "plan", "%s", text);
}

static void add_plan_faults(struct linter *l, const char *path,
                            struct gh_findings *findings)
{
    struct mp_plan plan;
    struct mp_errors errors = {0};
    struct mp_plan_request request = {.config = &l->config,
                                      .targets = &path,
                                      .target_count = 1,
                                      .step_timeout_ms = -1,
                                      .scenario_timeout_ms = -1,
                                      .lenient = l->options->lenient};
    size_t before = findings->count;
    mp_plan_make(&request, &plan, &errors);
    for (size_t i = 0; i < errors.count; i++)
        take_fault(l, &errors.list[i], path, before, findings);
    gh_lint_sort(findings);
    mp_plan_finish(&plan);
    mp_errors_finish(&errors);
}

static void lint_file(void *self, const struct mp_input *input)
{
    struct linter *l = self;
    struct gh_findings findings = {0};
    const struct gh_parse_options how = {.lenient = l->options->lenient};
    struct gh_document *document = gh_document_parse_with(
        input->path, input->bytes.ptr, input->bytes.len, &how);
    gh_lint_document(document, &findings);
    mp_lint_steps(document, &l->config, &l->patterns, &findings);
    const struct gh_error *ignored;
    if (l->has_config && strcmp(input->path, "-") != 0 &&
        !gh_document_errors(document, &ignored))
        add_plan_faults(l, input->path, &findings);
    print_findings(l, input->path, &findings);
    gh_lint_finish(&findings);
    gh_document_destroy(document);
}

/* -- What the platforms know (--check-steps) ------------------------------- */

static void take_row(struct linter *l, const struct mp_step_row *row,
                     const char *rule, const struct mp_buf *text)
{
    struct gh_findings findings = {0};
    if (!text->len)
        return;
    gh_lint_add(&findings, row->step->at, GH_SEVERITY_ERROR, rule, "%s",
                text->data);
    print_findings(l, row->scenario->uri, &findings);
    gh_lint_finish(&findings);
}

static void take_discovery(struct linter *l,
                           const struct mp_discovery *discovery)
{
    struct mp_buf unused = {0};
    for (size_t i = 0; i < discovery->row_count; i++) {
        const struct mp_step_row *row = &discovery->rows[i];
        struct mp_buf text = {0};
        mp_discovery_undefined(discovery, row, &text);
        take_row(l, row, "undefined-step", &text);
        mp_buf_reset(&text);
        mp_discovery_ambiguous(discovery, row, &text);
        take_row(l, row, "ambiguous-step", &text);
        mp_buf_finish(&text);
        mp_discovery_cell_faults(discovery, row, l->errors);
    }
    mp_discovery_platform_faults(discovery, l->errors);
    mp_step_table_unused(discovery, &unused);
    if (unused.len && !l->unprinted)
        l->unprinted = !mp_cli_print(&unused);
    mp_buf_finish(&unused);
}

/* The plan's own faults were told file by file. */
static void check_steps(struct linter *l, struct mp_options *options)
{
    struct mp_errors told = {0};
    struct mp_setup setup = {.options = options, .errors = &told};
    struct gh_arena arena = {0};
    struct mp_discovery discovery;
    const char *program = mp_place_program(&arena);
    bool planned = mp_setup_config(&setup) && mp_setup_plan(&setup);
    mp_errors_finish(&told);
    setup.errors = l->errors;
    if (!l->has_config) {
        mp_errors_add(l->errors, "--check-steps: no platform can be asked, for "
                                 "there is no mprun.yaml");
    } else if (!planned) {
        mp_errors_add(l->errors, "--check-steps: no platform was asked, for "
                                 "there is no plan without faults");
    } else if (mp_available_settle(&setup, program, &arena)) {
        if (mp_discovery_make(&discovery, &setup, program))
            take_discovery(l, &discovery);
        mp_discovery_finish(&discovery);
    }
    mp_setup_finish(&setup);
    gh_arena_finish(&arena);
}

/* The config where there is one: none is needed. */
static bool load_config(struct linter *l, const struct mp_options *options)
{
    char *found = NULL;
    const char *path = options->config, *first = options->paths.list[0];
    if (!path)
        path = found = mp_config_find(strcmp(first, "-") ? first : ".");
    bool good = true;
    l->has_config = path != NULL;
    if (path)
        good =
            mp_config_load(path, options->environment, &l->config, l->errors);
    else
        l->config = mp_lint_default_config();
    good = good && mp_patterns_init(&l->patterns, &l->config, l->errors);
    gh_free(found);
    return good;
}

int mp_cmd_lint(struct mp_options *options, struct mp_errors *errors)
{
    struct linter l = {.options = options, .errors = errors};
    int status = MP_EXIT_USAGE;
    if (load_config(&l, options)) {
        mp_inputs_read(&options->paths, errors, lint_file, &l);
        if (options->check_steps)
            check_steps(&l, options);
        bool bad = errors->error_count || l.counts[GH_SEVERITY_ERROR] ||
                   l.counts[GH_SEVERITY_WARNING];
        status = bad ? MP_EXIT_FAILED : MP_EXIT_OK;
    }
    if (l.unprinted)
        status = MP_EXIT_REPORT;
    mp_patterns_finish(&l.patterns);
    mp_config_finish(&l.config);
    return status;
}
