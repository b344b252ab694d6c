#ifndef PTY_H
#define PTY_H
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A pseudo-terminal for tests: output written to `file` can be read from `fd`. */
typedef struct Pty {
    int   fd;
    FILE *file;
} Pty;

/* `file` is NULL if the system has none (a chroot without /dev/pts): the test then returns. */
static inline Pty pty_open(int columns)
{
    Pty            p = { .fd = posix_openpt(O_RDWR | O_NOCTTY) };
    struct winsize size = { .ws_row = 24, .ws_col = (unsigned short)columns };
    if (p.fd < 0 || grantpt(p.fd) != 0 || unlockpt(p.fd) != 0)
        return p;
    p.file = fopen(ptsname(p.fd), "r+");
    if (p.file)
        ioctl(fileno(p.file), TIOCSWINSZ, &size);
    return p;
}
#endif
