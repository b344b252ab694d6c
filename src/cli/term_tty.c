/* What term.h asks of the system about a stream. */
#include "cli/term.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH = 80, NARROWEST = 20, WIDEST = 1000, HEIGHT = 24, LOWEST = 5 };

static int sensible(long width)
{
    return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : (int)width;
}

int term_width(FILE *file)
{
    struct winsize size = { 0 };
    if (isatty(fileno(file)) && ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return sensible(size.ws_col);
    const char *columns = getenv("COLUMNS");
    long        width = columns ? strtol(columns, NULL, 10) : 0;
    return width > 0 ? sensible(width) : WIDTH;
}

int term_height(FILE *file)
{
    struct winsize size = { 0 };
    const char    *lines = getenv("LINES");
    long           height = lines ? strtol(lines, NULL, 10) : 0;
    if (isatty(fileno(file)) && ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
        height = size.ws_row;
    return height <= 0 ? HEIGHT : height < LOWEST ? LOWEST : height > WIDEST ? WIDEST : (int)height;
}

/* The first non-empty one decides, as in setlocale(3). */
static bool utf8(void)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value)
            continue;
        const char *charset = strchr(value, '.');
        return charset && (strncasecmp(charset, ".UTF-8", 6) == 0 || strncasecmp(charset, ".UTF8", 5) == 0);
    }
    return false;
}

Term term_of(FILE *file)
{
    const char *type = getenv("TERM"), *no_color = getenv("NO_COLOR");
    Term t = { .file = file, .tty = isatty(fileno(file)) == 1, .utf8 = utf8(), .width = term_width(file) };
    t.moves = t.tty && type && strcmp(type, "dumb") != 0;
    t.color = t.moves && !(no_color && *no_color);
    return t;
}

/* Opens closed standard streams in the wrong direction, so that using them still fails. */
void term_start(void)
{
    static const int wrong[] = { O_WRONLY, O_RDONLY, O_RDONLY };
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", wrong[fd]);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

bool term_deserted(FILE *file)
{
    struct pollfd p = { .fd = fileno(file), .events = POLLOUT };
    return poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP)) && !isatty(p.fd);
}
