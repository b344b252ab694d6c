#ifndef KERNEL_POOL_H
#define KERNEL_POOL_H
#include "base/err.h"
#include <stddef.h>

/* The process's thread pool: a parallel for, and scratch memory for each thread. There is one pool per
 * process; before pool_start everything runs on the calling thread. Only the thread that started the pool
 * may call these functions, except pool_scratch. Timing decides which thread runs which piece, so the
 * result of a task must depend on its range alone. */

/* Works on items begin <= i < end. Runs on any thread; must not call pool_each. */
typedef void PoolTask(void *context, size_t begin, size_t end);

enum { POOL_MAX = 256 };

/* Starts threads - 1 threads besides the caller (1 <= threads <= POOL_MAX), replacing any earlier ones;
 * scratch memory is kept. They block all signals, which leaves them to the caller. False if the system
 * refuses some of them: err says how many run, and the pool works with those. */
bool pool_start(int threads, Err *err);

/* Joins the threads and frees the scratch memory. */
void pool_stop(void);

/* Threads at work, including the caller: at least 1. */
int pool_threads(void);

/* Cuts [0, n) into pieces of at most `grain` items (0 counts as 1), calls task on each, and returns when all
 * are done. Dispatch costs about a microsecond while the threads are awake; a thread that stays idle for
 * some hundred microseconds sleeps. */
void pool_each(size_t n, size_t grain, PoolTask *task, void *context);

/* Ensures that every thread has at least `bytes` of scratch memory; its contents are lost if it grows. False,
 * with err set, if memory is exhausted. Not inside a task. */
bool pool_reserve(size_t bytes, Err *err);

/* The calling thread's scratch memory: 64-byte aligned, contents undefined, owned by the pool. */
void *pool_scratch(void);

/* Bytes of scratch memory of all threads together. */
size_t pool_scratch_bytes(void);

/* Processors that this process may use, by affinity mask and cgroup quota; 1 to POOL_MAX. */
int pool_processors(void);

/* The CPU quota of the process's control groups (v1 and v2), in processors, rounded up; 0 for no limit.
 * `groups` is the file that lists them (/proc/self/cgroup), `root` their mount point (/sys/fs/cgroup). */
int pool_quota(const char *groups, const char *root);
#endif
