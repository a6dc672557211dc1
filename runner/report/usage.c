#include <stdlib.h>
#include <string.h>

#include "gherkin/hash.h"
#include "runner/report/definitions.h"
#include "runner/report/kind.h"

/* How often each step was played and how long it took, those that took most
 * first, and by platform where it was played on several. Steps that differ in
 * numbers and quoted texts only count as one. All attempts count. Then the
 * step definitions that no step fits, where servers tell of them. */

#define LEAST_SLOTS    256u /* a power of two */
#define PATTERN_BYTES  512u
#define NUMBER_COLUMNS 36 /* before the text of a step */

/* Of a step on one platform. */
struct part {
    struct part *next;
    const char *platform; /* "": played by mprun itself */
    size_t count, failed;
    double total_ms, longest_ms;
    int64_t longest_case;
    const char *longest_id; /* of the case that took longest_ms */
};

struct step {
    const char *pattern;
    uint64_t hash;
    struct part *parts; /* by name of the platform */
    struct part all;
};

struct usage {
    struct mp_report base;
    struct gh_arena arena;
    struct step *steps; /* owned */
    size_t count, capacity;
    struct mp_definitions definitions;
    size_t *slots; /* open addressing: 1-based places in steps; owned */
    size_t slot_count;
};

/* ---- which step it is ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_' || (unsigned char)c >= 0x80;
}

/* The end of "'text'" or NULL: an apostrophe within a word opens nothing. */
static const char *find_quote_end(const char *at, bool within_word)
{
    if ((*at != '\'' && *at != '"') || (*at == '\'' && within_word))
        return NULL;
    const char *end = strchr(at + 1, *at);
    return end ? end + 1 : NULL;
}

static const char *find_number_end(const char *at, bool within_word)
{
    const char *end = at + (*at == '-');
    if (within_word || !is_digit(*end))
        return NULL;
    while (is_digit(*end) || (*end == '.' && is_digit(end[1])))
        end++;
    return end;
}

/* "the '…' process writes 5 frames": "the '…' process writes N frames". */
static void append_pattern(struct mp_buf *out, const char *text)
{
    bool within_word = false;
    while (*text && out->len < PATTERN_BYTES) {
        const char *quote = find_quote_end(text, within_word);
        const char *number = find_number_end(text, within_word);
        if (quote) {
            mp_buf_format(out, "%c…%c", *text, *text);
            text = quote;
        } else if (number) {
            mp_buf_append_char(out, 'N');
            text = number;
        } else {
            within_word = is_word(*text);
            mp_buf_append_char(out, *text++);
            continue;
        }
        within_word = false;
    }
}

static void grow_slots(struct usage *usage)
{
    size_t count = usage->slot_count ? usage->slot_count * 2 : LEAST_SLOTS;
    gh_free(usage->slots);
    usage->slots = gh_alloc(count * sizeof(*usage->slots));
    usage->slot_count = count;
    for (size_t i = 0; i < usage->count; i++) {
        size_t at = usage->steps[i].hash & (count - 1);
        while (usage->slots[at])
            at = (at + 1) & (count - 1);
        usage->slots[at] = i + 1;
    }
}

static struct step *get_step(struct usage *usage, const char *pattern)
{
    uint64_t hash = gh_hash_str(GH_HASH_START, gh_str_of(pattern));
    if (usage->count * 2 >= usage->slot_count)
        grow_slots(usage);
    size_t at = hash & (usage->slot_count - 1);
    for (; usage->slots[at]; at = (at + 1) & (usage->slot_count - 1)) {
        struct step *step = &usage->steps[usage->slots[at] - 1];
        if (step->hash == hash && !strcmp(step->pattern, pattern))
            return step;
    }
    if (usage->count == usage->capacity) {
        usage->capacity = usage->capacity * 2 + 64;
        usage->steps =
            gh_realloc(usage->steps, usage->capacity * sizeof(*usage->steps));
    }
    struct step *step = &usage->steps[usage->count++];
    *step = (struct step){
        .pattern = gh_arena_copy(&usage->arena, gh_str_of(pattern)),
        .hash = hash,
    };
    usage->slots[at] = usage->count;
    return step;
}

