#include "runner/plan/explain.h"

#include <stdlib.h>
#include <string.h>

#include "gherkin/utf8.h"
#include "runner/base/text.h"
#include "runner/plan/absent.h"

#define WIDEST_TARGET 24 /* columns for "reader, writer" */
#define LINE_WIDTH    78
#define FEW_CASES     12 /* combinations shown without -v */
#define FEW_LEFT_OUT  10

struct explainer {
    const struct mp_plan *plan;
    const struct mp_config *config;
    bool verbose;
    struct mp_buf *out;
    const struct mp_case **cases; /* by scenario, then number */
    struct mp_buf target;         /* scratch */
};

static int by_scenario(const void *left, const void *right)
{
    const struct mp_case *a = *(const struct mp_case *const *)left;
    const struct mp_case *b = *(const struct mp_case *const *)right;
    if (a->scenario != b->scenario)
        return (uintptr_t)a->scenario < (uintptr_t)b->scenario ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static void sort_cases(struct explainer *x)
{
    size_t count = x->plan->case_count;
    x->cases = gh_alloc(count * sizeof(*x->cases));
    for (size_t i = 0; i < count; i++)
        x->cases[i] = &x->plan->cases[i];
    if (count)
        qsort(x->cases, count, sizeof(*x->cases), by_scenario);
}

/* The cases of a scenario: the first in the sorted list, and how many. */
static size_t cases_of(const struct explainer *x,
                       const struct mp_scenario *scenario, size_t *first)
{
    size_t low = 0, high = x->plan->case_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)x->cases[middle]->scenario < (uintptr_t)scenario)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low < x->plan->case_count && x->cases[low]->scenario == scenario)
        low++;
    return low - *first;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* Who does the step: its targets, or mprun itself and to whom. */
static void target_text(const struct mp_scenario *scenario,
                        const struct mp_step *step, struct mp_buf *out)
{
    mp_buf_reset(out);
    for (size_t i = 0; i < step->target_count; i++)
        mp_buf_format(out, "%s%s", i ? ", " : "",
                      scenario->members[step->targets[i]].name);
    if (!step->target_count)
        mp_buf_append_text(out, "mprun");
}

static size_t width_of(const struct mp_buf *text)
{
    return gh_utf8_width((struct gh_str){text->data, text->len});
}

static size_t widest_target(struct explainer *x,
                            const struct mp_scenario *scenario)
{
    size_t widest = 0;
    for (size_t i = 0; i < scenario->step_count; i++) {
        target_text(scenario, &scenario->steps[i], &x->target);
        size_t width = width_of(&x->target);
        if (width > widest && width <= WIDEST_TARGET)
            widest = width;
    }
    return widest;
}

static void separator(struct mp_buf *out, const char **before)
{
    mp_buf_append_text(out, *before);
    *before = ", ";
}

/* Does the text itself say why the step goes there? */
static bool is_plain_rule(const struct mp_step *step)
{
    static const char *const plain[] = {"the", "built-in", "all", "main"};
    for (size_t i = 0; step->rule && i < sizeof(plain) / sizeof(*plain); i++) {
        if (!strcmp(step->rule, plain[i]))
            return true;
    }
    return !step->rule;
}

static void duration(struct mp_buf *out, const char **before, const char *what,
                     int64_t ms)
{
    char text[MP_DURATION_SIZE];
    separator(out, before);
    mp_buf_format(out, "%s %s", what,
                  ms ? mp_duration_format(ms, text) : "none");
}

static bool waits_for_answer(const struct mp_step *step)
{
    return step->action == MP_ACTION_SEND || step->action == MP_ACTION_BEGIN ||
           step->action == MP_ACTION_COMPLETE;
}

/* "  (previous, timeout 5s)": what differs from the ordinary. */
static void step_remarks(struct explainer *x, const struct mp_step *step)
{
    const char *before = "  (";
    if (step->rule && (x->verbose || !is_plain_rule(step))) {
        separator(x->out, &before);
        mp_buf_append_text(x->out, step->rule);
    }
    if (x->verbose && step->action != MP_ACTION_SEND) {
        separator(x->out, &before);
        mp_buf_append_text(x->out, mp_action_name(step->action));
    }
    if (step->new_incarnation) {
        separator(x->out, &before);
        mp_buf_append_text(x->out, "new incarnation");
    }
    if (step->within_ms)
        duration(x->out, &before, "within", step->within_ms);
    else if (waits_for_answer(step) &&
             step->timeout_ms != x->config->step_timeout_ms)
        duration(x->out, &before, "timeout", step->timeout_ms);
    if (*before == ',')
        mp_buf_append_char(x->out, ')');
}

