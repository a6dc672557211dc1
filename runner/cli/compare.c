#include "runner/cli/compare.h"

#include <stdlib.h>
#include <string.h>

#include "gherkin/jsonw.h"

/* --- what changed --- */

static bool fails(const struct mp_outcomes *run, const struct mp_outcome *one)
{
    return mp_status_is_failure(one->status, !run->lenient);
}

static bool is_played(const struct mp_outcome *one)
{
    return one->status != MP_SKIPPED && one->status != MP_NOT_RUN;
}

static bool is_slower(const struct mp_outcome *before,
                      const struct mp_outcome *after)
{
    return after->duration_ms >= before->duration_ms * MP_SLOWER_FACTOR &&
           after->duration_ms >= before->duration_ms + MP_SLOWER_MS;
}

static enum mp_change change_of(const struct mp_comparison *comparison,
                                const struct mp_outcome *before,
                                const struct mp_outcome *after)
{
    if (!after)
        return MP_CHANGE_GONE;
    bool failed = before && fails(comparison->before, before);
    if (fails(comparison->after, after))
        return failed ? MP_CHANGE_STILL : MP_CHANGE_FAILING;
    if (!before)
        return MP_CHANGE_NEW;
    if (!is_played(after))
        return is_played(before) ? MP_CHANGE_UNPLAYED : MP_CHANGE_NONE;
    if (failed)
        return MP_CHANGE_MENDED;
    if (after->flaky && !before->flaky)
        return MP_CHANGE_FLAKY;
    return is_played(before) && is_slower(before, after) ? MP_CHANGE_SLOWER
                                                         : MP_CHANGE_NONE;
}

static int64_t number_of(const struct mp_difference *difference)
{
    return difference->after ? difference->after->number
                             : difference->before->number;
}

static int by_change(const void *a, const void *b)
{
    const struct mp_difference *x = a, *y = b;
    if (x->change != y->change)
        return x->change < y->change ? -1 : 1;
    int64_t first = number_of(x), second = number_of(y);
    return (first > second) - (first < second);
}

void mp_compare_make(struct mp_comparison *comparison,
                     struct mp_outcomes *before, struct mp_outcomes *after)
{
    memset(comparison, 0, sizeof(*comparison));
    comparison->before = before;
    comparison->after = after;
    comparison->list =
        gh_alloc((before->count + after->count) * sizeof(*comparison->list));
    mp_outcomes_sort_by_key(before);
    mp_outcomes_sort_by_key(after);
    for (size_t b = 0, a = 0; b < before->count || a < after->count;) {
        const struct mp_outcome *old =
            b < before->count ? &before->list[b] : NULL;
        const struct mp_outcome *new =
            a < after->count ? &after->list[a] : NULL;
        int order = !old ? 1 : !new ? -1 : strcmp(old->key, new->key);
        struct mp_difference *one = &comparison->list[comparison->count++];
        one->before = order <= 0 ? old : NULL;
        one->after = order >= 0 ? new : NULL;
        one->change = change_of(comparison, one->before, one->after);
        comparison->counts[one->change]++;
        b += order <= 0;
        a += order >= 0;
    }
    if (comparison->count)
        qsort(comparison->list, comparison->count, sizeof(*comparison->list),
              by_change);
}

void mp_compare_finish(struct mp_comparison *comparison)
{
    gh_free(comparison->list);
    memset(comparison, 0, sizeof(*comparison));
}

/* --- in words --- */

struct change_words {
    const char *title, *count, *member;
    enum mp_colour colour;
};

