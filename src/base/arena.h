#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/err.h"
#include <stddef.h>

/* One block of memory, allocated front to back and released all at once: used = 0 reuses it. A counting
 * arena (arena_count) has no block and returns addresses that must not be accessed; a dry run on it measures the memory
 * that a model needs before any is allocated. */
typedef struct Arena {
    char  *base;
    size_t used, size;
    bool   counting;
} Arena;

/* Allocates a block of `size` bytes; free it with arena_free. On failure `err` names the size. */
bool arena_init(Arena *a, size_t size, Err *err);

/* Makes *a count only: `used` becomes the size that a real arena needs. */
void arena_count(Arena *a);

/* Frees the block and everything in it. Also valid for an arena that counts, that failed, or that is { 0 }. */
void arena_free(Arena *a);

/* Upper bound on what arena_take(n) uses, alignment included. */
size_t arena_bytes(size_t n);

/* Allocates exactly what `use` takes from *a: calls it once with *a counting, then makes *a an empty block of that
 * size. False, with *a empty, if `use` or the allocation fails. */
typedef bool ArenaUse(void *context, Err *err);
bool arena_fit(Arena *a, ArenaUse *use, void *context, Err *err);

/* n bytes, 64-byte aligned, uninitialized; NULL if the block is full. */
void *arena_take(Arena *a, size_t n);

/* The same, zeroed unless the arena counts. */
void *arena_zeroed(Arena *a, size_t n);

/* n objects of type T, zeroed; NULL if the block is full. */
#define arena_new(a, T, n) ((T *)arena_zeroed((a), (size_t)(n) * sizeof(T)))
#endif
