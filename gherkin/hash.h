/*
 * Hashes of texts, for tables and for seeds. Not for anything that an
 * adversary chooses: who knows the function can make texts that collide.
 *
 * FNV-1a with 64 bits: begin with GH_HASH_START, add texts and bytes one
 * after another. Its low bits are good enough for a table with 2^n slots.
 * Keys that differ little get hashes that differ little in their high bits;
 * where that matters (seeds), gh_hash_mix spreads every bit over all.
 *
 * The seeds of cases are made of these values: a journal that is played again
 * needs the same ones, so the functions never change.
 */
#ifndef GHERKIN_HASH_H
#define GHERKIN_HASH_H

#include <stdint.h>

#include "gherkin/memory.h"

#define GH_HASH_START UINT64_C(14695981039346656037)

/* The hash with one more byte. */
static inline uint64_t gh_hash_byte(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * UINT64_C(1099511628211);
}

/* The hash with the bytes of the text. Texts one after another are as if they
 * were one: add a byte that none has between them. */
static inline uint64_t gh_hash_str(uint64_t hash, struct gh_str text)
{
    for (size_t i = 0; i < text.len; i++)
        hash = gh_hash_byte(hash, (unsigned char)text.ptr[i]);
    return hash;
}

/* The end of splitmix64: one to one, and each bit depends on all. */
static inline uint64_t gh_hash_mix(uint64_t hash)
{
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 31);
}

/* The next number of splitmix64, the state being any. */
static inline uint64_t gh_hash_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return gh_hash_mix(*state);
}

#endif
