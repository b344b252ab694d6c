#include "base/err.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_set(Err *err, const char *fmt, ...)
{
    if (err_any(err))
        return false;
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->msg, sizeof err->msg, fmt, args);
    va_end(args);
    return false;
}

bool err_in(Err *err, const char *fmt, ...)
{
    Err cause = *err;
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(err->msg, sizeof err->msg, fmt, args);
    va_end(args);
    size_t room = sizeof err->msg;                  /* too long a cause is truncated */
    if (n >= 0 && (size_t)n < room && snprintf(err->msg + n, room - (size_t)n, ": %s", cause.msg) < 0)
        *err = cause;
    return false;
}

bool err_add(Err *err, const char *fmt, ...)
{
    size_t  n = strlen(err->msg);
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->msg + n, sizeof err->msg - n, fmt, args);
    va_end(args);
    return false;
}
