/*
 * The frame of steps/README.md: a header of 16 bytes (magic, id, size,
 * checksum, big-endian) and a payload. Everything here is pure: no descriptor
 * is touched. A frame owns its payload; frame_finish frees it. Running out of
 * memory ends the process.
 */
#ifndef STEPS_C_FRAME_H
#define STEPS_C_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER_BYTES = 16, FRAME_MAX_BYTES = 16777216 };

struct frame_header {
    uint32_t id;
    uint32_t size; /* of the payload, in bytes */
    uint32_t checksum;
};

struct frame {
    uint32_t id;
    uint32_t size;
    unsigned char *payload;
};

/* Memory of that size; never NULL. */
void *frame_alloc(size_t size);

/* CRC-32 (zlib's) of bytes that follow those that gave crc; 0 at the start. */
uint32_t frame_crc32(uint32_t crc, const void *bytes, size_t size);

/* A frame with a copy of the payload, and one with the generated payload. */
void frame_init(struct frame *frame, uint32_t id, const void *payload,
                uint32_t size);
void frame_generate(struct frame *frame, uint32_t id, uint32_t size);
void frame_finish(struct frame *frame);

bool frame_is_generated(const struct frame *frame);
uint32_t frame_checksum(const struct frame *frame);

/* Header and payload in one piece of FRAME_HEADER_BYTES + size bytes, which
 * the caller frees. */
unsigned char *frame_encode(const struct frame *frame);

/* Reads a header: NULL, or what is wrong with it. */
const char *frame_parse_header(const unsigned char *bytes,
                               struct frame_header *header);

#endif
