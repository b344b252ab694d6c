#include "model/stop.h"
#include <stdlib.h>
#include <string.h>

bool stop_init(Stop *s, const char *const *texts, int n, Err *err)
{
    *s = (Stop){ .texts = texts, .n = n, .room = STOP_MOST };
    for (int i = 0; i < n; i++) {
        size_t len = strlen(texts[i]);
        if (len == 0)
            return err_set(err, "a stop text must not be empty");
        if (len + STOP_MOST > s->room)
            s->room = len + STOP_MOST;
    }
    s->held = malloc(s->room);
    return s->held || err_set(err, "out of memory for the stop texts");
}

void stop_free(Stop *s)
{
    free(s->held);
    *s = (Stop){ 0 };
}

void stop_clear(Stop *s) { s->len = s->ready = 0; }

/* Length of the longest suffix of the held bytes that is a prefix of text. */
static size_t overlap(const Stop *s, const char *text)
{
    size_t len = strlen(text), k = len < s->len ? len : s->len;
    while (k > 0 && memcmp(s->held + s->len - k, text, k) != 0)
        k--;
    return k;
}

/* Drops the bytes that were output. */
static void drop_ready(Stop *s)
{
    s->len -= s->ready;
    memmove(s->held, s->held + s->ready, s->len);
    s->ready = 0;
}

bool stop_push(Stop *s, const char *bytes, size_t len, size_t *ready)
{
    size_t begun = 0, complete = 0;
    drop_ready(s);
    memcpy(s->held + s->len, bytes, len);
    s->len += len;
    for (int i = 0; i < s->n; i++) {
        size_t k = overlap(s, s->texts[i]), *longest = s->texts[i][k] ? &begun : &complete;
        *longest = k > *longest ? k : *longest;
    }
    *ready = s->ready = s->len - (complete ? complete : begun);
    return complete > 0;
}

size_t stop_end(Stop *s)
{
    drop_ready(s);
    return s->ready = s->len;
}