static void argument_text(struct explainer *x, const struct mp_step *step)
{
    if (step->table)
        mp_buf_format(x->out, " [table %u x %u]", step->table->rows,
                      step->table->columns);
    if (step->doc_string)
        mp_buf_format(x->out, " [text of %zu bytes]",
                      step->doc_string->content.len);
}

static void step_line(struct explainer *x, const struct mp_scenario *scenario,
                      const struct mp_step *step, size_t width)
{
    target_text(scenario, step, &x->target);
    mp_buf_format(x->out, "%7u  ", step->at.line);
    mp_buf_append(x->out, x->target.data, x->target.len);
    for (size_t i = width_of(&x->target); i < width; i++)
        mp_buf_append_char(x->out, ' ');
    mp_buf_format(x->out, "  %s%s", step->keyword, step->text);
    argument_text(x, step);
    step_remarks(x, step);
    mp_buf_append_char(x->out, '\n');
}

/* Lists words over lines of LINE_WIDTH columns, each indented. */
struct wrapper {
    struct mp_buf *out;
    size_t column;
};

static void wrap(struct wrapper *w, const char *word)
{
    size_t width = gh_utf8_width(gh_str_of(word));
    if (!w->column || w->column + 1 + width > LINE_WIDTH) {
        mp_buf_append_text(w->out, w->column ? "\n         " : "         ");
        w->column = 9;
    } else {
        mp_buf_append_char(w->out, ' ');
        w->column++;
    }
    mp_buf_append_text(w->out, word);
    w->column += width;
}

/* A scenario whose only process is main has one case for each platform. */
static void combination_lines(struct explainer *x, size_t first, size_t count)
{
    struct wrapper w = {.out = x->out};
    size_t shown = 0, playable = 0;
    for (size_t i = first; i < first + count; i++) {
        if (x->cases[i]->skip)
            continue;
        playable++;
        if (!x->verbose && shown == FEW_CASES)
            continue;
        wrap(&w, x->cases[i]->combination);
        shown++;
    }
    if (shown < playable)
        mp_buf_format(x->out, "\n         and %zu more (-v shows them)",
                      playable - shown);
    if (shown)
        mp_buf_append_char(x->out, '\n');
}

/* Cases that cannot be played, with the reason; the same reason once. */
static void skip_lines(struct explainer *x, size_t first, size_t count)
{
    const char *last = NULL;
    for (size_t i = first; i < first + count; i++) {
        const struct mp_case *c = x->cases[i];
        if (!c->skip || (!x->verbose && last && !strcmp(last, c->skip)))
            continue;
        last = c->skip;
        mp_buf_format(x->out, "         skipped %s: %s\n", c->combination,
                      c->skip);
    }
}

static void demand_line(struct explainer *x, const struct mp_scenario *scenario)
{
    const char *before = "         ";
    if (scenario->timeout_ms != x->config->scenario_timeout_ms)
        duration(x->out, &before, "timeout of the case", scenario->timeout_ms);
    if (scenario->retries) {
        separator(x->out, &before);
        mp_buf_format(x->out, "%d retr%s", scenario->retries,
                      scenario->retries == 1 ? "y" : "ies");
    }
    if (scenario->serial) {
        separator(x->out, &before);
        mp_buf_append_text(x->out, "never beside others");
    }
    for (size_t i = 0; i < scenario->lock_count; i++) {
        separator(x->out, &before);
        mp_buf_format(x->out, "lock %s", scenario->locks[i]);
    }
    if (*before == ',')
        mp_buf_append_char(x->out, '\n');
}

static void tag_line(struct explainer *x, const struct mp_scenario *scenario)
{
    if (!scenario->tag_count)
        return;
    struct wrapper w = {.out = x->out};
    for (size_t i = 0; i < scenario->tag_count; i++)
        wrap(&w, scenario->tags[i].name);
    mp_buf_append_char(x->out, '\n');
}

