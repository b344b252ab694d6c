#include "kernel/pool.h"
#include <stdlib.h>

static void  *scratch;
static size_t scratch_len;

bool pool_start(int threads, Err *err)
{
    (void)err;
    return threads >= 1;
}

void pool_stop(void)
{
    free(scratch);
    scratch     = NULL;
    scratch_len = 0;
}

int pool_threads(void) { return 1; }

void pool_each(size_t n, size_t grain, PoolTask *task, void *context)
{
    for (size_t i = 0; i < n; i += grain)
        task(context, i, n - i < grain ? n : i + grain);
}

bool pool_reserve(size_t bytes, Err *err)
{
    bytes = (bytes + 63) / 64 * 64;
    if (bytes <= scratch_len)
        return true;
    void *more = aligned_alloc(64, bytes);
    if (!more)
        return err_set(err, "no memory for %zu bytes of scratch", bytes);
    free(scratch);
    scratch     = more;
    scratch_len = bytes;
    return true;
}

void *pool_scratch(void) { return scratch; }

size_t pool_scratch_bytes(void) { return scratch_len; }

int pool_processors(void) { return 1; }
