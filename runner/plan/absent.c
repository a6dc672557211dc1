#include "runner/plan/absent.h"

#include <string.h>

#define MARGIN      "         "
#define MOST_LOOKED 1000 /* combinations of a scenario that are looked at */

/* --- platforms --- */

/* Does the reason hold for that platform and every process? */
static bool holds_for_all(const struct mp_scenario *scenario,
                          const struct mp_refused *refused)
{
    for (size_t i = 0; i < scenario->process_count; i++) {
        const struct mp_process *process = &scenario->processes[i];
        bool found = false;
        for (size_t r = 0; r < process->refused_count && !found; r++)
            found = process->refused[r].platform == refused->platform &&
                    !strcmp(process->refused[r].reason, refused->reason);
        if (!found)
            return false;
    }
    return true;
}

static void platform_lines(const struct mp_scenario *scenario,
                           struct mp_buf *out)
{
    for (size_t i = 0; i < scenario->process_count; i++) {
        const struct mp_process *process = &scenario->processes[i];
        for (size_t r = 0; r < process->refused_count; r++) {
            const struct mp_refused *refused = &process->refused[r];
            bool all = holds_for_all(scenario, refused);
            if (all && !i)
                mp_buf_format(out, MARGIN "not on %s: %s\n",
                              refused->platform->name, refused->reason);
            else if (!all)
                mp_buf_format(out, MARGIN "'%s' not on %s: %s\n", process->name,
                              refused->platform->name, refused->reason);
        }
    }
}

/* --- combinations --- */

struct absent {
    const struct mp_scenario *scenario;
    const struct mp_config *config;
    const struct mp_case *const *cases;
    size_t count;
    const struct mp_platform **row; /* one of all combinations */
    size_t excluded, others;        /* of those that are not played */
};

/* The row of that number, the last process fastest. */
static void set_row(struct absent *a, size_t number)
{
    for (size_t p = a->scenario->process_count; p-- > 0;) {
        const struct mp_process *process = &a->scenario->processes[p];
        a->row[p] = process->platforms[number % process->platform_count];
        number /= process->platform_count;
    }
}

static bool is_played(const struct absent *a)
{
    size_t width = a->scenario->process_count;
    for (size_t i = 0; i < a->count; i++) {
        if (!memcmp(a->cases[i]->platforms, a->row, width * sizeof(*a->row)))
            return true;
    }
    return false;
}

static bool matches(const struct absent *a, const struct mp_binding *binding)
{
    for (size_t p = 0; p < a->scenario->process_count; p++) {
        if (!strcmp(a->scenario->processes[p].name, binding->process))
            return a->row[p] == binding->platform;
    }
    return false;
}

static const struct mp_bindings *find_exclude(const struct absent *a)
{
    for (size_t i = 0; i < a->config->exclude_count; i++) {
        const struct mp_bindings *bindings = &a->config->exclude[i];
        bool all = bindings->count > 0;
        for (size_t b = 0; b < bindings->count && all; b++)
            all = matches(a, &bindings->list[b]);
        if (all)
            return bindings;
    }
    return NULL;
}

static void row_text(const struct absent *a, struct mp_buf *out)
{
    for (size_t p = 0; p < a->scenario->process_count; p++)
        mp_buf_format(out, "%s%s=%s", p ? "," : "[",
                      a->scenario->processes[p].name, a->row[p]->name);
    mp_buf_append_text(out, "]");
}

/* Counts those that are not played, and lists them if there is a list. */
static void look(struct absent *a, struct mp_buf *list)
{
    for (size_t i = 0; i < a->scenario->possible_count; i++) {
        set_row(a, i);
        if (is_played(a))
            continue;
        const struct mp_bindings *exclude = find_exclude(a);
        a->excluded += exclude != NULL;
        a->others += exclude == NULL;
        if (!list)
            continue;
        mp_buf_append_text(list, MARGIN "left out ");
        row_text(a, list);
        if (exclude)
            mp_buf_format(list, ": combinations.exclude, %s:%d\n",
                          a->config->path, exclude->at.line);
        else
            mp_buf_format(list, ": combinations: %s\n", a->scenario->strategy);
    }
}

static void count_line(const struct absent *a, struct mp_buf *out)
{
    const struct mp_scenario *scenario = a->scenario;
    mp_buf_format(
        out, MARGIN "%zu of %zu%s combinations:", scenario->combination_count,
        scenario->possible_count,
        scenario->possible_count == MP_POSSIBLE_MAX ? " or more" : "");
    bool known = a->excluded || a->others;
    if (a->excluded)
        mp_buf_format(out, " combinations.exclude leaves out %zu", a->excluded);
    if (a->others)
        mp_buf_format(out, "%s %s leaves out %zu", a->excluded ? "," : "",
                      scenario->strategy, a->others);
    if (!known)
        mp_buf_format(out, " %s%s", scenario->strategy,
                      a->config->exclude_count ? ", combinations.exclude" : "");
    mp_buf_append_text(out, "\n");
}

/* Cases that were left out because others were asked for are told elsewhere;
 * then the rest cannot be told from them. */
static void combination_lines(struct absent *a, bool verbose,
                              struct mp_buf *out)
{
    const struct mp_scenario *scenario = a->scenario;
    struct mp_buf list = {0};
    if (!scenario->combination_count ||
        scenario->combination_count > a->count ||
        scenario->combination_count >= scenario->possible_count)
        return;
    if (scenario->possible_count <= MOST_LOOKED) {
        a->row = gh_alloc(scenario->process_count * sizeof(*a->row));
        look(a, verbose ? &list : NULL);
        gh_free(a->row);
    }
    count_line(a, out);
    mp_buf_append(out, mp_buf_text(&list), list.len);
    mp_buf_finish(&list);
}

void mp_absent_lines(const struct mp_absent_request *request,
                     struct mp_buf *out)
{
    struct absent a = {.scenario = request->scenario,
                       .config = request->config,
                       .cases = request->cases,
                       .count = request->count};
    platform_lines(a.scenario, out);
    combination_lines(&a, request->verbose, out);
}
