#include "runner/plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gherkin/expected.h"
#include "gherkin/gherkin.h"
#include "gherkin/hash.h"
#include "runner/base/fs.h"
#include "runner/plan/planner.h"

static void read_configured(struct mp_planner *p)
{
    const struct mp_config *config = p->config;
    for (size_t i = 0; i < config->feature_count; i++) {
        size_t before = p->targets.count;
        mp_target_parse(config->features[i], p->arena, &p->targets, p->errors);
        for (size_t t = before; config->feature_places && t < p->targets.count;
             t++)
            p->targets.list[t].from =
                gh_arena_format(p->arena, "%s:%d:%d: features: ", config->path,
                                config->feature_places[i].line,
                                config->feature_places[i].column);
    }
}

static void read_flags(struct mp_planner *p)
{
    const struct mp_plan_request *request = p->request;
    mp_platforms_read_flags(p);
    for (size_t i = 0; i < request->target_count; i++)
        mp_target_parse(request->targets[i], p->arena, &p->targets, p->errors);
    if (!request->target_count)
        read_configured(p);
    mp_filter_init(&p->filter, request->tags, request->tag_count,
                   request->names, request->name_count, p->errors);
    mp_patterns_init(&p->patterns, p->config, p->errors);
}

/* --- errors of a document --- */

struct ranked_fault {
    struct mp_fault *fault;
    unsigned long line, column;
};

static int by_place(const void *a, const void *b)
{
    const struct ranked_fault *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return strcmp(x->fault->text, y->fault->text);
}

/* The place of "uri:12:5: text"; 0 where there is none. */
static void read_place(const struct mp_planner *p, struct ranked_fault *ranked)
{
    const char *text = ranked->fault->text;
    size_t length = strlen(p->file->path);
    char *end;
    if (strncmp(text, p->file->path, length) || text[length] != ':')
        return;
    ranked->line = strtoul(text + length + 1, &end, 10);
    if (*end == ':')
        ranked->column = strtoul(end + 1, &end, 10);
}

/* Hands the errors on: in order of place, each once. */
static void hand_on(struct mp_planner *p, struct mp_errors *found,
                    struct mp_errors *errors)
{
    struct ranked_fault *list = gh_alloc(found->count * sizeof(*list));
    for (size_t i = 0; i < found->count; i++) {
        list[i] = (struct ranked_fault){.fault = &found->list[i]};
        read_place(p, &list[i]);
    }
    qsort(list, found->count, sizeof(*list), by_place);
    for (size_t i = 0; i < found->count; i++) {
        /* Pickles share steps of a background and tags of a feature. */
        if (i && !by_place(&list[i - 1], &list[i]))
            continue;
        if (list[i].fault->warning)
            mp_errors_warn(errors, "%s", list[i].fault->text);
        else
            mp_errors_add(errors, "%s", list[i].fault->text);
    }
    gh_free(list);
    mp_errors_finish(found);
}

static void report_parse_errors(struct mp_planner *p)
{
    const struct gh_error *list;
    size_t count = gh_document_errors(p->document, &list);
    for (size_t i = 0; i < count; i++) {
        const char *text = gh_expected_in_words(p->arena, list, i);
        struct mp_buf place = {0};
        mp_buf_format(&place, "%s:%u", p->file->path, list[i].at.line);
        if (list[i].at.column)
            mp_buf_format(&place, ":%u", list[i].at.column);
        if (text)
            mp_errors_add(p->errors, "%s: %s", mp_buf_text(&place), text);
        mp_buf_finish(&place);
    }
}

/* What a lenient parser let pass. */
static void report_parse_warnings(struct mp_planner *p)
{
    const struct gh_error *list;
    size_t count = gh_document_warnings(p->document, &list);
    for (size_t i = 0; i < count; i++)
        mp_errors_warn(p->errors, "%s:%u:%u: warning: %s", p->file->path,
                       list[i].at.line, list[i].at.column, list[i].message);
}

/* --- files --- */

static size_t without_ending(const char *path)
{
    static const char *const endings[] = {".feature.md", ".feature"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        size_t tail = strlen(endings[i]);
        if (length > tail && !strcmp(path + length - tail, endings[i]))
            return length - tail;
    }
    return length;
}

static uint64_t *stem_slot(uint64_t *table, size_t capacity, uint64_t hash)
{
    size_t at = (size_t)hash & (capacity - 1);
    while (table[at] && table[at] != hash)
        at = (at + 1) & (capacity - 1);
    return &table[at];
}