static void scenario_block(struct explainer *x,
                           const struct mp_scenario *scenario)
{
    size_t first, count = cases_of(x, scenario, &first), skipped = 0;
    for (size_t i = first; i < first + count; i++)
        skipped += x->cases[i]->skip != NULL;
    mp_buf_format(x->out, "\n%5u  %s", scenario->at.line, scenario->name);
    if (scenario->row_number)
        mp_buf_format(x->out, " (row %u)", scenario->row_number);
    mp_buf_format(x->out, "  - %zu case%s", count - skipped,
                  plural(count - skipped));
    if (skipped)
        mp_buf_format(x->out, ", %zu skipped", skipped);
    mp_buf_append_char(x->out, '\n');
    tag_line(x, scenario);
    demand_line(x, scenario);
    size_t width = widest_target(x, scenario);
    for (size_t i = 0; i < scenario->step_count; i++)
        step_line(x, scenario, &scenario->steps[i], width);
    combination_lines(x, first, count);
    mp_absent_lines(&(struct mp_absent_request){.config = x->config,
                                                .scenario = scenario,
                                                .cases = x->cases + first,
                                                .count = count,
                                                .verbose = x->verbose},
                    x->out);
    skip_lines(x, first, count);
    for (size_t i = 0; i < scenario->note_count; i++)
        mp_buf_format(x->out, "         note: %s\n", scenario->notes[i]);
}

static bool same(const char *a, const char *b)
{
    return !strcmp(a ? a : "", b ? b : "");
}

static size_t scenario_blocks(struct explainer *x)
{
    const struct mp_scenario *before = NULL;
    size_t features = 0;
    for (size_t i = 0; i < x->plan->scenario_count; i++) {
        const struct mp_scenario *s = x->plan->scenarios[i];
        bool feature = !before || !same(before->uri, s->uri);
        if (feature) {
            mp_buf_format(x->out, "%s%s: %s\n", features ? "\n" : "", s->uri,
                          s->feature);
            features++;
        }
        if (s->rule && *s->rule && (feature || !same(before->rule, s->rule)))
            mp_buf_format(x->out, "\n  Rule: %s\n", s->rule);
        scenario_block(x, s);
        before = s;
    }
    return features;
}

static void left_out_lines(struct explainer *x)
{
    size_t count = x->plan->left_out_count;
    size_t shown = x->verbose || count <= FEW_LEFT_OUT ? count : FEW_LEFT_OUT;
    if (count)
        mp_buf_append_text(x->out, "\nLeft out\n");
    for (size_t i = 0; i < shown; i++)
        mp_buf_format(x->out, "  %s: %s\n", x->plan->left_out[i].id,
                      x->plan->left_out[i].reason);
    if (shown < count)
        mp_buf_format(x->out, "  and %zu more (-v shows them)\n",
                      count - shown);
}

static void platform_lines(struct explainer *x)
{
    const char *before = "\n";
    for (size_t i = 0; i < x->config->platform_count; i++) {
        const struct mp_platform *platform = &x->config->platforms[i];
        if (!platform->unavailable)
            continue;
        mp_buf_format(x->out, "%sPlatform %s is not available: %s\n", before,
                      platform->name, platform->unavailable);
        before = "";
    }
}

static void summary_line(struct explainer *x, size_t features)
{
    size_t skipped = 0, cases = x->plan->case_count;
    size_t scenarios = x->plan->scenario_count;
    for (size_t i = 0; i < cases; i++)
        skipped += x->plan->cases[i].skip != NULL;
    mp_buf_format(x->out, "%s%zu feature%s, %zu scenario%s, %zu case%s",
                  x->out->len ? "\n" : "", features, plural(features),
                  scenarios, plural(scenarios), cases, plural(cases));
    if (skipped)
        mp_buf_format(x->out, " (%zu skipped)", skipped);
    if (x->plan->left_out_count)
        mp_buf_format(x->out, ", %zu left out", x->plan->left_out_count);
    if (x->plan->part.total)
        mp_buf_format(x->out, "; shard %zu of %zu by %s, of %zu cases",
                      x->plan->part.index, x->plan->part.total,
                      x->plan->part.method, x->plan->part.whole_count);
    mp_buf_append_char(x->out, '\n');
}

void mp_explain_text(const struct mp_plan *plan, const struct mp_config *config,
                     bool verbose, struct mp_buf *out)
{
    struct explainer x = {
        .plan = plan, .config = config, .verbose = verbose, .out = out};
    sort_cases(&x);
    size_t features = scenario_blocks(&x);
    left_out_lines(&x);
    platform_lines(&x);
    summary_line(&x, features);
    gh_free(x.cases);
    mp_buf_finish(&x.target);
}

void mp_explain_list(const struct mp_plan *plan, struct mp_buf *out)
{
    for (size_t i = 0; i < plan->case_count; i++)
        mp_buf_format(out, "%s\n", plan->cases[i].id);
}
