#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/err.h"
#include <stddef.h>

/* One block of memory, handed out front to back and taken back all at once. An arena without a
 * block (arena_count) hands out addresses that must not be touched: it only counts, which is how
 * a dry run of the model tells its memory before anything is allocated. */
typedef struct Arena {
    char  *base;
    size_t used, size;
    bool   counting;
} Arena;

/* `size` bytes from the system, to be given back by arena_free; on failure `err` says how much was wanted. Taking
 * all back to hand it out again is used = 0. */
bool arena_init(Arena *a, size_t size, Err *err);

/* An arena that counts only: `used` is then the size that a real one needs. */
void arena_count(Arena *a);

/* Gives the block back: what was handed out is gone. Also for an arena that counts or has failed, or is { 0 }. */
void arena_free(Arena *a);

/* Enough of an arena for arena_take(n), whatever was taken before. */
size_t arena_bytes(size_t n);

/* Memory for what `use` takes from *a: a first call with *a counting measures it, then *a becomes a block of that size,
 * empty, for the same calls again. False, with *a empty, when `use` or the allocation failed. */
typedef bool ArenaUse(void *context, Err *err);
bool arena_fit(Arena *a, ArenaUse *use, void *context, Err *err);

/* n bytes, 64-byte aligned, content undefined; NULL when the block is full. */
void *arena_take(Arena *a, size_t n);

/* The same, set to zero (not for a counting arena's addresses, which are never touched). */
void *arena_zeroed(Arena *a, size_t n);

/* n objects of type T, zeroed; NULL when the block is full. */
#define arena_new(a, T, n) ((T *)arena_zeroed((a), (size_t)(n) * sizeof(T)))
#endif
