#define _DEFAULT_SOURCE
#include "base/arena.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

enum { ALIGN = 64, HUGE = 2 << 20 };

/* Huge pages make a training step about a tenth faster, where the kernel grants them. */
static void advise(char *base, size_t size)
{
#if defined __linux__ && defined MADV_HUGEPAGE
    if (size >= HUGE)
        (void)madvise(base, size, MADV_HUGEPAGE);
#else
    (void)base, (void)size;
#endif
}

bool arena_init(Arena *a, size_t size, Err *err)
{
    size_t unit = size >= HUGE ? HUGE : ALIGN;
    *a = (Arena){ .size = size };
    if (size <= SIZE_MAX - unit)
        a->base = aligned_alloc(unit, size ? (size + unit - 1) / unit * unit : unit);
    if (!a->base)
        return err_set(err, "out of memory: cannot allocate %zu MiB in one block", size >> 20);
    advise(a->base, size);
    return true;
}

void arena_count(Arena *a) { *a = (Arena){ .size = SIZE_MAX / 2, .counting = true }; }

void arena_free(Arena *a)
{
    free(a->base);
    *a = (Arena){ 0 };
}

size_t arena_bytes(size_t n) { return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1); }

bool arena_fit(Arena *a, ArenaUse *use, void *context, Err *err)
{
    arena_count(a);
    bool   ok = use(context, err);
    size_t need = a->used;
    *a = (Arena){ 0 };
    return ok && arena_init(a, need, err);
}

void *arena_take(Arena *a, size_t n)
{
    size_t at = arena_bytes(a->used);
    if (at > a->size || n > a->size - at)
        return NULL;
    a->used = at + n;
    return a->counting ? (void *)(uintptr_t)(ALIGN + at) : a->base + at;
}

void *arena_zeroed(Arena *a, size_t n)
{
    void *p = arena_take(a, n);
    return p && !a->counting ? memset(p, 0, n) : p;
}
