/* base/lock.h where no other process uses the files. */
#include "base/lock.h"

bool lock_take(Lock *l, const char *dir, Err *err)
{
    (void)dir, (void)err;
    l->fd = -1;
    return true;
}

void lock_wait(Lock *l, const char *dir)
{
    (void)dir;
    l->fd = -1;
}

void lock_release(Lock *l) { l->fd = -1; }
