#include "fault/fault.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
    const char *name;
    int         way;
    Fault       then;
} hows[] = {
    { "ENOSPC", FAULT_FULL, { .error = ENOSPC } },      { "EIO", FAULT_BROKEN, { .error = EIO } },
    { "EINTR", FAULT_SIGNAL, { .error = EINTR } },      { "short", FAULT_SHORT, { .half = true } },
    { "kill-before", FAULT_CHANGES, { .kill = true } }, { "kill-after", FAULT_CHANGES, { .kill = true } },
    { "filling", FAULT_FULL, { .error = ENOSPC } },     { "ENOMEM", FAULT_MEMORY, { .error = ENOMEM } },
    { "EAGAIN", FAULT_THREAD, { .error = EAGAIN } },      { "slow", FAULT_SHORT, { 0 } },
    { "none", 0, { 0 } },
};

enum { HOWS = sizeof hows / sizeof *hows };

static struct {
    bool        read;                       /* the environment has been read                      */
    int         how;
    long        at, count;
    bool        on;
    const char *said, *list;
} fault;

void fault_kill(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static bool how_is(const char *name) { return strcmp(hows[fault.how].name, name) == 0; }

/* Must not allocate or make a call that is counted. */
static void append(const char *path, const char *call, const char *about, size_t n)
{
    char line[512];
    int  len = snprintf(line, sizeof line, "%s %s %zu\n", call, about ? about : "-", n);
    long fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
    if (fd < 0 || len < 0)
        return;
    (void)!syscall(SYS_write, fd, line, (size_t)len < sizeof line ? (size_t)len : sizeof line);
    syscall(SYS_close, fd);
}

static void read_environment(void)
{
    const char *how = getenv("FAULT_HOW"), *at = getenv("FAULT_AT");
    fault.read = true;
    fault.how = HOWS - 1;
    for (int i = 0; how && i < HOWS; i++) {
        size_t n = strlen(hows[i].name);
        if (strncmp(how, hows[i].name, n) != 0 || (how[n] && strcmp(how + n, "-on") != 0))
            continue;
        fault.how = i;
        fault.on = how[n] != '\0' || how_is("filling");
    }
    fault.at = at ? strtol(at, NULL, 10) : 0;
    fault.said = getenv("FAULT_SAID");
    fault.list = getenv("FAULT_LIST");
}

Fault fault_call(const char *call, const char *about, size_t n, int ways)
{
    const int   saved = errno;
    const Fault nothing = { 0 };
    if (!fault.read)
        read_environment();
    if (fault.list)
        append(fault.list, call, about, n);
    if (!(hows[fault.how].way & ways) || (how_is("slow") && strcmp(call, "write") != 0))
        return nothing;
    fault.count++;
    if (fault.at <= 0 || fault.count < fault.at || (fault.count > fault.at && !fault.on))
        return nothing;
    append(fault.said, call, about, n);
    if (how_is("kill-before"))
        fault_kill();
    if (how_is("slow"))
        sleep(2);
    errno = saved;
    if (how_is("filling") && fault.count == fault.at && (ways & FAULT_SHORT))
        return (Fault){ .half = true };
    return hows[fault.how].then;
}

void *fault_real(const char *name)
{
    void *real = dlsym(RTLD_NEXT, name);
    if (!real)
        abort();
    return real;
}