static const struct change_words words_table[] = {
    [MP_CHANGE_FAILING] = {"Newly failing", "newly failing", "failing",
                           MP_COLOUR_RED_BOLD},
    [MP_CHANGE_STILL] = {"Still failing", "still failing", "still_failing",
                         MP_COLOUR_RED},
    [MP_CHANGE_MENDED] = {"Mended", "mended", "mended", MP_COLOUR_GREEN_BOLD},
    [MP_CHANGE_FLAKY] = {"Newly flaky", "newly flaky", "flaky",
                         MP_COLOUR_YELLOW_BOLD},
    [MP_CHANGE_UNPLAYED] = {"Not played any more", "not played any more",
                            "unplayed", MP_COLOUR_YELLOW_BOLD},
    [MP_CHANGE_SLOWER] = {"Slower", "slower", "slower", MP_COLOUR_YELLOW_BOLD},
    [MP_CHANGE_NEW] = {"New", "new", "new", MP_COLOUR_NONE},
    [MP_CHANGE_GONE] = {"Gone", "gone", "gone", MP_COLOUR_NONE},
    [MP_CHANGE_NONE] = {"As before", "as before", NULL, MP_COLOUR_NONE},
};

static void put_run(struct mp_buf *out, const struct mp_style *style,
                    const char *name, const struct mp_outcomes *run)
{
    char time[MP_STYLE_TIME_SIZE];
    mp_style_text(out, style, MP_COLOUR_DIM, name);
    mp_buf_append_char(out, ' ');
    mp_style_text(out, style, MP_COLOUR_NONE, run->run_id);
    mp_buf_format(out, ", %zu %s in %s%s\n", run->count,
                  run->count == 1 ? "case" : "cases",
                  mp_style_time(run->duration_ms, time),
                  run->finished ? "" : "; its journal ends before it did");
}

static void put_status(struct mp_buf *out, const struct mp_outcome *one)
{
    mp_buf_append_text(out, one ? mp_status_name(one->status) : "not there");
    if (one && one->flaky)
        mp_buf_append_text(out, " (flaky)");
}

static void put_difference(struct mp_buf *out, const struct mp_style *style,
                           const struct mp_difference *one)
{
    const struct mp_outcome *shown = one->after ? one->after : one->before;
    char before[MP_STYLE_TIME_SIZE], after[MP_STYLE_TIME_SIZE];
    mp_buf_append_text(out, "  ");
    mp_style_text(out, style,
                  mp_style_status_colour(shown->status, shown->flaky),
                  mp_style_mark(style, shown->status, shown->flaky));
    mp_buf_append_char(out, ' ');
    mp_style_text(out, style, MP_COLOUR_NONE, shown->id);
    if (shown->repetition)
        mp_buf_format(out, " (repetition %lld)", (long long)shown->repetition);
    if (one->change == MP_CHANGE_SLOWER && one->before) {
        mp_buf_format(out, ": %s, before %s",
                      mp_style_time(shown->duration_ms, after),
                      mp_style_time(one->before->duration_ms, before));
    } else if (one->change < MP_CHANGE_SLOWER &&
               (!one->before || one->before->status != shown->status ||
                one->before->flaky != shown->flaky)) {
        mp_buf_append_text(out, ": ");
        put_status(out, shown);
        mp_buf_append_text(out, ", before ");
        put_status(out, one->before);
    }
    mp_buf_append_char(out, '\n');
    if (one->change == MP_CHANGE_FAILING && *shown->message)
        mp_style_block(out, style, MP_COLOUR_NONE, 6, shown->message);
}

/* The differences of one kind; returns what comes after them. */
static size_t put_change(struct mp_buf *out, const struct mp_style *style,
                         const struct mp_comparison *comparison, size_t at)
{
    enum mp_change change = comparison->list[at].change;
    const struct change_words *words = &words_table[change];
    mp_buf_append_char(out, '\n');
    mp_style_text(out, style, words->colour, words->title);
    mp_buf_append_char(out, '\n');
    for (; at < comparison->count && comparison->list[at].change == change;
         at++)
        put_difference(out, style, &comparison->list[at]);
    return at;
}

