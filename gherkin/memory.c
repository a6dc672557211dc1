#include "gherkin/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BLOCK_BYTES   1008u /* with its head what malloc gives quickly */
#define LARGEST_BLOCK_BYTES (1u << 20)
#define ALIGNMENT           _Alignof(max_align_t)

struct gh_arena_block {
    struct gh_arena_block *older;
    size_t size; /* of data */
    _Alignas(max_align_t) char data[];
};

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "out of memory: %zu bytes asked for\n", size);
    abort();
}

void *gh_alloc(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    if (!memory)
        out_of_memory(size);
    return memory;
}

void *gh_realloc(void *memory, size_t size)
{
    void *grown = realloc(memory, size ? size : 1);
    if (!grown)
        out_of_memory(size);
    return grown;
}

void gh_free(void *memory)
{
    free(memory);
}

static void add_block(struct gh_arena *arena, size_t at_least)
{
    size_t size = arena->block ? arena->block->size * 2 : FIRST_BLOCK_BYTES;
    if (size > LARGEST_BLOCK_BYTES)
        size = LARGEST_BLOCK_BYTES;
    if (size < at_least)
        size = at_least;
    struct gh_arena_block *block = malloc(sizeof(*block) + size);
    if (!block)
        out_of_memory(size);
    block->older = arena->block;
    block->size = size;
    arena->block = block;
    arena->next = block->data;
    arena->end = block->data + size;
    arena->total_bytes += sizeof(*block) + size;
}

void *gh_arena_alloc(struct gh_arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT)
        out_of_memory(size);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!arena->block || (size_t)(arena->end - arena->next) < size)
        add_block(arena, size);
    void *memory = arena->next;
    arena->next += size;
    return memset(memory, 0, size);
}

void *gh_arena_array(struct gh_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory(SIZE_MAX);
    return gh_arena_alloc(arena, count * size);
}

/* Memory for a text, not zeroed: from the end of a block, where nothing is
 * aligned. */
static char *alloc_text(struct gh_arena *arena, size_t size)
{
    if (!arena->block || (size_t)(arena->end - arena->next) < size)
        add_block(arena, size);
    arena->end -= size;
    return arena->end;
}

char *gh_arena_copy(struct gh_arena *arena, struct gh_str text)
{
    char *copy = alloc_text(arena, text.len + 1);
    copy[text.len] = '\0';
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

struct gh_str gh_arena_str(struct gh_arena *arena, struct gh_str text)
{
    struct gh_str copy = {gh_arena_copy(arena, text), text.len};
    return copy;
}

char *gh_arena_format(struct gh_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = alloc_text(arena, (size_t)(length < 0 ? 0 : length) + 1);
    text[0] = '\0';
    if (length > 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

static void free_blocks(struct gh_arena_block *block)
{
    while (block) {
        struct gh_arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void gh_arena_reset(struct gh_arena *arena)
{
    if (!arena->block)
        return;
    free_blocks(arena->block->older);
    arena->block->older = NULL;
    arena->next = arena->block->data;
    arena->end = arena->block->data + arena->block->size;
    arena->total_bytes = sizeof(*arena->block) + arena->block->size;
}

void gh_arena_finish(struct gh_arena *arena)
{
    free_blocks(arena->block);
    memset(arena, 0, sizeof(*arena));
}
