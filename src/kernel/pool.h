#ifndef KERNEL_POOL_H
#define KERNEL_POOL_H
#include "base/err.h"
#include <stddef.h>

/* The process's threads: a parallel for, and memory for each thread to work in. There is one pool,
 * because there is one machine; without pool_start everything runs on the calling thread. All
 * functions but pool_scratch are for the one thread that started the pool.
 * Which thread does what is left to timing, so a task may depend on its range only. */

/* Work on items begin <= i < end. Runs on any thread; must not call pool_each. */
typedef void PoolTask(void *context, size_t begin, size_t end);

enum { POOL_MAX = 256 };

/* Starts `threads` - 1 threads beside the caller (1 <= threads <= POOL_MAX), in place of those that
 * there were; scratch memory stays. They block signals, which are the caller's. False when the
 * system does not give them all: err says how many there are, and the pool works with these. */
bool pool_start(int threads, Err *err);

/* Ends the threads and frees the scratch memory. */
void pool_stop(void);

/* Threads that work, the caller included: at least 1. */
int pool_threads(void);

/* Calls task on pieces of [0, n) of at most `grain` items (0 counts as 1) until all are done;
 * returns then. A piece that follows soon costs about a microsecond to hand out; threads that find
 * nothing to do for some hundred microseconds sleep. */
void pool_each(size_t n, size_t grain, PoolTask *task, void *context);

/* Makes sure that every thread has `bytes` of scratch memory. Not inside a task. */
bool pool_reserve(size_t bytes, Err *err);

/* The calling thread's scratch memory, 64-byte aligned, content undefined. */
void *pool_scratch(void);

/* What the threads' scratch memory takes in all, in bytes. */
size_t pool_scratch_bytes(void);

/* The processors that this process may use: affinity mask and cgroup quota, at least 1. */
int pool_processors(void);

/* The processors' worth of time, rounded up, that the process's control groups leave it (cgroups 1
 * and 2); 0 for no limit. `groups` lists them (/proc/self/cgroup), `root` is where they are mounted
 * (/sys/fs/cgroup). */
int pool_quota(const char *groups, const char *root);
#endif
