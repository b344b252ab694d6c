#include "explain/cause/cause.h"
#include "explain/attribution.h"
#include "explain/cause/trials.h"
#include "explain/cause/verdict.h"
#include "explain/edit.h"
#include "base/topk.h"
#include <math.h>
#include <string.h>

static const CauseTrial untried = { NAN, NAN, NAN, NAN };

static const double *answer(const Explain *e) { return e->out.logits->val + (size_t)(e->T - 1) * (size_t)e->V; }

/* The likeliest token except the target. */
static int find_rival(const Explain *e)
{
    int two[2] = { -1, -1 };
    topk(answer(e), e->V, 2, false, two);
    return two[0] == e->target ? two[1] : two[0];
}

static bool make_units(Explain *e, const Vocab *v, ExplainCause *c)
{
    CauseSpan *at = cause_spans(e, v, &c->n);
    c->units = at ? explain_alloc(e, (size_t)c->n, sizeof *c->units) : NULL;
    c->found = at ? explain_alloc(e, (size_t)c->n, sizeof *c->found) : NULL;
    if (!c->units || !c->found)
        return false;
    c->words = c->n - e->T;
    for (int k = 0; k < c->n; k++)
        c->units[k] = (CauseUnit){ at[k], untried, untried, untried, NAN, NAN, 0, 0 };
    c->last = c->words && at[c->words - 1].last == e->T - 1 ? c->words - 1 : c->n - 1;
    return true;
}

/* --- Which units are tried --- */

/* order (n): the units in the order of importance: the last, then words, then characters, by |sum of x.dL/dx| of their
 * embeddings, a first-order estimate of the effect. */
static bool rank(Explain *e, const ExplainCause *c, int *order)
{
    const Tensor *x = e->trace.token;
    double *size = explain_alloc(e, (size_t)c->n, sizeof *size);
    if (!size)
        return false;
    for (int k = 0; k < c->n; k++)
        for (int i = c->units[k].at.first * e->C; i < (c->units[k].at.last + 1) * e->C; i++)
            size[k] += x->val[i] * x->grad[i];
    topk(size, c->words, c->words, true, order);
    topk(size + c->words, e->T, e->T, true, order + c->words);
    for (int k = c->words; k < c->n; k++)
        order[k] += c->words;
    for (int k = 0, before = c->last; ; k++) {      /* moves the last unit to the front */
        int here = order[k];
        order[k] = before;
        if (here == c->last)
            return true;
        before = here;
    }
}

/* Marks the units that are affordable when each costs `passes` times the share of the prompt from its first character
 * on; with `whole`, times 1. */
static bool *afford(Explain *e, const ExplainCause *c, const int *order, int passes, bool whole)
{
    bool  *chosen = explain_alloc(e, (size_t)c->n, sizeof *chosen);
    double left = e->most;
    for (int k = 0; chosen && k < c->n; k++) {
        double share = whole ? 1 : (double)(e->T - c->units[order[k]].at.first) / e->T;
        left -= passes * share;
        if (left < 0)
            break;
        chosen[order[k]] = true;
    }
    return chosen;
}

/* --- The trials --- */

static void accumulate(CauseTrial *sum, CauseTrial x, double part)
{
    sum->odds += part * x.odds;
    sum->margin += part * x.margin;
    sum->p += part * x.p;
    sum->rival += part * x.rival;
}

static bool replace(CauseTrials *t, CauseUnit *u)
{
    CauseTrial draw[CAUSE_DRAWS];
    bool       any = true;
    for (u->draws = 0; u->draws < CAUSE_DRAWS; u->draws++) {
        if (!cause_trial_replaced(t, u->at, u->draws, &draw[u->draws], &any))
            return false;
        if (!any)
            break;
    }
    if (u->draws == 0)
        return true;
    u->replaced = (CauseTrial){ 0, 0, 0, 0 };
    u->low = u->high = draw[0].odds;
    for (int k = 0; k < u->draws; k++) {
        accumulate(&u->replaced, draw[k], 1.0 / u->draws);
        u->low = fmin(u->low, draw[k].odds);
        u->high = fmax(u->high, draw[k].odds);
    }
    return true;
}

/* From the last position to the first, so that the reader keeps as much as possible. */
static bool change(CauseTrials *t, ExplainCause *c, const bool *deleted, const bool *replaced)
{
    for (int i = t->e->T - 1; i >= 0; i--)
        for (int k = 0; k < c->n; k++) {
            CauseUnit *u = &c->units[k];
            if (u->at.first != i)
                continue;
            if ((replaced[k] && !replace(t, u)) || (deleted[k] && !cause_trial_deleted(t, u->at, &u->deleted)))
                return false;
        }
    return true;
}

static bool mask(CauseTrials *t, ExplainCause *c, const bool *chosen)
{
    Explain *e = t->e;
    bool    *hidden = explain_alloc(e, (size_t)e->T, sizeof *hidden);
    double  *row = explain_alloc(e, (size_t)e->T + 1, sizeof *row);
    for (int k = 0; hidden && row && k < c->n; k++) {
        CauseUnit *u = &c->units[k];
        if (!chosen[k])
            continue;
        memset(hidden, 0, (size_t)e->T);
        memset(hidden + u->at.first, 1, (size_t)(u->at.last + 1 - u->at.first));
        explain_edit_make(e, &(ExplainEdit){ .kind = EDIT_MASK, .masked = hidden }, row);
        u->masked = cause_trial(t, answer(e));
    }
    explain_replay(e, NULL);
    return hidden && row;
}

static bool run(CauseTrials *t, ExplainCause *c)
{
    Explain *e = t->e;
    int     *order = explain_alloc(e, (size_t)c->n, sizeof *order);
    if (!order || !rank(e, c, order))
        return false;
    const bool *deleted = afford(e, c, order, 1, false), *masked = afford(e, c, order, 1, true);
    const bool *replaced = afford(e, c, order, CAUSE_DRAWS, false);
    if (!deleted || !masked || !replaced)
        return false;
    for (int k = 0; k < c->n; k++) {
        c->tried += deleted[k] && replaced[k];
        c->words_tried += deleted[k] && replaced[k] && k < c->words;
    }
    return change(t, c, deleted, replaced) && mask(t, c, masked);
}

static bool integrate(Explain *e, ExplainCause *c)
{
    ExplainIntegrated x;
    if (!explain_attribution_contrast(e, c->rival, CAUSE_POINTS, &x))
        return false;
    c->error = x.error;
    for (int k = 0; k < c->n; k++)
        for (int i = c->units[k].at.first; i <= c->units[k].at.last; i++)
            c->units[k].integrated += x.integrated[i];
    return true;
}

bool explain_cause(Explain *e, const Vocab *v, ExplainCause *c)
{
    CauseTrials t;
    *c = (ExplainCause){ .target = e->target, .rival = find_rival(e), .now = untried, .closest = -1 };
    if (c->rival < 0)
        return true;
    if (!make_units(e, v, c))
        return false;
    bool ok = cause_trials_open(&t, e, v, c->rival);
    if (ok)
        c->now = cause_trial(&t, answer(e));
    ok = ok && run(&t, c);
    cause_trials_close(&t);
    if (!ok || !integrate(e, c))
        return false;
    cause_verdict(c);
    return true;
}
