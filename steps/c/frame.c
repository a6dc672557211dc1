#include "steps/c/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *frame_alloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return memory;
}

uint32_t frame_crc32(uint32_t crc, const void *bytes, size_t size)
{
    /* The remainders of all values of four bits. */
    static const uint32_t table[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
        0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
        0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    const unsigned char *at = bytes;
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= at[i];
        crc = (crc >> 4) ^ table[crc & 15];
        crc = (crc >> 4) ^ table[crc & 15];
    }
    return ~crc;
}

static void put_u32(unsigned char *to, uint32_t value)
{
    to[0] = (unsigned char)(value >> 24);
    to[1] = (unsigned char)(value >> 16);
    to[2] = (unsigned char)(value >> 8);
    to[3] = (unsigned char)value;
}

static uint32_t get_u32(const unsigned char *from)
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 |
           (uint32_t)from[2] << 8 | from[3];
}

static unsigned char generated_byte(uint32_t id, uint32_t i)
{
    return (unsigned char)(((uint64_t)id * 31 + i) % 251);
}

void frame_init(struct frame *frame, uint32_t id, const void *payload,
                uint32_t size)
{
    *frame = (struct frame){.id = id, .size = size};
    frame->payload = frame_alloc(size);
    if (size > 0)
        memcpy(frame->payload, payload, size);
}

void frame_generate(struct frame *frame, uint32_t id, uint32_t size)
{
    *frame = (struct frame){.id = id, .size = size};
    frame->payload = frame_alloc(size);
    for (uint32_t i = 0; i < size; i++)
        frame->payload[i] = generated_byte(id, i);
}

void frame_finish(struct frame *frame)
{
    free(frame->payload);
    *frame = (struct frame){0};
}

bool frame_is_generated(const struct frame *frame)
{
    for (uint32_t i = 0; i < frame->size; i++) {
        if (frame->payload[i] != generated_byte(frame->id, i))
            return false;
    }
    return true;
}

uint32_t frame_checksum(const struct frame *frame)
{
    unsigned char start[8];
    put_u32(start, frame->id);
    put_u32(start + 4, frame->size);
    uint32_t crc = frame_crc32(0, start, sizeof start);
    return frame_crc32(crc, frame->payload, frame->size);
}

unsigned char *frame_encode(const struct frame *frame)
{
    unsigned char *bytes = frame_alloc(FRAME_HEADER_BYTES + frame->size);
    memcpy(bytes, "MPRF", 4);
    put_u32(bytes + 4, frame->id);
    put_u32(bytes + 8, frame->size);
    put_u32(bytes + 12, frame_checksum(frame));
    if (frame->size > 0)
        memcpy(bytes + FRAME_HEADER_BYTES, frame->payload, frame->size);
    return bytes;
}

const char *frame_parse_header(const unsigned char *bytes,
                               struct frame_header *header)
{
    if (memcmp(bytes, "MPRF", 4) != 0)
        return "the frame does not begin with MPRF";
    header->id = get_u32(bytes + 4);
    header->size = get_u32(bytes + 8);
    header->checksum = get_u32(bytes + 12);
    return header->size > FRAME_MAX_BYTES
               ? "the frame's size is above the limit of 16777216 bytes"
               : NULL;
}
