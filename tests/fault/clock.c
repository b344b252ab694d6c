/* FAULT_CLOCK=CLOCK:N: that clock (0: time of day, 1: monotonic) jumps back an hour at its N-th reading, and
 * another minute at every later one. */
#include "fault/fault.h"
#include <stdlib.h>
#include <time.h>

static int  which = -1;
static long at, readings;

static void read_environment(void)
{
    const char *value = getenv("FAULT_CLOCK");
    char       *rest = NULL;
    which = value ? (int)strtol(value, &rest, 10) : -2;
    at = rest && *rest == ':' ? strtol(rest + 1, NULL, 10) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        *(void **)&real = fault_real("clock_gettime");
    if (which == -1)
        read_environment();
    int got = real(clock, t);
    if (got == 0 && (int)clock == which && ++readings >= at)
        t->tv_sec -= 3600 + 60 * (readings - at);
    return got;
}
