#include "runner/cli/merge_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gherkin/jsonw.h"
#include "runner/journal/codec.h"
#include "runner/journal/replay.h"

/* --- reading --- */

struct reading {
    struct mp_merge *merge;
    struct mp_merge_part *part;
    int64_t number; /* of the case whose records are gathered */
    bool plan;
    struct gh_jsonw lines;
};

static void keep_piece(struct reading *reading)
{
    struct mp_merge *merge = reading->merge;
    struct gh_str text = gh_jsonw_text(&reading->lines);
    if (!text.len)
        return;
    if (merge->piece_count == merge->piece_capacity) {
        merge->piece_capacity = merge->piece_capacity * 2 + 64;
        merge->pieces = gh_realloc(merge->pieces, merge->piece_capacity *
                                                      sizeof(*merge->pieces));
    }
    merge->pieces[merge->piece_count] = (struct mp_merge_piece){
        .number = reading->number,
        .plan = reading->plan,
        .part = merge->part_count - 1,
        .attempt = reading->number ? reading->part->attempt : 0,
        .at = merge->piece_count,
        .place = mp_spool_add(&merge->spool, text)};
    merge->piece_count++;
    gh_jsonw_clear(&reading->lines);
}

static const char *keep(struct mp_merge *merge, const char *text)
{
    return text ? gh_arena_copy(&merge->arena, gh_str_of(text)) : NULL;
}

static const char *keep_visited(void *self, const char *text)
{
    return keep(self, text);
}

static void take_head(struct reading *reading, const struct mp_record *record)
{
    struct mp_record *head = &reading->part->head;
    *head = *record;
    mp_codec_each_text(head, keep_visited, reading->merge);
    head->config = keep(reading->merge, record->config);
    reading->part->begun = true;
}

static void take_planned(struct reading *reading,
                         const struct mp_record *record)
{
    struct mp_merge *merge = reading->merge;
    if (merge->case_count == merge->case_capacity) {
        merge->case_capacity = merge->case_capacity * 2 + 64;
        merge->cases = gh_realloc(merge->cases,
                                  merge->case_capacity * sizeof(*merge->cases));
    }
    merge->cases[merge->case_count++] =
        (struct mp_merge_case){.number = record->case_number,
                               .part = merge->part_count - 1,
                               .shard_attempt = reading->part->attempt,
                               .id = keep(merge, record->id)};
    reading->part->case_count++;
}

static int by_case_number(const void *key, const void *element)
{
    const struct mp_merge_case *one = element;
    int64_t number = *(const int64_t *)key;
    return (number > one->number) - (number < one->number);
}

/* The cases of a part were planned in the order of their numbers. */
static void take_finished(struct reading *reading,
                          const struct mp_record *record)
{
    struct mp_merge *merge = reading->merge;
    size_t count = reading->part->case_count;
    struct mp_merge_case *one =
        count ? bsearch(&record->case_number,
                        merge->cases + merge->case_count - count, count,
                        sizeof(*one), by_case_number)
              : NULL;
    if (!one)
        return;
    one->attempts = record->attempt > 0 ? record->attempt : 1;
    one->bad = record->status != MP_INTERRUPTED &&
               mp_status_is_failure(record->status, true);
}

static void on_record(void *self, const struct mp_record *record)
{
    struct reading *reading = self;
    struct mp_merge_part *part = reading->part;
    if (record->time_ms > part->end_ms)
        part->end_ms = record->time_ms;
    if (record->type == MP_RECORD_RUN_STARTED) {
        take_head(reading, record);
        return;
    }
    if (record->type == MP_RECORD_RUN_FINISHED) {
        part->finished = true;
        part->signal = record->signal;
        if (record->duration_ms > part->end_ms)
            part->end_ms = record->duration_ms;
        return;
    }
    if (!record->case_number && record->hook > part->hooks)
        part->hooks = record->hook;
    bool plan = record->type == MP_RECORD_CASE_PLANNED;
    if (plan)
        take_planned(reading, record);
    if (record->type == MP_RECORD_CASE_FINISHED)
        take_finished(reading, record);
    if (record->case_number != reading->number || plan != reading->plan)
        keep_piece(reading);
    reading->number = record->case_number;
    reading->plan = plan;
    mp_codec_encode(record, &reading->lines);
}

bool mp_merge_read(struct mp_merge *merge, const struct mp_merge_source *source,
                   struct mp_errors *errors)
{
    const char *path = source->path;
    struct reading reading = {.merge = merge};
    struct mp_listener listener = {&reading, on_record};
    merge->parts = gh_realloc(merge->parts,
                              (merge->part_count + 1) * sizeof(*merge->parts));
    reading.part = &merge->parts[merge->part_count++];
    *reading.part = (struct mp_merge_part){.path = keep(merge, path),
                                           .attempt = source->attempt,
                                           .replaced = source->replaced};
    gh_jsonw_init(&reading.lines);
    reading.part->whole = mp_replay(path, listener, errors);
    keep_piece(&reading);
    gh_jsonw_finish(&reading.lines);
    if (reading.part->whole && mp_replay_is_going_on(path)) {
        mp_errors_add(errors, "%s: this run is still going on", path);
        return false;
    }
    return reading.part->whole;
}

