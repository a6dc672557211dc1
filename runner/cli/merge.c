#include "runner/cli/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gherkin/jsonw.h"
#include "runner/journal/codec.h"
#include "runner/journal/replay.h"

#define MOST_NAMED 20 /* missing shards, one by one */

/* Some records of a case that stood together; number 0: of the run. */
struct mp_merge_piece {
    int64_t number;
    bool plan;       /* case-planned, else what happened */
    size_t part, at; /* at: in the order of reading */
    struct mp_spool_place place;
};

struct mp_merge_case {
    int64_t number;
    size_t part;
    const char *id;
};

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
    struct mp_buf buf = {0};
    if (!text.len)
        return;
    mp_buf_append_str(&buf, text);
    if (merge->piece_count == merge->piece_capacity) {
        merge->piece_capacity = merge->piece_capacity * 2 + 64;
        merge->pieces = gh_realloc(merge->pieces, merge->piece_capacity *
                                                      sizeof(*merge->pieces));
    }
    merge->pieces[merge->piece_count] =
        (struct mp_merge_piece){.number = reading->number,
                                .plan = reading->plan,
                                .part = merge->part_count - 1,
                                .at = merge->piece_count,
                                .place = mp_spool_add(&merge->spool, &buf)};
    merge->piece_count++;
    mp_buf_finish(&buf);
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
                               .id = keep(merge, record->id)};
    reading->part->case_count++;
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
    if (record->case_number != reading->number || plan != reading->plan)
        keep_piece(reading);
    reading->number = record->case_number;
    reading->plan = plan;
    mp_codec_encode(record, &reading->lines);
}

bool mp_merge_read(struct mp_merge *merge, const char *path,
                   struct mp_errors *errors)
{
    struct reading reading = {.merge = merge};
    struct mp_listener listener = {&reading, on_record};
    merge->parts = gh_realloc(merge->parts,
                              (merge->part_count + 1) * sizeof(*merge->parts));
    reading.part = &merge->parts[merge->part_count++];
    *reading.part = (struct mp_merge_part){.path = keep(merge, path)};
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

/* --- checking --- */

static bool is_same_text(const char *a, const char *b)
{
    return !strcmp(a ? a : "", b ? b : "");
}

/* Are they parts of one plan, cut in the same way? */
static bool is_akin(const struct mp_record *a, const struct mp_record *b)
{
    return (!a->series || !b->series || !strcmp(a->series, b->series)) &&
           is_same_text(a->plan, b->plan) && a->planned == b->planned &&
           a->shards == b->shards && is_same_text(a->shard_by, b->shard_by) &&
           a->seed == b->seed;
}

/* The part that most others are akin to: what differs from it is foreign. */
static size_t find_model(const struct mp_merge *merge)
{
    size_t best = 0, most = 0;
    for (size_t i = 0; i < merge->part_count; i++) {
        size_t akin = 0;
        for (size_t k = 0; k < merge->part_count; k++)
            akin += is_akin(&merge->parts[i].head, &merge->parts[k].head);
        if (akin > most) {
            best = i;
            most = akin;
        }
    }
    return best;
}

static void tell_foreign(const struct mp_merge_part *part,
                         const struct mp_merge_part *model,
                         struct mp_errors *errors)
{
    const struct mp_record *a = &part->head, *b = &model->head;
    const char *others = model->path;
    if (!a->shards)
        mp_errors_add(errors,
                      "%s: foreign: it is a whole run and no shard, as %s is",
                      part->path, others);
    else if (!is_same_text(a->plan, b->plan) || a->planned != b->planned)
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld of another plan, %s "
                      "with %lld cases, not %s with %lld as %s: its features, "
                      "selection or platforms were others",
                      part->path, (long long)a->shard, (long long)a->shards,
                      a->plan, (long long)a->planned, b->plan,
                      (long long)b->planned, others);
    else if (a->shards != b->shards)
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld, not of %lld as %s",
                      part->path, (long long)a->shard, (long long)a->shards,
                      (long long)b->shards, others);
    else if (!is_same_text(a->shard_by, b->shard_by))
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld was cut by %s, not by "
                      "%s as %s",
                      part->path, (long long)a->shard, (long long)a->shards,
                      a->shard_by, b->shard_by, others);
    else if (a->seed == b->seed)
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld is of the series %s, "
                      "not of %s as %s",
                      part->path, (long long)a->shard, (long long)a->shards,
                      a->series, b->series, others);
    else
        mp_errors_add(errors,
                      "%s: foreign: shard %lld of %lld had the seed %llu, not "
                      "%llu as %s; give --seed to all or to none",
                      part->path, (long long)a->shard, (long long)a->shards,
                      (unsigned long long)a->seed, (unsigned long long)b->seed,
                      others);
}

