/*
 * The allocator, for the inside of the library and of the programs that are
 * built with it. Spans, arenas and gh_free are in gherkin.h.
 *
 * A gh_arena hands out memory that is freed all at once; nothing in it is
 * freed by itself. Running out of memory ends the program with a message (git
 * and cmark do the same): no caller checks for NULL. Sizes that come from
 * outside are limited where they are read.
 *
 * gherkin/memory.c is the only file of the product that reaches malloc.
 */
#ifndef GHERKIN_MEMORY_H
#define GHERKIN_MEMORY_H

#include "gherkin/gherkin.h"

/* Memory of that size, zeroed, aligned for any type; lives until finish or
 * reset. */
void *gh_arena_alloc(struct gh_arena *arena, size_t size);
/* As above for count objects; a product that overflows ends the program. */
void *gh_arena_array(struct gh_arena *arena, size_t count, size_t size);
/* A NUL-terminated copy of the span. */
char *gh_arena_copy(struct gh_arena *arena, struct gh_str text);
/* The same as a span (its length is text.len). */
struct gh_str gh_arena_str(struct gh_arena *arena, struct gh_str text);
/* A NUL-terminated formatted text. */
char *gh_arena_format(struct gh_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For growing arrays. They never return NULL; a size of 0 counts as 1. */
void *gh_alloc(size_t size); /* zeroed */
void *gh_realloc(void *memory, size_t size);

#endif
