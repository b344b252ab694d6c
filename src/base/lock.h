#ifndef BASE_LOCK_H
#define BASE_LOCK_H
#include "base/err.h"

/* Exclusive use of a directory by one process. The lock is an flock on the directory, held by the descriptor: it
 * leaves no file behind and ends with the process, even if killed. */
typedef struct Lock {
    int fd;                                 /* -1: not held */
} Lock;

/* Locks the existing directory `dir` until lock_release. False if another process holds it; err names that process
 * where the system reports it (Linux). True with fd -1, unlocked, if the directory cannot be opened or its file
 * system does not support locks. */
bool lock_take(Lock *l, const char *dir, Err *err);

/* The same, but waits until it is free. */
void lock_wait(Lock *l, const char *dir);

void lock_release(Lock *l);
#endif
