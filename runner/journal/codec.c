#include "runner/journal/codec.h"

#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

enum kind { TEXT, INTEGER, UNSIGNED, TIME, BOOLEAN, STATUS, TAGS, JSON };

struct field {
    const char *name;
    enum kind kind;
    size_t offset;
    size_t size;
};

#define AT_MEMBER(member)                                                      \
    offsetof(struct mp_record, member), sizeof(((struct mp_record *)0)->member)

#define FIELD(name, kind)                                                      \
    {                                                                          \
#name, kind, AT_MEMBER(name)                                           \
    }

#define METRIC(name, kind)                                                     \
    {                                                                          \
#name, kind, AT_MEMBER(metrics.name)                                   \
    }

/* In the order in which they are written: what a reader looks for first. */
static const struct field field_table[] = {
    FIELD(time_ms, TIME),
    {"case", INTEGER, AT_MEMBER(case_number)},
    FIELD(attempt, INTEGER),
    FIELD(step, INTEGER),
    FIELD(hook, INTEGER),
    FIELD(process, TEXT),
    FIELD(platform, TEXT),
    FIELD(incarnation, INTEGER),
    FIELD(status, STATUS),
    FIELD(keyword, TEXT),
    FIELD(text, TEXT),
    FIELD(level, TEXT),
    FIELD(source, TEXT),
    FIELD(sent_time, TEXT),
    FIELD(duration_ms, TIME),
    FIELD(kind, TEXT),
    FIELD(failure_type, TEXT),
    FIELD(expected, TEXT),
    FIELD(actual, TEXT),
    FIELD(diff, TEXT),
    FIELD(stack, TEXT),
    FIELD(location, TEXT),
    FIELD(data, TEXT),
    FIELD(id, TEXT),
    FIELD(key, TEXT),
    FIELD(uri, TEXT),
    FIELD(feature, TEXT),
    FIELD(rule, TEXT),
    FIELD(name, TEXT),
    FIELD(scenario, TEXT),
    FIELD(scenario_id, TEXT),
    FIELD(combination, TEXT),
    FIELD(tags, TAGS),
    FIELD(line, INTEGER),
    FIELD(argument, TEXT),
    FIELD(repetition, INTEGER),
    FIELD(final, BOOLEAN),
    FIELD(flaky, BOOLEAN),
    FIELD(known, TEXT),
    FIELD(pid, INTEGER),
    FIELD(exited, BOOLEAN),
    FIELD(exit_code, INTEGER),
    FIELD(signal, INTEGER),
    FIELD(expected_death, BOOLEAN),
    FIELD(protocol, TEXT),
    FIELD(server, TEXT),
    FIELD(hidden_ms, TIME),
    FIELD(reused, BOOLEAN),
    METRIC(cpu_user_ms, TIME),
    METRIC(cpu_system_ms, TIME),
    METRIC(max_rss_kb, INTEGER),
    METRIC(descriptors, INTEGER),
    METRIC(messages_in, INTEGER),
    METRIC(messages_out, INTEGER),
    METRIC(bytes_in, INTEGER),
    METRIC(bytes_out, INTEGER),
    METRIC(stderr_bytes, INTEGER),
    FIELD(media_type, TEXT),
    FIELD(encoding, TEXT),
    FIELD(body, TEXT),
    FIELD(path, TEXT),
    FIELD(version, INTEGER),
    FIELD(seed, UNSIGNED),
    FIELD(total, INTEGER),
    FIELD(wall_time, TEXT),
    FIELD(cwd, TEXT),
    FIELD(repeat, TEXT),
    FIELD(libraries, TEXT),
    FIELD(machine, TEXT),
    FIELD(lenient, BOOLEAN),
    FIELD(went_past, BOOLEAN),
    FIELD(plan, TEXT),
    FIELD(planned, INTEGER),
    FIELD(shard, INTEGER),
    FIELD(shards, INTEGER),
    FIELD(shard_by, TEXT),
    FIELD(series, TEXT),
    FIELD(config, JSON),
};
#define FIELD_COUNT (sizeof(field_table) / sizeof(*field_table))

/* The field in the record; type is that of the member. */
#define AT(type, record, field)                                                \
    (*(type *)(void *)((char *)(record) + (field)->offset))
#define GET(type, record, field)                                               \
    (*(const type *)(const void *)((const char *)(record) + (field)->offset))

