#include "base/file.h"
#include "base/human.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Systems reject or shorten a single read near 2 GiB. */
enum { CHUNK = 1 << 28, FIRST_ROOM = 1 << 16, MOST_ROOM = 1 << 30 };

const char *file_why(int error)
{
    switch (error) {
    case ENOENT: return "no such file or directory";
    case ENOTDIR: return "a component of the path is a file, not a directory";
    case EISDIR: return "it is a directory, not a file";
    case EACCES:
    case EPERM: return "permission denied";
    case EROFS: return "the file system is read-only";
    case ENOSPC: return "no space left on the device";
    case EDQUOT: return "the disk quota is exceeded";
    case EFBIG: return "larger than the system allows a file to be";
    case EIO: return "the device reports an input/output error";
    case ENAMETOOLONG: return "the name is too long";
    default: return strerror(error);
    }
}

/* Without this limit an endless input (/dev/zero) would exhaust the machine before malloc fails. */
static size_t memory_of_machine(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || size <= 0 || (uintmax_t)pages > SIZE_MAX / (uintmax_t)size)
        return SIZE_MAX;
    return (size_t)pages * (size_t)size;
}

int file_open(const char *path, int flags)
{
    int fd;
    do
        fd = open(path, flags | O_CLOEXEC, 0666);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* On EINTR the descriptor is closed already; closing again could close another thread's. */
bool file_close(int fd) { return close(fd) == 0 || errno == EINTR; }

static bool too_large(const char *path, size_t wanted, Err *err)
{
    return err_set(err, "cannot read %s: it does not fit in memory (%s needed)", path,
                   human_bytes(wanted).s);
}

/* Makes room for `more` bytes and a final NUL. */
static bool grow(FileData *d, size_t more, const char *path, Err *err)
{
    if (more < d->room - d->len)
        return true;
    if (more >= memory_of_machine() - d->len)
        return too_large(path, more, err);
    size_t room = d->len + more + 1;
    char  *p = realloc(d->p, room);
    if (!p)
        return too_large(path, room, err);
    d->p = p;
    d->room = room;
    return true;
}

/* Doubles the buffer, by at most MOST_ROOM. */
static size_t next_room(size_t room)
{
    return room < FIRST_ROOM ? FIRST_ROOM : room < MOST_ROOM ? room : MOST_ROOM;
}

/* Reads to the end of the file, whatever size fstat reported. */
static bool read_to_end(int fd, const char *path, FileData *d, Err *err)
{
    for (;;) {
        if (d->len + 1 >= d->room && !grow(d, next_room(d->room), path, err))
            return false;
        size_t  room = d->room - d->len - 1;
        ssize_t n = read(fd, d->p + d->len, room < CHUNK ? room : CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, "cannot read %s: %s", path, file_why(errno));
        if (n == 0)
            return true;
        d->len += (size_t)n;
    }
}

/* One byte more than the reported size, so that read returns 0 without growing the buffer. */
static bool read_all(int fd, const char *path, FileData *d, Err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(err, "cannot read %s: %s", path, file_why(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(err, "cannot read %s: it is a directory, not a file", path);
    uintmax_t size = S_ISREG(st.st_mode) && st.st_size > 0 ? (uintmax_t)st.st_size : 0;
    if (size >= SIZE_MAX)
        return too_large(path, SIZE_MAX, err);
    return grow(d, (size_t)size + 1, path, err) && read_to_end(fd, path, d, err);
}

bool file_read(const char *path, FileData *to, Err *err)
{
    bool   in = strcmp(path, "-") == 0;
    size_t before = to->len;
    int    fd = in ? STDIN_FILENO : file_open(path, O_RDONLY);
    if (fd < 0)
        return err_set(err, "cannot open %s: %s", path, file_why(errno));
    bool ok = read_all(fd, in ? "standard input" : path, to, err);
    if (!in)
        close(fd);
    if (!ok)
        to->len = before;
    if (to->p)
        to->p[to->len] = '\0';
    return ok;
}

void file_free(FileData *d)
{
    free(d->p);
    *d = (FileData){ 0 };
}

/* Names and directories. */

/* A failing disk must not make an existing file look missing, or it would be replaced. */
bool file_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

bool file_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_start(const char *path, void *start, size_t n, size_t *len, Err *err)
{
    struct stat is;
    *len = 0;
    errno = 0;
    if (stat(path, &is) != 0)
        return errno == ENOENT || err_set(err, "cannot read %s, which already exists: %s", path, file_why(errno));
    if (!S_ISREG(is.st_mode) && !S_ISDIR(is.st_mode))
        return true;
    FILE *f = fopen(path, "re");
    bool  read = false;
    if (f) {
        *len = fread(start, 1, n, f);
        read = *len || !ferror(f);
        fclose(f);
    }
    return read || err_set(err, "cannot read %s, which already exists: %s", path, file_why(errno));
}

/* "a/b" and "a/b/" -> "a/"; "b" -> "./". Malloc'd. */
static char *parent_of(const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    while (n > 0 && path[n - 1] != '/')
        n--;
    return n ? strndup(path, n) : strdup("./");
}

/* Syncs the entry of a new directory; a parent that may not be opened cannot be synced. */
static bool force_parent(const char *path)
{
    char *parent = parent_of(path);
    bool  ok = parent && (file_force_dir(parent) || errno == EACCES || errno == EPERM);
    int   why = parent ? errno : ENOMEM;
    free(parent);
    errno = why;
    return ok;
}

static bool no_dir(const char *path, const char *why, Err *err)
{
    return err_set(err, "cannot create the directory %s: %s", path, why);
}

static bool make_one(const char *path, Err *err)
{
    if (mkdir(path, 0777) == 0)
        return force_parent(path) ||
               err_set(err, "created the directory %s, but a power failure may lose it: %s", path,
                       file_why(errno));
    int why = errno;                            /* file_is_dir may change it */
    return file_is_dir(path) ||
           no_dir(path, why == EEXIST ? "a file of that name already exists" : file_why(why), err);
}

/* Creates each prefix of the path that ends before a '/', then the path. */
bool file_make_dir(const char *path, Err *err)
{
    if (!*path)
        return no_dir("\"\"", "the name is empty", err);
    char *part = strdup(path);
    if (!part)
        return no_dir(path, file_why(ENOMEM), err);
    bool ok = true;
    for (char *p = part + 1; ok && *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        ok = make_one(part, err);
        *p = '/';
    }
    ok = ok && make_one(part, err);
    free(part);
    return ok;
}
