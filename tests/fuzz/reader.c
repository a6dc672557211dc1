/*
 * What a server writes to its standard output. The first byte says how it is
 * read: bit 0 Content-Length framing, bit 1 strict, bit 2 bare and lenient,
 * bit 3 a small limit; the second byte how the stream is cut. What must hold:
 * nothing comes after a broken stream, and the cuts change nothing.
 */
#include "gherkin/hash.h"
#include "runner/rpc/reader.h"
#include "tests/fuzz/fuzz.h"

#define SMALL_LIMIT 256u

struct record {
    uint64_t hash; /* of all that was reported */
    size_t count;
    bool broken;
};

static void mix(struct record *record, const char *text)
{
    if (text)
        record->hash = gh_hash_str(record->hash, gh_str_of(text));
    record->hash = gh_hash_byte(record->hash, 0xff);
}

static void on_incoming(void *self, const struct mp_incoming *incoming)
{
    struct record *record = self;
    MUST(!record->broken && incoming->text);
    record->broken = incoming->kind == MP_INCOMING_BROKEN;
    record->count++;
    record->hash = record->hash * 31 + (uint64_t)incoming->kind;
    record->hash = record->hash * 31 + (uint64_t)incoming->id;
    record->hash = record->hash * 31 + (uint64_t)incoming->code;
    record->hash = record->hash * 31 + incoming->cut_off;
    mix(record, incoming->text);
    mix(record, incoming->level);
    mix(record, incoming->time);
}

static struct record read_all(const uint8_t *data, size_t size, uint8_t how,
                              size_t piece)
{
    struct record record = {.hash = GH_HASH_START};
    const struct mp_reader_options options = {
        .max_message_bytes = how & 8 ? SMALL_LIMIT : 0,
        .frame = how & 1 ? MP_FRAME_CONTENT_LENGTH : MP_FRAME_LINE,
        .strict = how & 2,
        .bare_lenient = how & 4,
        .self = &record,
        .on_incoming = on_incoming};
    struct mp_reader reader;
    mp_reader_init(&reader, &options);
    for (size_t at = 0; at < size; at += piece) {
        size_t left = size - at;
        mp_reader_feed(&reader, (const char *)data + at,
                       left < piece ? left : piece);
    }
    mp_reader_end(&reader);
    mp_reader_finish(&reader);
    return record;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    uint8_t how = data[0];
    size_t piece = data[1] ? data[1] : 1;
    struct record whole = read_all(data + 2, size - 2, how, size);
    struct record cut = read_all(data + 2, size - 2, how, piece);
    MUST(whole.count == cut.count && whole.hash == cut.hash);
    return 0;
}
