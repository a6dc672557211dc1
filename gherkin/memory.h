/*
 * Memory for texts and trees: spans and an arena.
 *
 * A gh_str is a pointer and a length into memory that somebody else owns; it
 * is not NUL-terminated. A gh_arena hands out memory that is freed all at
 * once; nothing in it is freed by itself. Running out of memory ends the
 * program with a message (git and cmark do the same): no caller checks for
 * NULL. Sizes that come from outside are limited where they are read.
 *
 * gherkin/memory.c is the only file of the product that reaches malloc.
 */
#ifndef GHERKIN_MEMORY_H
#define GHERKIN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A span of UTF-8 text. Borrowed; ptr may be NULL when len is 0. */
struct gh_str {
    const char *ptr;
    size_t len;
};

/* The span of a string literal or any NUL-terminated text (borrowed). */
static inline struct gh_str gh_str_of(const char *text)
{
    struct gh_str s = {text, text ? strlen(text) : 0};
    return s;
}

static inline bool gh_str_ends_with(struct gh_str text, const char *ending)
{
    size_t length = strlen(ending);
    return text.len >= length &&
           !memcmp(text.ptr + text.len - length, ending, length);
}

static inline bool gh_str_equal(struct gh_str a, struct gh_str b)
{
    return a.len == b.len && (a.len == 0 || !memcmp(a.ptr, b.ptr, a.len));
}

/* For printf: printf("%.*s", GH_STR_ARG(s)). */
#define GH_STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/* Starts zeroed ({0}); free with gh_arena_finish. */
struct gh_arena {
    struct gh_arena_block *block; /* the newest block */
    char *next;                   /* first free byte in it */
    char *end;
    size_t total_bytes; /* asked from the system, for tests and limits */
};

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
/* Forgets everything but keeps the newest block for use again. */
void gh_arena_reset(struct gh_arena *arena);
/* Frees everything; the arena is zeroed and may be used again. */
void gh_arena_finish(struct gh_arena *arena);

/* The allocator itself, for growing arrays. They never return NULL; a size of
 * 0 counts as 1. gh_free accepts NULL. */
void *gh_alloc(size_t size); /* zeroed */
void *gh_realloc(void *memory, size_t size);
void gh_free(void *memory);

#ifdef __cplusplus
}
#endif

#endif
