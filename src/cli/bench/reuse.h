#ifndef CLI_BENCH_REUSE_H
#define CLI_BENCH_REUSE_H
#include <stddef.h>

/* Which cache holds a tensor when it is used again: the distance of reuse, in bytes, of an LRU stack (Mattson et al.
 * 1970, "Evaluation techniques for storage hierarchies", section 3), with whole tensors instead of lines. Caches of
 * that size still hold the tensor; smaller ones do not. */
typedef struct Reuse {
    struct ReuseEntry {
        const char *p, *end;
    } stack[4096];                          /* the last one is the most recent */
    int n;
} Reuse;

/* The bytes of all memory touched since some of [p, p + bytes) last was, plus its own; the first time, of all there
 * was. */
size_t reuse_touch(Reuse *r, const void *p, size_t bytes);
#endif
