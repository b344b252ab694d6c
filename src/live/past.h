#ifndef LIVE_PAST_H
#define LIVE_PAST_H
#include "engine/params.h"
#include "model/settings.h"

/* Snapshots of a run: everything that a step depends on, so that a run can be looked at, and continued, from each.
 * They are `every` steps apart; when there is no room for another one, every second is dropped and `every` doubles.
 * Memory is bounded, and half of the room or more is always in use. */

enum { LIVE_PAST_MOST = 256 };

/* Parameters and moments without the gaps between them (live/numbers.h): exact in a build in float. Muon has no second
 * moment. */
typedef struct LiveSnapshot {
    TrainState state;                       /* state.step says when                              */
    float     *numbers;                     /* values, m, and v of what AdamW trains             */
} LiveSnapshot;

typedef struct LivePast {
    size_t       room, each;                /* snapshots that fit, floats of one                 */
    size_t       n;
    long         every;
    LiveSnapshot kept[LIVE_PAST_MOST];      /* by step                                           */
} LivePast;

/* An empty past of at most `bytes`, two snapshots at least, for a run with these parameters. Allocates nothing yet. */
void live_past_init(LivePast *past, const Params *p, size_t bytes);
void live_past_free(LivePast *past);

/* Keeps a snapshot if one is due at state->step; steps must ascend. False when out of memory. */
bool live_past_keep(LivePast *past, const Params *p, const TrainState *state, Err *err);

/* The snapshot at or before step, or the first one; NULL if there is none. */
const LiveSnapshot *live_past_at(const LivePast *past, long step);

/* Copies a snapshot's numbers to p, of the same shape, which has its moments. */
void live_past_restore(const LiveSnapshot *s, Params *p);

/* Bytes that the snapshots hold now. */
size_t live_past_bytes(const LivePast *past);
#endif
