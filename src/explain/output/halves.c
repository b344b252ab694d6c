#include "explain/output/halves.h"
#include "base/topk.h"
#include "explain/output/output.h"
#include "kernel/kernel.h"
#include <math.h>
#include <string.h>

static Tensor *tilt_of(const Explain *e) { return explain_uncapped(e); }

/* --- What the counted text has --- */

static void find_known(const Explain *e, ExplainCounts *x)
{
    const Prior *prior = e->g->prior;
    SortedRange  r = { 0, prior->sorted.n };
    x->order = prior->discounts.order;
    x->times = r.end;
    while (x->known < x->order && x->known < e->T) {
        r = sorted_narrow(&prior->sorted, r, x->known + 1, e->ids[e->T - 1 - x->known]);
        if (r.begin == r.end)
            return;
        x->known++;
        x->times = r.end - r.begin;
    }
}

/* --- Ways to predict --- */

/* The two characters that are compared. */
static void find_answers(const Explain *e, ExplainCounts *x)
{
    int two[2] = { 0, -1 };
    topk(x->p[COUNTS_WHOLE], e->V, e->V < 2 ? e->V : 2, false, two);
    x->answer = two[0];
    x->rival = e->target == x->answer ? two[1] : e->target;
    x->lone = x->rival < 0 || (x->rival != e->target && x->p[COUNTS_WHOLE][x->rival] < COUNTS_NONE);
}

static double odds(const ExplainCounts *x, const double *logit)
{
    return x->rival < 0 ? NAN : logit[x->answer] - logit[x->rival];
}

/* Reads what the tape's logits say now. p: (V) scratch, left as the distribution after the last position. */
static void read_way(const Explain *e, ExplainCounts *x, int way, double *p)
{
    size_t        V = (size_t)e->V;
    const double *logits = e->out.logits->val;
    x->loss[way][0] = NAN;
    for (int i = 0; i < e->T; i++) {
        kernel->softmax(V, 1, logits + (size_t)i * V, p);
        if (i + 1 < e->T)
            x->loss[way][i + 1] = -log(p[e->ids[i + 1]]);
    }
    if (way == COUNTS_WHOLE)
        find_answers(e, x);
    x->odds[way] = odds(x, logits + (size_t)(e->T - 1) * V);
}

/* The counts after the longest context are a distribution themselves. */
static void read_counting(const Explain *e, ExplainCounts *x)
{
    x->loss[COUNTS_ALONE][0] = NAN;
    for (int i = 0; i + 1 < e->T; i++)
        x->loss[COUNTS_ALONE][i + 1] = -explain_counted(e, i, PRIOR_CONTEXTS - 1)[e->ids[i + 1]];
    const double *logs = explain_counted(e, e->T - 1, PRIOR_CONTEXTS - 1);
    for (int c = 0; c < e->V; c++)
        x->p[COUNTS_ALONE][c] = exp(logs[c]);
    x->odds[COUNTS_ALONE] = odds(x, logs);
}

/* The answer with one of tilt's inputs set to 0: in[0], of the output matrix, stands before in[1], the gains, on the
 * tape, so these are computed again after it. */
static void read_without(Explain *e, ExplainCounts *x, int way, Tensor *input)
{
    memset(input->val, 0, tensor_len(input) * sizeof *input->val);
    explain_replay(e, input);
    read_way(e, x, way, x->p[way]);
}

/* sum_k g_k log p_k(c), and w_c.h */
static void split_logits(const Explain *e, ExplainCounts *x)
{
    const Tensor *tilt = tilt_of(e);
    size_t        last = (size_t)(e->T - 1) * (size_t)e->V;
    for (int k = 0; k < PRIOR_CONTEXTS; k++) {
        x->gain[k] = tilt->in[1]->val[(e->T - 1) * PRIOR_CONTEXTS + k];
        for (int c = 0; c < e->V; c++)
            x->by_counts[c] += x->gain[k] * explain_counted(e, e->T - 1, k)[c];
    }
    for (int c = 0; c < e->V; c++) {
        x->by_model[c] = tilt->in[0]->val[last + (size_t)c];
        x->error = fmax(x->error, fabs(x->by_counts[c] + x->by_model[c] - tilt->val[last + (size_t)c]));
    }
}

/* --- All of it --- */

static void judge(const Explain *e, ExplainCounts *x)
{
    for (int way = 0; way < COUNTS_WAYS; way++)
        for (int c = 0; c < e->V; c++)
            x->others[way] += c == x->answer || (c == x->rival && !x->lone) ? 0 : x->p[way][c];
    x->excludes = explain_counts_exclude(x->others);
    x->verdict = x->rival < 0 || (x->lone && x->excludes != COUNTS_UNCLEAR) ? x->excludes
                                                                            : explain_counts_decide(x->odds);
}

static bool make_room(Explain *e, ExplainCounts *x)
{
    size_t  V = (size_t)e->V, T = (size_t)e->T;
    double *room = explain_alloc(e, COUNTS_WAYS * (V + T) + 2 * V, sizeof *room);
    for (int way = 0; room && way < COUNTS_WAYS; way++) {
        x->p[way] = room + (size_t)way * V;
        x->loss[way] = room + COUNTS_WAYS * V + (size_t)way * T;
    }
    x->by_counts = room ? room + COUNTS_WAYS * (V + T) : NULL;
    x->by_model = room ? x->by_counts + V : NULL;
    return room != NULL;
}

bool explain_counts(Explain *e, ExplainCounts *x)
{
    *x = (ExplainCounts){ .known = 0 };
    if (!make_room(e, x))
        return false;
    find_known(e, x);
    split_logits(e, x);
    read_way(e, x, COUNTS_WHOLE, x->p[COUNTS_WHOLE]);
    read_counting(e, x);
    read_without(e, x, COUNTS_OWN, tilt_of(e)->in[1]);
    read_without(e, x, COUNTS_GAINED, tilt_of(e)->in[0]);
    explain_replay(e, e->trace.norm_f);
    for (int way = 0; way < COUNTS_WAYS; way++) {
        for (int i = 1; i < e->T; i++)
            x->mean[way] += x->loss[way][i];
        x->mean[way] = e->T > 1 ? x->mean[way] / (e->T - 1) : NAN;
    }
    judge(e, x);
    return true;
}
