#include "base/file.h"
#include "base/human.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Systems reject or shorten a single write near 2 GiB. */
enum { CHUNK = 1 << 28 };

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n < CHUNK ? n : CHUNK);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            errno = done < 0 ? errno : EIO;
            return false;
        }
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static bool write_parts(int fd, const FilePart *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!write_all(fd, parts[i].p, parts[i].len))
            return false;
    return true;
}

/* On macOS fsync stops at the drive's cache. Some file systems do not support fsync: that is not an error. */
bool file_force(int fd)
{
#ifdef F_FULLFSYNC
    if (fcntl(fd, F_FULLFSYNC) == 0)
        return true;
#endif
    while (fsync(fd) != 0)
        if (errno != EINTR)
            return errno == EINVAL || errno == ENOTSUP;
    return true;
}

/* A rename is durable once its directory is synced. */
bool file_force_dir(const char *dir)
{
    int fd = file_open(dir, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return false;
    bool ok = file_force(fd);
    int  why = errno;
    close(fd);
    errno = why;
    return ok;
}

/* "run/model.heed" -> "run/" and "run/.model.heed.tmp", or "./" if the path has no directory. */
static bool names(const char *path, char **dir, char **temp)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t      at = (size_t)(name - path), len = strlen(name);
    *dir = malloc(at + 3);
    *temp = malloc(at + len + 6);
    if (!*dir || !*temp)
        return false;
    memcpy(*dir, path, at);
    memcpy(*dir + at, at ? "" : "./", at ? 1 : 3);
    memcpy(*temp, path, at);
    (*temp)[at] = '.';
    memcpy(*temp + at + 1, name, len);
    memcpy(*temp + at + 1 + len, ".tmp", 5);
    return true;
}

/* A private file must not become public; file systems without permissions are accepted. */
static bool keep_mode(int fd, const struct stat *old)
{
    return fchmod(fd, old->st_mode & 0777) == 0 || errno == EPERM || errno == ENOTSUP || errno == ENOSYS;
}

/* Removes what a killed process left, then creates the file with O_EXCL, so that a planted link is not followed, and
 * with the permissions of the file it will replace. */
static int create(const char *temp, const struct stat *old)
{
    if (unlink(temp) != 0 && errno != ENOENT)
        return -1;
    int fd = file_open(temp, O_WRONLY | O_CREAT | O_EXCL);
    if (fd >= 0 && old && !keep_mode(fd, old)) {
        int why = errno;
        close(fd);
        unlink(temp);
        errno = why;
        return -1;
    }
    return fd;
}

/* Everything up to the rename; false with errno. */
static bool replace(const char *path, const char *temp, const struct stat *old, const FilePart *parts, size_t n)
{
    int fd = create(temp, old);
    if (fd < 0)
        return false;
    bool ok = write_parts(fd, parts, n) && file_force(fd);
    int  why = errno;
    if (!file_close(fd) && ok) {
        ok = false;
        why = errno;
    }
    if (ok && rename(temp, path) != 0) {
        ok = false;
        why = errno;
    }
    if (!ok)
        unlink(temp);
    errno = why;
    return ok;
}

static bool unsaved(const char *path, bool old, const FilePart *parts, size_t n, int why, Err *err)
{
    const char *kept = old ? "the previous file is unchanged" : "nothing was written";
    size_t      needed = 0;
    if (why != ENOSPC && why != EDQUOT && why != EFBIG)
        return err_set(err, "cannot save %s: %s; %s", path, file_why(why), kept);
    for (size_t i = 0; i < n; i++)
        needed += parts[i].len;
    return err_set(err, "cannot save %s: %s: %s needed; %s", path, file_why(why), human_bytes(needed).s, kept);
}

/* A device or pipe has no contents to preserve and must not be replaced by a file. */
static bool write_through(const char *path, const FilePart *parts, size_t n, Err *err)
{
    int fd = file_open(path, O_WRONLY);
    if (fd < 0)
        return err_set(err, "cannot open %s: %s", path, file_why(errno));
    bool ok = write_parts(fd, parts, n);
    int  why = errno;
    if (!file_close(fd) && ok) {
        ok = false;
        why = errno;
    }
    return ok || err_set(err, "cannot write to %s: %s", path, file_why(why));
}

/* path: with links resolved; shown: as the user wrote it. */
static bool replace_and_force(const char *path, const char *shown, const struct stat *old, const FilePart *parts,
                              size_t n, Err *err)
{
    char *dir = NULL, *temp = NULL;
    bool  ok = names(path, &dir, &temp);
    if (!ok || !replace(path, temp, old, parts, n))
        ok = unsaved(shown, old != NULL, parts, n, ok ? errno : ENOMEM, err);
    else if (!file_force_dir(dir))
        ok = err_set(err, "saved %s, but a power failure may lose it: %s", shown, file_why(errno));
    free(dir);
    free(temp);
    return ok;
}

bool file_replace(const char *path, const FilePart *parts, size_t n, Err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return (errno != ENOENT && errno != ENOTDIR) ? unsaved(path, true, parts, n, errno, err) :
                                                       replace_and_force(path, path, NULL, parts, n, err);
    if (S_ISDIR(st.st_mode))
        return err_set(err, "cannot save %s: it is a directory, not a file", path);
    if (!S_ISREG(st.st_mode))
        return write_through(path, parts, n, err);
    char *real_path = realpath(path, NULL);
    bool  ok = real_path ? replace_and_force(real_path, path, &st, parts, n, err) :
                           unsaved(path, true, parts, n, errno, err);
    free(real_path);
    return ok;
}
