#include "base/file.h"
#include "base/human.h"
#include "base/rng.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
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

/* ---- The temporary file ---- */

enum { LONGEST_NAME = 128, SUFFIX = 32, HEX = 16, TRIES = 100, PENDING = 8 };

/* A temporary file: locked while its writer lives, so that what a killed process left can be told from it. */
typedef struct Temp {
    char *dir;                              /* "run/", or "./"                                         */
    char *path;                             /* "run/.model.heed.0123456789abcdef.tmp"                  */
    char  stem[LONGEST_NAME + 4];           /* ".model.heed."                                          */
    int   fd, held;                         /* to write; the same, to hold the lock until the rename   */
    int   slot;                             /* in pending, or -1                                       */
} Temp;

/* The temporary files of this process, for file_abandon. */
static _Atomic(char *) pending[PENDING];

void file_abandon(void)
{
    for (int i = 0; i < PENDING; i++) {
        char *path = atomic_exchange(&pending[i], NULL);
        if (path)
            unlink(path);
    }
}

static void register_temp(Temp *t)
{
    t->slot = -1;
    for (int i = 0; i < PENDING && t->slot < 0; i++) {
        char *none = NULL;
        if (atomic_compare_exchange_strong(&pending[i], &none, t->path))
            t->slot = i;
    }
}

/* Frees the path, unless file_abandon is using it. */
static void free_temp(Temp *t)
{
    char *path = t->path;
    if (t->slot < 0 || atomic_compare_exchange_strong(&pending[t->slot], &path, NULL))
        free(t->path);
    free(t->dir);
}

/* Directory, stem and room for the path. The name of a long file is left out: with the suffix it could be too long. */
static bool names(Temp *t, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t      at = (size_t)(name - path);
    snprintf(t->stem, sizeof t->stem, ".%s.", strlen(name) <= LONGEST_NAME ? name : "heed");
    t->dir = at ? strndup(path, at) : strdup("./");
    t->path = malloc(at + sizeof t->stem + SUFFIX);
    if (!t->dir || !t->path)
        return false;
    memcpy(t->path, path, at);
    t->path[at] = '\0';
    return true;
}

/* A number that no other process can guess, nor draw but by chance. */
static uint64_t fresh_number(void)
{
    static _Atomic uint64_t seed, drawn;
    if (!seed) {
        struct timespec now = { 0 };
        uint64_t        bits = 0;
        int             fd = file_open("/dev/urandom", O_RDONLY);
        if (fd < 0 || read(fd, &bits, sizeof bits) != (ssize_t)sizeof bits)
            clock_gettime(CLOCK_REALTIME, &now);
        if (fd >= 0)
            file_close(fd);
        seed = (bits ^ (uint64_t)now.tv_nsec ^ (uint64_t)(uintptr_t)&now) | 1;
    }
    return rng_bits(seed, (uint64_t)getpid(), drawn++);
}

/* A private file must not become public; file systems without permissions are accepted. */
static bool keep_mode(int fd, const struct stat *old)
{
    return !old || fchmod(fd, old->st_mode & 0777) == 0 || errno == EPERM || errno == ENOTSUP || errno == ENOSYS;
}

/* Locks the file for as long as it is open. False if another process is sweeping it away. Without locks nothing is
 * swept away. */
static bool claim(int fd)
{
    struct stat st;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno != EWOULDBLOCK;
    return fstat(fd, &st) != 0 || st.st_nlink > 0;
}

/* Removes a temporary file without a writer. */
static void sweep_one(const char *path)
{
    struct stat st;
    int         fd = file_open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlink(path);
    close(fd);
}

/* Removes what killed processes left of this file. Failing to does no harm. */
static void sweep(const Temp *t)
{
    DIR   *dir = opendir(t->dir);
    size_t n = strlen(t->stem);
    char   path[PATH_MAX];
    for (struct dirent *d; dir && (d = readdir(dir));) {
        bool ours = strncmp(d->d_name, t->stem, n) == 0 && strspn(d->d_name + n, "0123456789abcdef") == HEX &&
                    strcmp(d->d_name + n + HEX, ".tmp") == 0;
        if (ours && snprintf(path, sizeof path, "%s%s", t->dir, d->d_name) < (int)sizeof path)
            sweep_one(path);
    }
    if (dir)
        closedir(dir);
}

/* Creates the file with O_EXCL, so that a planted link is not followed, and locks it. False with errno. */
static bool create(Temp *t)
{
    size_t at = strlen(t->path);
    for (int i = 0; i < TRIES; i++) {
        snprintf(t->path + at, sizeof t->stem + SUFFIX, "%s%016llx.tmp", t->stem, (unsigned long long)fresh_number());
        t->fd = file_open(t->path, O_WRONLY | O_CREAT | O_EXCL);
        if (t->fd < 0 && errno != EEXIST)
            return false;
        if (t->fd >= 0 && claim(t->fd))
            return true;
        if (t->fd >= 0)
            close(t->fd);
    }
    errno = EEXIST;
    return false;
}

/* Writes, syncs and closes it; the lock is held on. */
static bool fill(Temp *t, const struct stat *old, const FilePart *parts, size_t n)
{
    t->held = dup(t->fd);
    bool ok = t->held >= 0 && keep_mode(t->fd, old) && write_parts(t->fd, parts, n) && file_force(t->fd);
    int  why = errno;
    if (!file_close(t->fd) && ok)
        return false;
    errno = why;
    return ok;
}

/* Everything up to the rename; false with errno. */
static bool replace(Temp *t, const char *path, const struct stat *old, const FilePart *parts, size_t n)
{
    sweep(t);
    register_temp(t);
    if (!create(t))
        return false;
    bool ok = fill(t, old, parts, n) && rename(t->path, path) == 0;
    int  why = errno;
    if (!ok)
        unlink(t->path);
    if (t->held >= 0)
        close(t->held);
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
    Temp t = { .held = -1, .slot = -1 };
    bool ok = names(&t, path);
    if (!ok || !replace(&t, path, old, parts, n))
        ok = unsaved(shown, old != NULL, parts, n, ok ? errno : ENOMEM, err);
    else if (!file_force_dir(t.dir))
        ok = err_set(err, "saved %s, but a power failure may lose it: %s", shown, file_why(errno));
    free_temp(&t);
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
