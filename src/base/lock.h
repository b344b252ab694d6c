#ifndef BASE_LOCK_H
#define BASE_LOCK_H
#include "base/err.h"

/* A directory kept for one process. The lock is on the directory itself and held by the open
 * descriptor: nothing is left in it, and a process that ends, however that comes, holds it no longer. */
typedef struct Lock {
    int fd;                                 /* -1: not held */
} Lock;

/* Keeps `dir`, which is there, until lock_release. False with a sentence when another process has it, and
 * which one where that can be told (Linux). Some network file systems lock no directories, and some
 * directories may not be opened: that is true with fd -1, as it is no reason not to work. */
bool lock_take(Lock *l, const char *dir, Err *err);
void lock_release(Lock *l);
#endif