static void grow_stems(struct mp_planner *p)
{
    size_t capacity = p->stem_capacity ? p->stem_capacity * 2 : 64;
    uint64_t *table = gh_alloc(capacity * sizeof(*table));
    for (size_t i = 0; i < p->stem_capacity; i++) {
        if (p->stems[i])
            *stem_slot(table, capacity, p->stems[i]) = p->stems[i];
    }
    gh_free(p->stems);
    p->stems = table;
    p->stem_capacity = capacity;
}

/* False: another file has that stem. */
static bool claim_stem(struct mp_planner *p, const char *stem)
{
    uint64_t hash = gh_hash_str(GH_HASH_START, gh_str_of(stem));
    hash += !hash;
    if (p->stem_count * 2 >= p->stem_capacity)
        grow_stems(p);
    uint64_t *slot = stem_slot(p->stems, p->stem_capacity, hash);
    if (*slot)
        return false;
    *slot = hash;
    p->stem_count++;
    return true;
}

/* "ipc/pipe" of features/ipc/pipe.feature searched from features; where two
 * roots have the same file, the second is "ipc/pipe.2". */
static void set_stem(struct mp_planner *p)
{
    const char *path = p->file->path;
    size_t root = strlen(p->file->root);
    if (!strncmp(path, p->file->root, root) && path[root] == '/')
        path += root + 1;
    struct gh_str stem = {path, without_ending(path)};
    const char *plain = gh_arena_copy(p->arena, stem);
    p->stem = plain;
    for (unsigned n = 2; !claim_stem(p, p->stem); n++)
        p->stem = gh_arena_format(p->arena, "%s.%u", plain, n);
}

/* They are not played, and nothing else would tell. */
static void warn_lost_steps(struct mp_planner *p)
{
    struct gh_findings findings = {0};
    gh_lint_lost_steps(p->document, &findings);
    for (size_t i = 0; i < findings.count; i++)
        mp_errors_warn(p->errors, "%s:%u:%u: warning: %s", p->file->path,
                       findings.list[i].at.line, findings.list[i].at.column,
                       findings.list[i].text);
    gh_lint_finish(&findings);
}

/* The path as seen from the configuration: the same wherever mprun is called
 * and the project lies. */
static void set_key(struct mp_planner *p)
{
    char *file = mp_fs_absolute(p->file->path);
    char *folder = mp_fs_absolute(p->config->folder ? p->config->folder : ".");
    size_t length = folder ? strlen(folder) : 0;
    p->key = p->file->path;
    if (file && length && !strncmp(file, folder, length) && file[length] == '/')
        p->key = gh_arena_copy(p->arena, gh_str_of(file + length + 1));
    gh_free(file);
    gh_free(folder);
}

static void plan_document(struct mp_planner *p)
{
    struct gh_pickles *pickles = gh_pickles_create(p->document);
    struct gh_pickle pickle;
    size_t left_out = p->plan->left_out_count;
    if (p->same_capacity)
        memset(p->same_names, 0, p->same_capacity * sizeof(*p->same_names));
    p->same_count = 0;
    p->bound_count = 0;
    set_stem(p);
    warn_lost_steps(p);
    set_key(p);
    mp_places_begin(p);
    while (gh_pickles_next(pickles, &pickle))
        mp_scenario_plan(p, &pickle);
    gh_pickles_destroy(pickles);
    /* What is missed may be in a scenario that is left out or wrong. */
    if (!p->errors->error_count && p->plan->left_out_count == left_out)
        mp_bound_check(p);
    if (!p->errors->error_count)
        mp_places_check(p);
    mp_places_finish(p);
}

static const char *read_fault(int error)
{
    switch (error) {
    case EINVAL:
        return "it is not a regular file";
    case EFBIG:
        return "it is larger than 512 MiB";
    default:
        return strerror(error);
    }
}

/* If it gave any case. */
static void keep_source(struct mp_planner *p, size_t cases_before,
                        const struct mp_buf *bytes)
{
    struct mp_plan *plan = p->plan;
    if (plan->case_count == cases_before)
        return;
    struct gh_arena *arena = &plan->source_arena;
    struct mp_source *source = gh_arena_alloc(arena, sizeof(*source));
    *source = (struct mp_source){
        .uri = gh_arena_copy(arena, gh_str_of(p->file->path)),
        .text = gh_arena_copy(arena,
                              (struct gh_str){mp_buf_text(bytes), bytes->len}),
    };
    if (plan->last_source)
        plan->last_source->next = source;
    else
        plan->sources = source;
    plan->last_source = source;
}

