#include "base/lock.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif
#include <unistd.h>

/* The process that holds the lock, from the kernel's list; 0 if unknown or not visible from here.
 * A line: "1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF": process, device, inode. */
static long holder(int fd)
{
    long pid = 0;
#ifdef __linux__
    struct stat st;
    char  line[256];
    FILE *f = fstat(fd, &st) == 0 ? fopen("/proc/locks", "re") : NULL;
    while (f && pid <= 0 && fgets(line, sizeof line, f)) {
        unsigned      big, small;
        unsigned long inode;
        long          who;
        if (sscanf(line, "%*d: FLOCK %*s WRITE %ld %x:%x:%lu", &who, &big, &small, &inode) == 4 &&
            big == major(st.st_dev) && small == minor(st.st_dev) && inode == st.st_ino)
            pid = who;
    }
    if (f)
        fclose(f);
#else
    (void)fd;
#endif
    return pid > 0 ? pid : 0;
}

static bool taken(const char *dir, long pid, Err *err)
{
    char who[64] = "another process";
    if (pid)
        snprintf(who, sizeof who, "process %ld", pid);
    return err_set(err, "%s is writing to the folder %s: wait until it ends, or use another folder", who, dir);
}

bool lock_take(Lock *l, const char *dir, Err *err)
{
    l->fd = file_open(dir, O_RDONLY | O_DIRECTORY);
    if (l->fd < 0 || flock(l->fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    bool free = errno != EWOULDBLOCK;
    if (!free)
        taken(dir, holder(l->fd), err);
    lock_release(l);
    return free;
}

void lock_wait(Lock *l, const char *dir)
{
    l->fd = file_open(dir, O_RDONLY | O_DIRECTORY);
    while (l->fd >= 0 && flock(l->fd, LOCK_EX) != 0)
        if (errno != EINTR)
            lock_release(l);
}

void lock_release(Lock *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}
