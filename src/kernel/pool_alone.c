/* kernel/pool.h without threads, for a page's worker. */
#include "kernel/pool.h"
#include <stdint.h>
#include <stdlib.h>

enum { CACHE = 64 };

static struct {
    void  *scratch;
    size_t bytes;
} pool;

bool pool_start(int threads, Err *err)
{
    return threads == 1 || err_set(err, "cannot start %d threads: only one is available here", threads);
}

void pool_stop(void)
{
    free(pool.scratch);
    pool.scratch = NULL;
    pool.bytes = 0;
}

int pool_threads(void) { return 1; }

void pool_each(size_t n, size_t grain, PoolTask *task, void *context)
{
    size_t piece = grain ? grain : 1;
    for (size_t i = 0; i < n; i += piece)
        task(context, i, n - i < piece ? n : i + piece);
}

bool pool_reserve(size_t bytes, Err *err)
{
    if (bytes <= pool.bytes)
        return true;
    void *p = bytes <= SIZE_MAX - CACHE ? aligned_alloc(CACHE, (bytes + CACHE - 1) / CACHE * CACHE) : NULL;
    if (!p)
        return err_set(err, "out of memory: %zu bytes of scratch memory are needed", bytes);
    free(pool.scratch);
    pool.scratch = p;
    pool.bytes = bytes;
    return true;
}

void *pool_scratch(void) { return pool.scratch; }

size_t pool_scratch_bytes(void) { return pool.bytes; }

int pool_processors(void) { return 1; }

int pool_quota(const char *groups, const char *root) { return (void)groups, (void)root, 0; }