/* --- playing --- */

/* Milliseconds of "2026-03-04T10:11:12.345Z"; 0: it is none. */
static double wall_ms(const char *text)
{
    struct tm utc = {0};
    const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &utc) : NULL;
    double ms = rest && *rest == '.' ? strtod(rest, NULL) * 1000 : 0;
    return rest ? (double)timegm(&utc) * 1000 + ms : 0;
}

/* Puts all clocks on that of the first that began, and returns its number. */
static size_t align_clocks(struct mp_merge *merge)
{
    size_t first = merge->part_count;
    for (size_t i = 0; i < merge->part_count; i++) {
        const struct mp_merge_part *part = &merge->parts[i];
        if (part->whole && (first == merge->part_count ||
                            wall_ms(part->head.wall_time) <
                                wall_ms(merge->parts[first].head.wall_time)))
            first = i;
    }
    double start = wall_ms(merge->parts[first].head.wall_time);
    for (size_t i = 0; i < merge->part_count; i++)
        merge->parts[i].shift_ms =
            wall_ms(merge->parts[i].head.wall_time) - start;
    return first;
}

static void play_head(struct mp_merge *merge, const struct mp_record *head,
                      struct mp_listener listener)
{
    struct mp_record record = merge->parts[align_clocks(merge)].head;
    record.id = head->id;
    record.text = head->text;
    record.path = head->path;
    record.total = record.planned ? record.planned : record.total;
    record.shard = record.shards = 0;
    record.shard_by = record.series = NULL;
    for (size_t i = 0; i < merge->part_count; i++) {
        const struct mp_record *part = &merge->parts[i].head;
        if (merge->parts[i].replaced)
            continue;
        record.lenient = record.lenient || part->lenient;
        record.went_past = record.went_past || part->went_past;
    }
    listener.on_record(listener.self, &record);
}

/* A shard that was killed inside a hook of the run leaves its number open. */
static void number_hooks(struct mp_merge *merge)
{
    int64_t count = 0;
    for (size_t i = 0; i < merge->part_count; i++) {
        merge->parts[i].hooks_before = count;
        if (!merge->parts[i].replaced)
            count += merge->parts[i].hooks;
    }
}

static void play_piece(struct mp_merge *merge,
                       const struct mp_merge_piece *piece,
                       struct mp_listener listener, struct gh_arena *arena)
{
    const struct mp_merge_part *part = &merge->parts[piece->part];
    struct mp_buf text = {0}, fault = {0};
    struct mp_record record;
    mp_spool_read(&merge->spool, piece->place, &text);
    const char *line = mp_buf_text(&text), *end = line + text.len;
    for (; line < end; line += strcspn(line, "\n") + 1) {
        gh_arena_reset(arena);
        if (mp_codec_decode(line, strcspn(line, "\n"), &record, arena,
                            &fault) != MP_CODEC_RECORD)
            continue;
        if (!piece->plan)
            record.time_ms += part->shift_ms;
        if (!record.case_number && record.hook > 0)
            record.hook += part->hooks_before;
        mp_merge_renumber(merge, piece->part, &record);
        listener.on_record(listener.self, &record);
    }
    mp_buf_finish(&text);
    mp_buf_finish(&fault);
}

static void play_end(const struct mp_merge *merge, struct mp_listener listener)
{
    struct mp_record record = {.type = MP_RECORD_RUN_FINISHED};
    bool finished = !merge->missing;
    for (size_t i = 0; i < merge->part_count; i++) {
        const struct mp_merge_part *part = &merge->parts[i];
        double end = part->shift_ms + part->end_ms;
        if (part->replaced)
            continue;
        finished = finished && part->finished;
        if (end > record.time_ms)
            record.time_ms = end;
        if (!record.signal)
            record.signal = part->signal;
    }
    record.duration_ms = record.time_ms;
    if (finished)
        listener.on_record(listener.self, &record);
}

bool mp_merge_play(struct mp_merge *merge, const struct mp_record *head,
                   struct mp_listener listener)
{
    struct gh_arena arena = {0};
    mp_merge_order(merge);
    play_head(merge, head, listener);
    number_hooks(merge);
    for (int plan = 1; plan >= 0; plan--) {
        for (size_t i = 0; i < merge->piece_count; i++) {
            if (merge->pieces[i].plan == plan &&
                mp_merge_is_played(merge, &merge->pieces[i]))
                play_piece(merge, &merge->pieces[i], listener, &arena);
        }
    }
    play_end(merge, listener);
    gh_arena_finish(&arena);
    if (merge->spool.error)
        fprintf(stderr, "mprun: a temporary file for the shards: %s\n",
                strerror(merge->spool.error));
    return !merge->spool.error;
}

void mp_merge_finish(struct mp_merge *merge)
{
    gh_free(merge->parts);
    gh_free(merge->pieces);
    gh_free(merge->cases);
    mp_spool_finish(&merge->spool);
    gh_arena_finish(&merge->arena);
    memset(merge, 0, sizeof(*merge));
}