void mp_codec_each_text(struct mp_record *record,
                        const char *(*visit)(void *self, const char *text),
                        void *self)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &field_table[i];
        if (field->kind != TEXT || !GET(char *, record, field))
            continue;
        AT(const char *, record, field) =
            visit(self, GET(char *, record, field));
    }
}

/* ---- writing ---- */

static void put_text(struct gh_jsonw *out, const char *name, const char *text)
{
    if (!text)
        return;
    gh_jsonw_key(out, name);
    gh_jsonw_cstring(out, text);
}

static void put_integer(struct gh_jsonw *out, const char *name, int64_t value)
{
    if (!value)
        return;
    gh_jsonw_key(out, name);
    gh_jsonw_int(out, value);
}

/* Each record has a time: printing it like other numbers would cost more than
 * the rest of the record. */
static void put_time(struct gh_jsonw *out, const char *name, double ms)
{
    if (!(ms > 0) || ms > 1e15)
        return;
    gh_jsonw_key(out, name);
    gh_jsonw_thousandths(out, ms);
}

static void put_tags(struct gh_jsonw *out, const char *name,
                     const struct mp_record *record)
{
    if (!record->tag_count)
        return;
    gh_jsonw_key(out, name);
    gh_jsonw_array_begin(out);
    for (size_t i = 0; i < record->tag_count; i++)
        gh_jsonw_cstring(out, record->tags[i]);
    gh_jsonw_array_end(out);
}

static void put(struct gh_jsonw *out, const struct field *field,
                const struct mp_record *record)
{
    switch (field->kind) {
    case TEXT:
        put_text(out, field->name, GET(char *, record, field));
        break;
    case INTEGER:
        put_integer(out, field->name, GET(int64_t, record, field));
        break;
    case UNSIGNED:
        if (GET(uint64_t, record, field)) {
            gh_jsonw_key(out, field->name);
            gh_jsonw_uint_string(out, GET(uint64_t, record, field));
        }
        break;
    case TIME:
        put_time(out, field->name, GET(double, record, field));
        break;
    case BOOLEAN:
        if (GET(bool, record, field)) {
            gh_jsonw_key(out, field->name);
            gh_jsonw_bool(out, true);
        }
        break;
    case STATUS:
        if (record->status != MP_NOT_RUN)
            put_text(out, field->name, mp_status_name(record->status));
        break;
    case TAGS:
        put_tags(out, field->name, record);
        break;
    case JSON:
        if (GET(char *, record, field)) {
            gh_jsonw_key(out, field->name);
            gh_jsonw_raw(out, gh_str_of(GET(char *, record, field)));
        }
        break;
    }
}

/* Most fields of most records are zero, and nothing is written for them. Told
 * without a look at the kind; of the few narrow ones put finds out itself. */
static bool is_plainly_zero(const struct mp_record *record,
                            const struct field *field)
{
    uint64_t bytes;
    if (field->size != sizeof(bytes))
        return false;
    memcpy(&bytes, (const char *)record + field->offset, sizeof(bytes));
    return !bytes;
}

void mp_codec_encode(const struct mp_record *record, struct gh_jsonw *out)
{
    gh_jsonw_object_begin(out);
    gh_jsonw_key(out, "type");
    gh_jsonw_cstring(out, mp_record_type_name(record->type));
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!is_plainly_zero(record, &field_table[i]))
            put(out, &field_table[i], record);
    }
    gh_jsonw_object_end(out);
    gh_jsonw_newline(out);
}

/* ---- reading ---- */

static const struct field *find_field(const char *name, size_t *hint)
{
    /* Members come in the table's order: the next one is near. */
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &field_table[(*hint + i) % FIELD_COUNT];
        if (!strcmp(field->name, name)) {
            *hint = (*hint + i + 1) % FIELD_COUNT;
            return field;
        }
    }
    return NULL;
}

static bool take_text(const cJSON *item, const char **text,
                      struct gh_arena *arena)
{
    if (!cJSON_IsString(item))
        return false;
    *text = gh_arena_copy(arena, gh_str_of(item->valuestring));
    return true;
}

static bool take_integer(const cJSON *item, int64_t *value)
{
    const double limit = 9007199254740992.0; /* 2^53 */
    double number = cJSON_IsNumber(item) ? item->valuedouble : 2 * limit;
    if (!(number >= -limit && number <= limit))
        return false;
    *value = (int64_t)number;
    return (double)*value == number;
}