/* The akin parts that are this shard: one is right. */
static size_t count_shard(const struct mp_merge *merge,
                          const struct mp_record *model, int64_t number,
                          struct mp_errors *errors)
{
    const struct mp_merge_part *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < merge->part_count; i++) {
        const struct mp_merge_part *part = &merge->parts[i];
        if (part->head.shard != number || !is_akin(&part->head, model))
            continue;
        if (count++)
            mp_errors_add(errors,
                          "shard %lld of %lld is there twice: %s and %s",
                          (long long)number, (long long)model->shards,
                          first->path, part->path);
        else
            first = part;
    }
    return count;
}

static void check_numbers(struct mp_merge *merge, const struct mp_record *model,
                          bool partial, struct mp_errors *errors)
{
    struct mp_buf text = {0};
    for (int64_t number = 1; number <= model->shards; number++) {
        if (count_shard(merge, model, number, errors))
            continue;
        if (merge->missing++ < MOST_NAMED)
            mp_buf_format(&text, "%s%lld", text.len ? ", " : "",
                          (long long)number);
    }
    mp_buf_format(&text, "%s of %lld %s missing",
                  merge->missing > MOST_NAMED ? " and others" : "",
                  (long long)model->shards, merge->missing > 1 ? "are" : "is");
    const char *plural = merge->missing > 1 ? "s" : "";
    if (merge->missing && partial)
        mp_errors_warn(errors, "mprun: warning: shard%s %s", plural, text.data);
    else if (merge->missing)
        mp_errors_add(errors,
                      "shard%s %s; --partial makes reports without what is "
                      "missing",
                      plural, text.data);
    mp_buf_finish(&text);
}

static int by_number(const void *a, const void *b)
{
    const struct mp_merge_case *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return (x->part > y->part) - (x->part < y->part);
}

/* All shards are there: then each case is in one of them, unless they were not
 * cut by the same weights. */
static void check_cases(struct mp_merge *merge, int64_t planned,
                        struct mp_errors *errors)
{
    size_t lost = (size_t)planned, twice = 0;
    for (size_t i = 0; i < merge->case_count; i++) {
        const struct mp_merge_case *one = &merge->cases[i];
        bool again = i && one->number == merge->cases[i - 1].number;
        lost -= !again && lost;
        if (again && !twice++)
            mp_errors_add(errors, "%s is in %s and in %s", one->id,
                          merge->parts[merge->cases[i - 1].part].path,
                          merge->parts[one->part].path);
    }
    if (lost)
        mp_errors_add(errors, "%zu of the plan's %lld cases are in no shard",
                      lost, (long long)planned);
    if (lost || twice)
        mp_errors_add(errors, "the shards were not cut alike: give all of "
                              "them the same --shard-weights");
}

bool mp_merge_check(struct mp_merge *merge, bool partial,
                    struct mp_errors *errors)
{
    size_t before = errors->error_count;
    const struct mp_merge_part *model = &merge->parts[find_model(merge)];
    for (size_t i = 0; i < merge->part_count; i++) {
        if (!is_akin(&merge->parts[i].head, &model->head))
            tell_foreign(&merge->parts[i], model, errors);
    }
    if (!model->head.shards && merge->part_count > 1)
        mp_errors_add(errors, "%s: a whole run, and no shard to be joined",
                      model->path);
    if (model->head.shards)
        check_numbers(merge, &model->head, partial, errors);
    if (merge->case_count)
        qsort(merge->cases, merge->case_count, sizeof(*merge->cases),
              by_number);
    if (errors->error_count == before && !merge->missing)
        check_cases(merge, model->head.planned, errors);
    return errors->error_count == before;
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
    size_t first = 0;
    for (size_t i = 1; i < merge->part_count; i++) {
        if (wall_ms(merge->parts[i].head.wall_time) <
            wall_ms(merge->parts[first].head.wall_time))
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
        count += merge->parts[i].hooks;
    }
}

static int by_case(const void *a, const void *b)
{
    const struct mp_merge_piece *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
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
    if (merge->piece_count)
        qsort(merge->pieces, merge->piece_count, sizeof(*merge->pieces),
              by_case);
    play_head(merge, head, listener);
    number_hooks(merge);
    for (int plan = 1; plan >= 0; plan--) {
        for (size_t i = 0; i < merge->piece_count; i++) {
            if (merge->pieces[i].plan == plan)
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
