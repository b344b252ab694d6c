#include "explain/why/needed.h"
#include "explain/edit.h"
#include <math.h>
#include <stdlib.h>

static bool chooses(int i, int n) { return n < 3 || i / 2 % 2 == 1; }

bool why_needed_measures(int i, int n) { return n < 3 || !chooses(i, n); }

/* The clue masked in the last row, for no head yet. False with e->err set. */
static bool mask_clue(Explain *e, const Clue *c, ExplainEdit *d)
{
    bool *masked = explain_alloc(e, (size_t)e->T, sizeof *masked), *rows = explain_alloc(e, (size_t)e->T, sizeof *rows);
    for (int j = c->at; masked && j < c->at + c->len; j++)
        masked[j] = true;
    if (rows)
        rows[e->T - 1] = true;
    *d = (ExplainEdit){ .kind = EDIT_MASK, .masked = masked, .rows = rows };
    return masked && rows;
}

bool why_needed_cost(Explain *e, const Clue *c, int layer, int head, double *cost)
{
    ExplainEdit       d;
    ExplainLossChange change;
    bool             *one = explain_alloc(e, (size_t)(e->L * e->H), sizeof *one);
    if (!one || !mask_clue(e, c, &d))
        return false;
    one[layer * e->H + head] = true;
    d.heads = one;
    if (!explain_edit(e, &d, &change))
        return false;
    *cost = change.actual;
    return true;
}

/* Adds the cost of every head on the sentence. */
static bool add_costs(Explain *e, const Clue *c, double *sum)
{
    ExplainEdit d;
    double     *cost = explain_alloc(e, (size_t)(e->L * e->H), sizeof *cost);
    if (!cost || !mask_clue(e, c, &d) || !explain_edit_readings(e, d.masked, d.rows, cost))
        return false;
    for (int k = 0; k < e->L * e->H; k++)
        sum[k] += isnan(cost[k]) ? 0 : cost[k];
    return true;
}

static bool add_sentence(WhyNeeded *x, Gpt *g, const Clue *c, int number, Err *err)
{
    Explain e;
    bool ok = explain_open(&e, g, c->ids, c->n, c->right) && add_costs(&e, c, x->cost);
    if (!ok)
        err_set(err, "item %d: %s", number, e.err.msg);
    explain_close(&e);
    x->sentences++;
    return ok;
}

bool why_needed_choose(WhyNeeded *x, Gpt *g, const Clues *clues, int most, Err *err)
{
    int n = g->config.layers * g->config.heads, best = 0;
    *x = (WhyNeeded){ .cost = calloc((size_t)n, sizeof *x->cost) };
    if (!x->cost)
        return err_set(err, "out of memory for the cost of %d heads", n);
    for (int i = 0; i < clues->n; i++)
        if (chooses(i, clues->n) && x->sentences < most && i / 2 >= (long)(x->sentences / 2) * clues->n / most &&
            !add_sentence(x, g, &clues->items[i], i + 1, err))
            return false;
    for (int k = 0; k < n; k++) {
        x->cost[k] /= x->sentences;
        best = x->cost[k] > x->cost[best] ? k : best;
    }
    x->layer = best / g->config.heads, x->head = best % g->config.heads;
    return true;
}

void why_needed_free(WhyNeeded *x)
{
    free(x->cost);
    x->cost = NULL;
}
