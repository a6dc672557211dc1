/* Which lines and combinations of a file were asked for. */
#include <stdlib.h>
#include <string.h>

#include "runner/plan/planner.h"

static int by_line(const void *a, const void *b)
{
    const struct mp_place_asked *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->target < y->target ? -1 : x->target > y->target;
}

void mp_places_begin(struct mp_planner *p)
{
    const struct mp_feature_file *file = p->file;
    struct mp_places *places = &p->places;
    size_t most = file->target_count;
    for (size_t i = 0; i < file->target_count; i++)
        most += file->targets[i]->line_count;
    *places = (struct mp_places){
        .list = gh_alloc(most * sizeof(*places->list)),
        .targets = gh_alloc(file->target_count * sizeof(*places->targets)),
        .leading = gh_alloc(most * sizeof(*places->leading))};
    for (size_t i = 0; i < file->target_count; i++) {
        const struct mp_target *target = file->targets[i];
        if (!target->line_count)
            places->list[places->count++] =
                (struct mp_place_asked){.target = i, .found = true};
        for (size_t l = 0; l < target->line_count; l++)
            places->list[places->count++] =
                (struct mp_place_asked){.line = target->lines[l], .target = i};
    }
    qsort(places->list, places->count, sizeof(*places->list), by_line);
}

static bool leads_already(const struct mp_places *places, size_t target)
{
    for (size_t i = 0; i < places->leading_count; i++) {
        if (places->leading[i] == target)
            return true;
    }
    return false;
}

/* The first place at or behind the line. */
static size_t place_from(const struct mp_places *places, uint32_t line)
{
    size_t low = 0, high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places->list[middle].line < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void look_at(struct mp_planner *p, struct mp_line_range range)
{
    struct mp_places *places = &p->places;
    size_t i = place_from(places, range.first);
    for (; i < places->count && places->list[i].line <= range.last; i++) {
        struct mp_place_asked *place = &places->list[i];
        place->found = true;
        if (!p->file->targets[place->target]->combination)
            places->any_combination = true;
        else if (!leads_already(places, place->target))
            places->leading[places->leading_count++] = place->target;
    }
}

static void note_line(struct mp_planner *p, uint32_t line)
{
    if (p->line_count && p->scenario_lines[p->line_count - 1] == line)
        return;
    if (p->line_count == p->line_capacity) {
        p->line_capacity = p->line_capacity ? p->line_capacity * 2 : 64;
        p->scenario_lines = gh_realloc(
            p->scenario_lines, p->line_capacity * sizeof(*p->scenario_lines));
    }
    p->scenario_lines[p->line_count++] = line;
}

const char *mp_places_reason(struct mp_planner *p,
                             const struct gh_pickle *pickle)
{
    struct mp_places *places = &p->places;
    struct mp_line_range ranges[MP_PICKLE_RANGES];
    size_t count = mp_pickle_lines(p->document, pickle, ranges);
    note_line(p, pickle->scenario_at.line);
    places->leading_count = 0;
    places->any_combination = false;
    look_at(p, (struct mp_line_range){0, 0}); /* whole files */
    for (size_t i = 0; i < count; i++)
        look_at(p, ranges[i]);
    return places->any_combination || places->leading_count
               ? NULL
               : "another line was asked for";
}

void mp_places_reached(struct mp_planner *p)
{
    for (size_t i = 0; i < p->places.leading_count; i++)
        p->places.targets[p->places.leading[i]].reached = true;
}

bool mp_places_wants(struct mp_planner *p, const char *combination)
{
    bool wanted = p->places.any_combination;
    for (size_t i = 0; i < p->places.leading_count; i++) {
        size_t target = p->places.leading[i];
        if (strcmp(p->file->targets[target]->combination, combination))
            continue;
        p->places.targets[target].has_case = true;
        wanted = true;
    }
    return wanted;
}

/* The scenarios on both sides of a line that no scenario holds. */
static void report_line(struct mp_planner *p, uint32_t line)
{
    size_t low = 0, high = p->line_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->scenario_lines[middle] < line)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t before = low ? p->scenario_lines[low - 1] : 0;
    uint32_t after = low < p->line_count ? p->scenario_lines[low] : 0;
    if (before && after)
        mp_errors_add(p->errors,
                      "%s:%u: no scenario stands on this line; the nearest "
                      "begin on lines %u and %u",
                      p->file->path, line, before, after);
    else if (before || after)
        mp_errors_add(p->errors,
                      "%s:%u: no scenario stands on this line; the nearest "
                      "begins on line %u",
                      p->file->path, line, before ? before : after);
    else
        mp_errors_add(p->errors,
                      "%s:%u: no scenario stands on this line: the file has "
                      "none",
                      p->file->path, line);
}

void mp_places_check(struct mp_planner *p)
{
    for (size_t i = 0; i < p->places.count; i++) {
        if (!p->places.list[i].found)
            report_line(p, p->places.list[i].line);
    }
    for (size_t i = 0; i < p->file->target_count; i++) {
        const struct mp_target *target = p->file->targets[i];
        if (!p->places.targets[i].reached || p->places.targets[i].has_case)
            continue;
        mp_errors_add(p->errors,
                      "%s: no case has the combination %s (mprun plan --list "
                      "shows them)",
                      target->path, target->combination);
    }
}

void mp_places_finish(struct mp_planner *p)
{
    gh_free(p->places.list);
    gh_free(p->places.targets);
    gh_free(p->places.leading);
    p->places = (struct mp_places){0};
    p->line_count = 0;
}
