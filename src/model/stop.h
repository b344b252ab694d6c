#ifndef MODEL_STOP_H
#define MODEL_STOP_H
#include "base/err.h"
#include <stddef.h>

/* Texts at which sampling ends. Since they are not part of the output, what may turn out to be the
 * beginning of one is held back until that is decided. */
typedef struct Stop {
    const char *const *texts;               /* n, none of them empty; the caller's */
    int                n;
    char              *held;                /* room bytes */
    size_t             len, room, ready;
} Stop;

enum { STOP_MOST = 16 };                    /* bytes that one call may bring */

/* n may be 0. An empty text is an error. */
bool stop_init(Stop *s, const char *const *texts, int n, Err *err);
void stop_free(Stop *s);

/* Forgets what is held. */
void stop_clear(Stop *s);

/* Takes the len <= STOP_MOST bytes of the next character; true when a text is complete with them. Then and
 * otherwise, the first *ready bytes of s->held can go out, until the next call. */
bool stop_push(Stop *s, const char *bytes, size_t len, size_t *ready);

/* No more comes: how many bytes of s->held are to go out. */
size_t stop_end(Stop *s);
#endif