static struct part *get_part(struct usage *usage, struct step *step,
                             const char *platform)
{
    struct part **at = &step->parts;
    while (*at && strcmp((*at)->platform, platform) < 0)
        at = &(*at)->next;
    if (!*at || strcmp((*at)->platform, platform) != 0) {
        struct part *part = gh_arena_alloc(&usage->arena, sizeof(*part));
        part->platform = gh_arena_copy(&usage->arena, gh_str_of(platform));
        part->next = *at;
        *at = part;
    }
    return *at;
}

/* ---- what it took ---- */

static void count_time(struct usage *usage, struct part *part, double ms,
                       enum mp_status status,
                       const struct mp_case_result *result)
{
    part->count++;
    part->failed += mp_status_is_failure(status, true);
    part->total_ms += ms;
    /* Of equal ones the first in the plan, whichever ended first. */
    if (part->longest_id &&
        (ms < part->longest_ms ||
         (!(ms > part->longest_ms) && result->number >= part->longest_case)))
        return;
    part->longest_ms = ms;
    part->longest_case = result->number;
    part->longest_id = "";
    if (ms >= 1)
        part->longest_id = gh_arena_copy(&usage->arena, gh_str_of(result->id));
}

static void take_step(struct usage *usage, const struct mp_case_result *result,
                      const struct mp_result_step *played,
                      struct mp_buf *pattern)
{
    mp_buf_reset(pattern);
    append_pattern(pattern, played->text);
    struct step *step = get_step(usage, mp_buf_text(pattern));
    count_time(usage, &step->all, played->duration_ms, played->status, result);
    const struct mp_answer *answer = played->answers;
    for (; answer; answer = answer->next)
        count_time(usage, get_part(usage, step, answer->platform),
                   answer->duration_ms, answer->status, result);
}

static void on_record(struct mp_report *report, const struct mp_record *record)
{
    if (record->type == MP_RECORD_DEFINITIONS)
        mp_definitions_take(&((struct usage *)report)->definitions, record);
}

static void on_case(struct mp_report *report,
                    const struct mp_case_result *result)
{
    struct usage *usage = (struct usage *)report;
    struct mp_buf pattern = {0};
    mp_definitions_play(&usage->definitions, result);
    for (; result; result = result->earlier) {
        for (size_t i = 0; i < result->step_count; i++) {
            const struct mp_result_step *step = &result->steps[i];
            if (step->finished && step->status != MP_NOT_RUN)
                take_step(usage, result, step, &pattern);
        }
    }
    mp_buf_finish(&pattern);
}

/* ---- the list ---- */

static int by_time(const void *a, const void *b)
{
    const struct step *first = a, *second = b;
    double x = first->all.total_ms, y = second->all.total_ms;
    return x > y ? -1 : x < y ? 1 : strcmp(first->pattern, second->pattern);
}

static void append_time(struct mp_buf *out, double ms)
{
    char time[MP_STYLE_TIME_SIZE];
    mp_buf_format(out, "  %7s", mp_style_time(ms, time));
}

static void append_numbers(struct mp_buf *out, const struct part *part)
{
    mp_buf_format(out, "%7zu", part->count);
    append_time(out, part->total_ms);
    append_time(out, part->total_ms / (double)part->count);
    append_time(out, part->longest_ms);
    mp_buf_append_text(out, "  ");
}

static void append_failed(struct mp_buf *out, const struct mp_style *style,
                          const struct part *part)
{
    if (!part->failed)
        return;
    mp_style_begin(out, style, MP_COLOUR_RED);
    mp_buf_format(out, "  %zu did not pass", part->failed);
    mp_style_end(out, style, MP_COLOUR_RED);
}

