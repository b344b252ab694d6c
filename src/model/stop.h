#ifndef MODEL_STOP_H
#define MODEL_STOP_H
#include "base/err.h"
#include <stddef.h>

/* Stop texts of sampling. They are not part of the output, so a possible start of one is held back until the text
 * continues differently. */
typedef struct Stop {
    const char *const *texts;               /* n, not empty; the caller's */
    int                n;
    char              *held;                /* (room) */
    size_t             len, room, ready;
} Stop;

enum { STOP_MOST = 16 };                    /* bytes per call of stop_push */

/* n may be 0. False for an empty text, or out of memory. */
bool stop_init(Stop *s, const char *const *texts, int n, Err *err);
void stop_free(Stop *s);

/* Drops the held bytes. */
void stop_clear(Stop *s);

/* Adds the len <= STOP_MOST bytes of the next character; true if they complete a stop text. In both cases the first
 * *ready bytes of s->held are output; they are valid until the next call. */
bool stop_push(Stop *s, const char *bytes, size_t len, size_t *ready);

/* Ends the text: returns how many bytes of s->held are output. */
size_t stop_end(Stop *s);
#endif
