#include "runner/cli/known.h"

#include <string.h>

static const char *text_of(const char *text)
{
    return text ? text : "";
}

bool mp_known_load(struct mp_known_filter *filter,
                   const struct mp_options *options, struct mp_errors *errors)
{
    memset(filter, 0, sizeof(*filter));
    if (!options->baseline)
        return true;
    filter->is_loaded = true;
    if (!mp_baseline_load(options->baseline, &filter->baseline, errors))
        return false;
    filter->met = gh_alloc(filter->baseline.count * sizeof(*filter->met));
    return true;
}

static bool is_case(const struct mp_known *known,
                    const struct mp_record *record)
{
    return mp_known_is_case(known, text_of(record->uri), text_of(record->name),
                            text_of(record->scenario),
                            text_of(record->combination));
}

static size_t find_open(const struct mp_known_filter *filter, int64_t number)
{
    size_t at = 0;
    while (at < filter->open_count && filter->open[at].number != number)
        at++;
    return at;
}

static void note_met(struct mp_known_filter *filter,
                     const struct mp_record *record)
{
    for (size_t i = 0; i < filter->baseline.count; i++) {
        if (is_case(&filter->baseline.list[i], record))
            filter->met[i] = true;
    }
}

static void open_case(struct mp_known_filter *filter,
                      const struct mp_record *record)
{
    const struct mp_baseline *baseline = &filter->baseline;
    struct mp_known_case one = {.number = record->case_number};
    note_met(filter, record);
    if (find_open(filter, one.number) < filter->open_count)
        return; /* another attempt */
    one.list = gh_alloc(baseline->count * sizeof(*one.list));
    for (size_t i = 0; i < baseline->count; i++) {
        if (is_case(&baseline->list[i], record))
            one.list[one.count++] = &baseline->list[i];
    }
    if (!one.count) {
        gh_free(one.list);
        return;
    }
    filter->open = gh_realloc(filter->open,
                              (filter->open_count + 1) * sizeof(*filter->open));
    filter->open[filter->open_count++] = one;
}

/* The entry that the end of the case met: the failure that it knows, or, of a
 * pass, the first that expected none; NULL: neither. */
static const struct mp_known *meet(const struct mp_known *const *list,
                                   size_t count, enum mp_status status,
                                   const char *message)
{
    for (size_t i = 0; i < count; i++) {
        if (mp_known_is_failure(list[i], status, message))
            return list[i];
    }
    for (size_t i = 0; i < count && status == MP_PASSED; i++) {
        if (list[i]->flaky)
            return NULL;
    }
    return status == MP_PASSED && count ? list[0] : NULL;
}

static void close_case(struct mp_known_filter *filter, struct mp_record *record)
{
    size_t at = find_open(filter, record->case_number);
    if (!record->final || at == filter->open_count)
        return;
    struct mp_known_case *one = &filter->open[at];
    const struct mp_known *known =
        meet(one->list, one->count, record->status, text_of(record->text));
    record->known = known ? known->reason : NULL;
    gh_free(one->list);
    *one = filter->open[--filter->open_count];
}

static void on_record(void *self, const struct mp_record *record)
{
    struct mp_known_filter *filter = self;
    struct mp_record copy = *record;
    if (record->type == MP_RECORD_CASE_PLANNED)
        note_met(filter, record);
    if (record->type == MP_RECORD_CASE_STARTED)
        open_case(filter, record);
    if (record->type == MP_RECORD_CASE_FINISHED) {
        copy.known = NULL; /* of another baseline */
        close_case(filter, &copy);
    }
    filter->next.on_record(filter->next.self, &copy);
}

struct mp_listener mp_known_listener(struct mp_known_filter *filter,
                                     struct mp_listener next)
{
    filter->next = next;
    return filter->is_loaded ? (struct mp_listener){filter, on_record} : next;
}

bool mp_known_expects(const struct mp_known_filter *filter,
                      const struct mp_case *source, enum mp_status status,
                      const char *message)
{
    for (size_t i = 0; i < filter->baseline.count; i++) {
        const struct mp_known *known = &filter->baseline.list[i];
        const struct mp_scenario *scenario = source->scenario;
        if (mp_known_is_case(known, scenario->uri, scenario->name,
                             scenario->scenario_name, source->combination) &&
            mp_known_is_failure(known, status, text_of(message)))
            return true;
    }
    return false;
}

void mp_known_tell_unmet(const struct mp_known_filter *filter,
                         struct mp_errors *errors)
{
    for (size_t i = 0; i < filter->baseline.count; i++) {
        const struct mp_known *known = &filter->baseline.list[i];
        if (!filter->met[i])
            mp_errors_warn(errors,
                           "%s:%d:%d: warning: no case of the run is this "
                           "known failure of '%s'",
                           filter->baseline.path, known->at.line,
                           known->at.column, known->scenario);
    }
}

void mp_known_finish(struct mp_known_filter *filter)
{
    for (size_t i = 0; i < filter->open_count; i++)
        gh_free(filter->open[i].list);
    gh_free(filter->open);
    gh_free(filter->met);
    mp_baseline_finish(&filter->baseline);
    memset(filter, 0, sizeof(*filter));
}