static void append_step(struct mp_buf *out, const struct mp_style *style,
                        const struct step *step)
{
    append_numbers(out, &step->all);
    mp_style_fit(out, style, MP_COLOUR_BOLD, step->pattern,
                 style->width > 2 * NUMBER_COLUMNS
                     ? (size_t)style->width - NUMBER_COLUMNS
                     : 0,
                 false);
    append_failed(out, style, &step->all);
    mp_buf_append_char(out, '\n');
    const struct part *part = step->parts;
    for (; part && step->parts->next; part = part->next) {
        append_numbers(out, part);
        mp_buf_append_text(out, "  ");
        mp_style_text(out, style, MP_COLOUR_NONE, part->platform);
        append_failed(out, style, part);
        mp_buf_append_char(out, '\n');
    }
    /* Where to look when one took much longer than most. */
    if (step->all.count > 1 && step->all.longest_id[0] &&
        step->all.longest_ms * (double)step->all.count >
            step->all.total_ms * 2) {
        mp_style_spaces(out, NUMBER_COLUMNS + 2);
        mp_style_begin(out, style, MP_COLOUR_DIM);
        mp_buf_append_text(out, "longest in ");
        mp_style_end(out, style, MP_COLOUR_DIM);
        mp_style_text(out, style, MP_COLOUR_DIM, step->all.longest_id);
        mp_buf_append_char(out, '\n');
    }
}

static void append_unused(struct mp_buf *out, const struct mp_style *style,
                          const struct mp_definitions *definitions)
{
    const char *platform = NULL;
    const struct mp_definition *definition = definitions->first;
    if (definitions->count == 0)
        return;
    mp_buf_format(out, "\n%zu of %zu step definitions have no step\n",
                  definitions->count - definitions->used_count,
                  definitions->count);
    for (; definition; definition = definition->next) {
        if (definition->used || definition->blank)
            continue;
        if (platform != definition->platform) {
            platform = definition->platform;
            mp_buf_append_text(out, "  ");
            mp_style_text(out, style, MP_COLOUR_BOLD, platform);
            mp_buf_append_char(out, '\n');
        }
        mp_buf_append_text(out, "    ");
        mp_style_text(out, style, MP_COLOUR_NONE, definition->source);
        if (*definition->file) {
            mp_buf_append_text(out, "  ");
            mp_style_text(out, style, MP_COLOUR_DIM, definition->file);
        }
        if (*definition->file && definition->line)
            mp_buf_format(out, ":%lld", (long long)definition->line);
        mp_buf_append_char(out, '\n');
    }
}

static void append_blank(struct mp_buf *out,
                         const struct mp_definitions *definitions)
{
    const struct mp_definition *definition = definitions->first;
    const char *platform = NULL;
    for (; definition; definition = definition->next) {
        if (!definition->blank || platform == definition->platform)
            continue;
        platform = definition->platform;
        mp_buf_append_text(out, "\nwarning: ");
        mp_definitions_blame(definitions, platform, out);
        mp_buf_append_char(out, '\n');
    }
}

static bool on_run_finished(struct mp_report *report)
{
    struct usage *usage = (struct usage *)report;
    struct mp_buf out = {0};
    if (usage->count)
        qsort(usage->steps, usage->count, sizeof(*usage->steps), by_time);
    mp_buf_format(&out, "%7s  %7s  %7s  %7s  %s\n", "played", "in all", "mean",
                  "longest", "step");
    for (size_t i = 0; i < usage->count; i++)
        append_step(&out, &report->style, &usage->steps[i]);
    append_unused(&out, &report->style, &usage->definitions);
    append_blank(&out, &usage->definitions);
    mp_output_append(&report->output, mp_buf_text(&out), out.len);
    mp_buf_finish(&out);
    return mp_output_commit(&report->output);
}

static void finish(struct mp_report *report)
{
    struct usage *usage = (struct usage *)report;
    gh_free(usage->steps);
    gh_free(usage->slots);
    mp_definitions_finish(&usage->definitions);
    gh_arena_finish(&usage->arena);
}

const struct mp_report_kind mp_usage_kind = {
    .name = "usage",
    .about = "how long steps take, on each platform; unused definitions",
    .size = sizeof(struct usage),
    .wants_definitions = true,
    .on_record = on_record,
    .on_case = on_case,
    .on_run_finished = on_run_finished,
    .finish = finish,
};