static void put_counts(struct mp_buf *out, const struct mp_style *style,
                       const struct mp_comparison *comparison)
{
    const char *between = "";
    for (int i = 0; i < MP_CHANGE_COUNT; i++) {
        if (!comparison->counts[i])
            continue;
        mp_buf_append_text(out, between);
        mp_style_begin(out, style, words_table[i].colour);
        mp_buf_format(out, "%zu %s", comparison->counts[i],
                      words_table[i].count);
        mp_style_end(out, style, words_table[i].colour);
        between = ", ";
    }
    mp_buf_append_text(out, *between ? "\n" : "no cases\n");
}

void mp_compare_text(const struct mp_comparison *comparison,
                     const struct mp_style *style, bool verbose, bool quiet,
                     struct mp_buf *out)
{
    size_t at = 0;
    put_run(out, style, "before", comparison->before);
    put_run(out, style, "after ", comparison->after);
    while (at < comparison->count) {
        enum mp_change change = comparison->list[at].change;
        bool shown = quiet ? change == MP_CHANGE_FAILING
                           : verbose || change <= MP_CHANGE_SLOWER;
        if (shown && change != MP_CHANGE_NONE)
            at = put_change(out, style, comparison, at);
        else
            at++;
    }
    mp_buf_append_char(out, '\n');
    put_counts(out, style, comparison);
}

/* --- for programs --- */

static void put_json_run(struct gh_jsonw *w, const char *key,
                         const struct mp_outcomes *run)
{
    gh_jsonw_key(w, key);
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "id");
    gh_jsonw_cstring(w, run->run_id);
    gh_jsonw_key(w, "cases");
    gh_jsonw_uint(w, run->count);
    gh_jsonw_key(w, "duration_ms");
    gh_jsonw_int(w, (int64_t)(run->duration_ms + 0.5));
    gh_jsonw_key(w, "finished");
    gh_jsonw_bool(w, run->finished);
    gh_jsonw_object_end(w);
}

static void put_json_side(struct gh_jsonw *w, const char *key,
                          const struct mp_outcome *one)
{
    if (!one)
        return;
    gh_jsonw_key(w, key);
    gh_jsonw_object_begin(w);
    gh_jsonw_key(w, "status");
    gh_jsonw_cstring(w, mp_status_name(one->status));
    gh_jsonw_key(w, "duration_ms");
    gh_jsonw_int(w, (int64_t)(one->duration_ms + 0.5));
    if (one->flaky) {
        gh_jsonw_key(w, "flaky");
        gh_jsonw_bool(w, true);
    }
    if (*one->message) {
        gh_jsonw_key(w, "message");
        gh_jsonw_cstring(w, one->message);
    }
    gh_jsonw_object_end(w);
}

void mp_compare_json(const struct mp_comparison *comparison, struct mp_buf *out)
{
    struct gh_jsonw w;
    gh_jsonw_init(&w);
    gh_jsonw_object_begin(&w);
    gh_jsonw_key(&w, "version");
    gh_jsonw_int(&w, 1);
    put_json_run(&w, "before", comparison->before);
    put_json_run(&w, "after", comparison->after);
    size_t at = 0;
    for (int change = 0; change < MP_CHANGE_NONE; change++) {
        gh_jsonw_key(&w, words_table[change].member);
        gh_jsonw_array_begin(&w);
        for (; at < comparison->count &&
               (int)comparison->list[at].change == change;
             at++) {
            const struct mp_difference *one = &comparison->list[at];
            const struct mp_outcome *shown =
                one->after ? one->after : one->before;
            gh_jsonw_object_begin(&w);
            gh_jsonw_key(&w, "id");
            gh_jsonw_cstring(&w, shown->id);
            gh_jsonw_key(&w, "key");
            gh_jsonw_cstring(&w, shown->key);
            put_json_side(&w, "before", one->before);
            put_json_side(&w, "after", one->after);
            gh_jsonw_object_end(&w);
        }
        gh_jsonw_array_end(&w);
    }
    gh_jsonw_object_end(&w);
    gh_jsonw_newline(&w);
    mp_buf_append_str(out, gh_jsonw_text(&w));
    gh_jsonw_finish(&w);
}