static void plan_file(struct mp_planner *p, struct mp_errors *errors)
{
    struct mp_buf bytes = {0};
    size_t cases_before = p->plan->case_count;
    struct mp_errors found = {0};
    if (!mp_fs_read(p->file->path, MP_FEATURE_BYTES_MAX, &bytes)) {
        mp_errors_add(errors, "%s: cannot be read: %s", p->file->path,
                      read_fault(errno));
        mp_buf_finish(&bytes);
        return;
    }
    const struct gh_parse_options how = {.lenient = p->request->lenient};
    struct gh_document *document = gh_document_parse_with(
        p->file->path, mp_buf_text(&bytes), bytes.len, &how);
    const struct gh_error *list;
    p->document = document;
    if (gh_document_errors(document, &list)) {
        p->errors = errors;
        report_parse_errors(p);
    } else {
        p->errors = &found;
        report_parse_warnings(p);
        plan_document(p);
        hand_on(p, &found, errors);
        p->errors = errors;
    }
    gh_document_destroy(document);
    keep_source(p, cases_before, &bytes);
    mp_buf_finish(&bytes);
}

/* --shard: what is left of the cases. */
static void keep_shard(struct mp_planner *p)
{
    const struct mp_shard *shard = &p->request->shard;
    struct mp_plan *plan = p->plan;
    size_t kept = 0, count = plan->case_count;
    plan->part = (struct mp_part){.digest = mp_shard_digest(p->cases, count),
                                  .whole_count = count};
    if (shard->method == MP_SHARD_WHOLE)
        return;
    plan->part.method = mp_shard_method_name(shard->method);
    plan->part.index = shard->index;
    plan->part.total = shard->total;
    size_t *shards = gh_alloc(count * sizeof(*shards));
    mp_shard_deal(shard, p->cases, count, shards);
    for (size_t i = 0; i < count; i++) {
        if (shards[i] == shard->index)
            p->cases[kept++] = p->cases[i];
        else
            mp_cases_leave_out(
                p, p->cases[i].id,
                gh_arena_format(p->arena, "--shard: shard %zu", shards[i]));
    }
    plan->case_count = kept;
    gh_free(shards);
}

/* Growing arrays become part of the plan's arena. */
static void keep_arrays(struct mp_planner *p)
{
    struct mp_plan *plan = p->plan;
    size_t bytes = plan->case_count * sizeof(*p->cases);
    struct mp_case *cases = gh_arena_alloc(p->arena, bytes);
    if (bytes)
        memcpy(cases, p->cases, bytes);
    plan->cases = cases;
    bytes = plan->left_out_count * sizeof(*p->left_out);
    struct mp_left_out *left_out = gh_arena_alloc(p->arena, bytes);
    if (bytes)
        memcpy(left_out, p->left_out, bytes);
    plan->left_out = left_out;
    bytes = plan->scenario_count * sizeof(*plan->scenarios);
    const struct mp_scenario **scenarios = gh_arena_alloc(p->arena, bytes);
    if (bytes)
        memcpy(scenarios, plan->scenarios, bytes);
    gh_free(plan->scenarios);
    plan->scenarios = scenarios;
}

static void finish(struct mp_planner *p)
{
    mp_feature_files_finish(&p->files);
    mp_filter_finish(&p->filter);
    mp_patterns_finish(&p->patterns);
    gh_free(p->targets.list);
    gh_free(p->same_names);
    gh_free(p->stems);
    gh_free(p->bound);
    gh_free(p->scenario_lines);
    gh_free(p->cases);
    gh_free(p->left_out);
}

bool mp_plan_make(const struct mp_plan_request *request, struct mp_plan *plan,
                  struct mp_errors *errors)
{
    struct mp_planner p = {.request = request,
                           .config = request->config,
                           .plan = plan,
                           .arena = &plan->arena,
                           .errors = errors};
    size_t before = errors->error_count;
    memset(plan, 0, sizeof(*plan));
    read_flags(&p);
    if (errors->error_count == before) {
        mp_collect(&p.targets, p.arena, &p.files, errors);
        for (size_t i = 0; i < p.files.count; i++) {
            p.file = &p.files.list[i];
            plan_file(&p, errors);
        }
        if (errors->error_count == before)
            mp_platforms_check_flags(&p);
    }
    keep_shard(&p);
    keep_arrays(&p);
    finish(&p);
    return errors->error_count == before;
}
