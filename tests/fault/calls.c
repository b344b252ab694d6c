/* The system calls by which the programs read and write files. Calls that the C library makes internally, in
 * fread or fflush, are not seen here. */
#include "fault/fault.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LOOKS   = FAULT_BROKEN,                 /* changes nothing                                    */
    CHANGES = FAULT_BROKEN | FAULT_CHANGES,
    FILLS   = CHANGES | FAULT_FULL,
};

/* REAL(type, name, parameters): the function behind this one, as `real`. */
#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (!real)                                                                                     \
    *(void **)&real = fault_real(name)

/* A call that returns 0 or -1. `done` (close): it takes effect even if it fails. */
#define SIMPLE(call, about, ways, done, action)                                                    \
    do {                                                                                           \
        Fault f = fault_call(call, about, 0, ways);                                                \
        int   got = f.error && !(done) ? -1 : (action);                                            \
        if (f.kill)                                                                                \
            fault_kill();                                                                          \
        if (f.error)                                                                               \
            errno = f.error;                                                                       \
        return f.error ? -1 : got;                                                                 \
    } while (0)

enum { FDS = 64, NAME = 160 };

static char names[FDS][NAME];

/* The path that was opened as fd. */
static const char *name_of(int fd) { return fd >= 0 && fd < FDS && *names[fd] ? names[fd] : NULL; }

static int named(int fd, const char *path)
{
    if (fd >= 0 && fd < FDS)
        snprintf(names[fd], NAME, "%s", path);
    return fd;
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    REAL(int, "open64", const char *, int, ...);
    int  ways = flags & O_CREAT ? FILLS : LOOKS;
    Fault f = fault_call(flags & O_CREAT ? "create" : "open", path, 0, ways | FAULT_SIGNAL);
    if (f.error) {
        errno = f.error;
        return -1;
    }
    int fd = real(path, flags, mode);
    if (f.kill)
        fault_kill();
    return named(fd, path);
}

FILE *fopen64(const char *path, const char *mode)
{
    REAL(FILE *, "fopen64", const char *, const char *);
    Fault f = fault_call("fopen", path, 0, LOOKS);
    if (f.error) {
        errno = f.error;
        return NULL;
    }
    return real(path, mode);
}

/* Half of it, at least one byte. */
static size_t share(Fault f, size_t n) { return f.half ? n / 2 + n % 2 : n; }

ssize_t write(int fd, const void *p, size_t n)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    Fault f = fault_call("write", name_of(fd), n, FILLS | FAULT_SIGNAL | FAULT_SHORT);
    if (f.error) {
        errno = f.error;
        return -1;
    }
    ssize_t done = real(fd, p, share(f, n));
    if (f.kill)
        fault_kill();
    return done;
}

ssize_t read(int fd, void *p, size_t n)
{
    REAL(ssize_t, "read", int, void *, size_t);
    Fault f = fault_call("read", name_of(fd), n, LOOKS | FAULT_SIGNAL | FAULT_SHORT);
    if (f.error) {
        errno = f.error;
        return -1;
    }
    return real(fd, p, share(f, n));
}

size_t fread(void *p, size_t size, size_t n, FILE *file)
{
    REAL(size_t, "fread", void *, size_t, size_t, FILE *);
    Fault f = fault_call("fread", NULL, size * n, LOOKS);
    if (!f.error)
        return real(p, size, n, file);
    errno = f.error;
    return 0;
}

int fsync(int fd)
{
    REAL(int, "fsync", int);
    SIMPLE("fsync", name_of(fd), FILLS | FAULT_SIGNAL, false, real(fd));
}

int close(int fd)
{
    REAL(int, "close", int);
    SIMPLE("close", name_of(fd), FILLS | FAULT_SIGNAL, true, real(fd));
}

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    SIMPLE("rename", to, FILLS, false, real(from, to));
}

int unlink(const char *path)
{
    REAL(int, "unlink", const char *);
    SIMPLE("unlink", path, CHANGES, false, real(path));
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, "mkdir", const char *, mode_t);
    SIMPLE("mkdir", path, FILLS, false, real(path, mode));
}

int fchmod(int fd, mode_t mode)
{
    REAL(int, "fchmod", int, mode_t);
    SIMPLE("fchmod", name_of(fd), CHANGES, false, real(fd, mode));
}

int ftruncate64(int fd, off64_t size)
{
    REAL(int, "ftruncate64", int, off64_t);
    SIMPLE("ftruncate", name_of(fd), CHANGES, false, real(fd, size));
}

int stat64(const char *path, struct stat64 *st)
{
    REAL(int, "stat64", const char *, struct stat64 *);
    SIMPLE("stat", path, LOOKS, false, real(path, st));
}

int lstat64(const char *path, struct stat64 *st)
{
    REAL(int, "lstat64", const char *, struct stat64 *);
    SIMPLE("lstat", path, LOOKS, false, real(path, st));
}

int fstat64(int fd, struct stat64 *st)
{
    REAL(int, "fstat64", int, struct stat64 *);
    SIMPLE("fstat", name_of(fd), LOOKS, false, real(fd, st));
}

char *realpath(const char *path, char *room)
{
    REAL(char *, "realpath", const char *, char *);
    Fault f = fault_call("realpath", path, 0, LOOKS);
    if (!f.error)
        return real(path, room);
    errno = f.error;
    return NULL;
}
