#include "cli/term.h"
#include "base/file.h"
#include "base/text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A stream remembers that a write failed, but not the reason. */
static int why_not;

bool term_flush(void)
{
    errno = 0;
    if (fflush(stdout) == 0)
        return !ferror(stdout);
    if (!why_not)
        why_not = errno;
    return false;
}

bool term_finish(Err *err)
{
    if (term_flush() || term_deserted(stdout))
        return true;
    if (why_not)
        return err_set(err, "cannot write to standard output: %s", file_why(why_not));
    return err_set(err, "some output could not be written to standard output");
}

/* Without memory for a long text, its beginning. */
int term_vprint(FILE *file, const char *fmt, va_list args)
{
    char    brief[1024], *text = brief;
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(brief, sizeof brief, fmt, args);
    if (n >= (int)sizeof brief && (text = malloc((size_t)n + 1)) != NULL)
        vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    n = n < 0 ? n : fputs(text_harmless(text ? text : brief), file) < 0 ? -1 : (int)strlen(text ? text : brief);
    if (text != brief)
        free(text);
    return n;
}

int term_print(FILE *file, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = term_vprint(file, fmt, args);
    va_end(args);
    return n;
}

double term_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
