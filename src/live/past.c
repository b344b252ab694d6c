#include "live/past.h"
#include "live/numbers.h"
#include <stdlib.h>
#include <string.h>

static bool has_second(const Param *x) { return x->rule == RULE_ADAMW; }

static void pack(const Params *p, float *to)
{
    to = live_numbers_read(p, p->m, live_numbers_read(p, p->val, to));
    for (int i = 0; i < p->n; i++)
        for (size_t k = 0; has_second(&p->list[i]) && k < p->list[i].len; k++)
            *to++ = (float)p->v[p->list[i].at + k];
}

void live_past_restore(const LiveSnapshot *s, Params *p)
{
    const float *from = live_numbers_write(p, p->m, live_numbers_write(p, p->val, s->numbers));
    for (int i = 0; i < p->n; i++)
        for (size_t k = 0; has_second(&p->list[i]) && k < p->list[i].len; k++)
            p->v[p->list[i].at + k] = (real)*from++;
}

void live_past_init(LivePast *past, const Params *p, size_t bytes)
{
    *past = (LivePast){ .every = 1, .each = 2 * p->count };
    for (int i = 0; i < p->n; i++)
        past->each += has_second(&p->list[i]) ? p->list[i].len : 0;
    past->room = bytes / (past->each * sizeof(float)) / 2 * 2;
    past->room = past->room < 2 ? 2 : past->room > LIVE_PAST_MOST ? LIVE_PAST_MOST : past->room;
}

void live_past_free(LivePast *past)
{
    for (size_t i = 0; i < past->room; i++)
        free(past->kept[i].numbers);
    *past = (LivePast){ 0 };
}

/* Drops every second snapshot, whose memory stays for later ones. */
static void thin(LivePast *past)
{
    for (size_t i = 1; 2 * i < past->n; i++) {
        LiveSnapshot dropped = past->kept[i];
        past->kept[i] = past->kept[2 * i];
        past->kept[2 * i] = dropped;
    }
    past->n = (past->n + 1) / 2;
    past->every *= 2;
}

bool live_past_keep(LivePast *past, const Params *p, const TrainState *state, Err *err)
{
    if (past->n == past->room)
        thin(past);
    if (past->n > 0 && state->step < past->kept[past->n - 1].state.step + past->every)
        return true;
    LiveSnapshot *s = &past->kept[past->n];
    s->numbers = s->numbers ? s->numbers : malloc(past->each * sizeof(float));
    if (!s->numbers)
        return err_set(err, "out of memory for a snapshot of %zu numbers", past->each);
    s->state = *state;
    pack(p, s->numbers);
    past->n++;
    return true;
}

const LiveSnapshot *live_past_at(const LivePast *past, long step)
{
    size_t i = past->n;
    while (i > 1 && past->kept[i - 1].state.step > step)
        i--;
    return i > 0 ? &past->kept[i - 1] : NULL;
}

size_t live_past_bytes(const LivePast *past)
{
    size_t n = 0;
    while (n < past->room && past->kept[n].numbers)
        n++;
    return n * past->each * sizeof(float);
}