static bool take_unsigned(const cJSON *item, uint64_t *value)
{
    const char *text = cJSON_IsString(item) ? item->valuestring : "";
    size_t digits = strspn(text, "0123456789");
    if (!digits || digits > 20 || text[digits])
        return false;
    *value = strtoull(text, NULL, 10);
    return true;
}

static bool take_time(const cJSON *item, double *ms)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
        item->valuedouble > 1e15)
        return false;
    *ms = item->valuedouble;
    return true;
}

static bool take_tags(const cJSON *item, struct mp_record *record,
                      struct gh_arena *arena)
{
    if (!cJSON_IsArray(item))
        return false;
    size_t count = (size_t)cJSON_GetArraySize(item), i = 0;
    const char **tags = gh_arena_array(arena, count + 1, sizeof(*tags));
    for (const cJSON *tag = item->child; tag; tag = tag->next) {
        if (!take_text(tag, &tags[i++], arena))
            return false;
    }
    record->tags = tags;
    record->tag_count = count;
    return true;
}

static bool take_json(const cJSON *item, const char **text,
                      struct gh_arena *arena)
{
    char *printed = cJSON_PrintUnformatted(item);
    if (!printed)
        return false;
    *text = gh_arena_copy(arena, gh_str_of(printed));
    cJSON_free(printed);
    return true;
}

static bool take(const cJSON *item, const struct field *field,
                 struct mp_record *record, struct gh_arena *arena)
{
    switch (field->kind) {
    case TEXT:
        return take_text(item, &AT(const char *, record, field), arena);
    case INTEGER:
        return take_integer(item, &AT(int64_t, record, field));
    case UNSIGNED:
        return take_unsigned(item, &AT(uint64_t, record, field));
    case TIME:
        return take_time(item, &AT(double, record, field));
    case BOOLEAN:
        AT(bool, record, field) = cJSON_IsTrue(item);
        return cJSON_IsBool(item);
    case STATUS:
        return cJSON_IsString(item) &&
               mp_status_from_name(item->valuestring, &record->status);
    case TAGS:
        return take_tags(item, record, arena);
    case JSON:
        return take_json(item, &AT(const char *, record, field), arena);
    }
    return false;
}

static const char *const kind_table[] = {
    [TEXT] = "a string",
    [INTEGER] = "a whole number",
    [UNSIGNED] = "a whole number in a string",
    [TIME] = "a number of milliseconds",
    [BOOLEAN] = "true or false",
    [STATUS] = "a status that this version knows",
    [TAGS] = "a list of strings",
    [JSON] = "JSON that can be kept",
};

static bool find_type(const char *name, enum mp_record_type *type)
{
    for (int i = 0; i < MP_RECORD_TYPE_COUNT; i++) {
        if (!strcmp(name, mp_record_type_name((enum mp_record_type)i))) {
            *type = (enum mp_record_type)i;
            return true;
        }
    }
    return false;
}

static enum mp_codec_result fill(const cJSON *root, struct mp_record *record,
                                 struct gh_arena *arena, struct mp_buf *fault)
{
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(root, "type");
    if (!cJSON_IsString(type)) {
        mp_buf_append_text(fault, "a record has no \"type\"");
        return MP_CODEC_BROKEN;
    }
    if (!find_type(type->valuestring, &record->type))
        return MP_CODEC_UNKNOWN;
    size_t hint = 0;
    for (const cJSON *item = root->child; item; item = item->next) {
        const struct field *field =
            item == type ? NULL : find_field(item->string, &hint);
        if (!field || take(item, field, record, arena))
            continue;
        mp_buf_format(fault, "\"%s\" of a %s record is not %s", field->name,
                      type->valuestring, kind_table[field->kind]);
        return MP_CODEC_BROKEN;
    }
    return MP_CODEC_RECORD;
}

enum mp_codec_result mp_codec_decode(const char *line, size_t length,
                                     struct mp_record *record,
                                     struct gh_arena *arena,
                                     struct mp_buf *fault)
{
    memset(record, 0, sizeof(*record));
    cJSON *root = cJSON_ParseWithLength(line, length);
    enum mp_codec_result result = MP_CODEC_BROKEN;
    if (cJSON_IsObject(root))
        result = fill(root, record, arena, fault);
    else
        mp_buf_append_text(fault, "this is no JSON object");
    cJSON_Delete(root);
    return result;
}

const char *mp_codec_version(void)
{
    return cJSON_Version();
}
