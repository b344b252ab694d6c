#ifndef EXPLAIN_ROLES_PASSES_H
#define EXPLAIN_ROLES_PASSES_H
#include "explain/pass.h"

/* Forward passes of windows of one length through a model, without gradients, with the mean loss of all T next
 * characters: what explain/pass.h does for one answer, for a whole text. */
typedef struct RolesRun {
    Gpt     *g;
    int      T, L, H, D;
    int     *ids, *targets;                 /* (T) of the window; written by the caller, then roles_run_window */
    GptTrace trace;
    GptOut   out;
    Tape     tape;
    Arena    nodes, mem;
    Err      err;
    double  *panels;
    int      stale;                         /* layers from here on hold an ablation; L: none                   */
} RolesRun;

/* Prepares windows of T characters, 1 <= T <= context. Call roles_run_close in either case, and do not move *r. False
 * with r->err set: out of memory. The model's weights stay packed until then. */
bool roles_run_open(RolesRun *r, Gpt *g, int T);
void roles_run_close(RolesRun *r);

/* Runs the window in r->ids and r->targets; returns the mean loss in nats. Attention is in r->trace. */
double roles_run_window(RolesRun *r);

/* The loss of the same window with the outputs of the marked heads (L*H) set to 0, at every position. r->trace then
 * holds that pass. */
double roles_run_without(RolesRun *r, const bool *heads);
#endif
