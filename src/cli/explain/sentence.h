#ifndef CLI_EXPLAIN_SENTENCE_H
#define CLI_EXPLAIN_SENTENCE_H
#include <stdarg.h>
#include <stdio.h>

/* A sentence being built in out (size bytes); cut off when full. */
typedef struct Sentence {
    char  *out;
    size_t size, len;
} Sentence;

/* Appends as printf does. */
static inline void say(Sentence *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline void say(Sentence *w, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(w->out + w->len, w->size - w->len, fmt, args);
    va_end(args);
    w->len = w->len + (size_t)n < w->size ? w->len + (size_t)n : w->size - 1;
}
#endif
