/* base/file.h where no other process uses the files and no power failure outlives them: no locks, no syncing. */
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static bool write_file(const char *path, const FilePart *parts, size_t n)
{
    int  fd = file_open(path, O_WRONLY | O_CREAT | O_TRUNC);
    bool ok = fd >= 0;
    for (size_t i = 0; ok && i < n; i++)
        ok = write_all(fd, parts[i].p, parts[i].len);
    return (fd < 0 || file_close(fd)) && ok;
}

/* The old file stays until the new one is whole. */
bool file_replace(const char *path, const FilePart *parts, size_t n, Err *err)
{
    size_t room = strlen(path) + sizeof ".tmp";
    char  *temp = malloc(room);
    if (temp)
        snprintf(temp, room, "%s.tmp", path);
    bool ok = temp && write_file(temp, parts, n) && rename(temp, path) == 0;
    if (!ok)
        err_set(err, "cannot save %s: %s", path, file_why(temp ? errno : ENOMEM));
    free(temp);
    return ok;
}

void file_abandon(void) {}

bool file_force(int fd) { return (void)fd, true; }

bool file_force_dir(const char *dir) { return (void)dir, true; }
