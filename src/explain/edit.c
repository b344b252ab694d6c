#include "explain/edit.h"
#include "engine/attend.h"
#include "kernel/kernel.h"
#include <math.h>
#include <string.h>

/* An edit is a family of forward passes in x: unchanged at x = 0, the whole edit at x = 1. */

/* s += x by */
static double with_score(Explain *e, const ExplainEdit *d, double x)
{
    Tensor *scores = e->trace.layers[d->layer].scores;
    explain_row(scores, d->head, d->i)[d->j] += x * d->by;
    return explain_replay(e, scores);
}

/* a_j = (1-x) a_j + x by; the others keep their proportions and the row its sum of 1. */
static double with_weight(Explain *e, const ExplainEdit *d, double x)
{
    Tensor *weights = e->trace.layers[d->layer].weights;
    double *a = explain_row(weights, d->head, d->i);
    double  others = 1 - a[d->j], moved = x * (d->by - a[d->j]);
    for (int k = 0; k <= d->i; k++)
        a[k] += k == d->j ? moved : -moved * a[k] / others;
    return explain_replay(e, weights);
}

static bool ablates(const Explain *e, const ExplainEdit *d, int layer, int head)
{
    return d->heads ? d->heads[layer * e->H + head] : layer == d->layer && head == d->head;
}

/* The lowest layer with an ablated head, L if there is none. */
static int first_layer(const Explain *e, const ExplainEdit *d)
{
    int k = d->heads ? 0 : d->layer * e->H;
    while (d->heads && k < e->L * e->H && !d->heads[k])
        k++;
    return k / e->H;
}

/* o = (1-x) o for every row of the heads, layer by layer, because outputs depend on the edited layers below. */
static double without_heads(Explain *e, const ExplainEdit *d, double x)
{
    for (int l = first_layer(e, d); l < e->L; l++) {
        Tensor *mix = e->trace.layers[l].mix;
        for (int h = 0; h < e->H; h++)
            for (int k = 0; ablates(e, d, l, h) && k < e->T * e->D; k++)
                explain_row(mix, h, 0)[k] *= 1 - x;
        explain_replay_to(mix, l + 1 < e->L ? e->trace.layers[l + 1].mix : e->out.loss);
    }
    return e->out.loss->val[0];
}

/* Whether row i may not attend to key k <= i: a masked character still attends to itself. */
static bool hides(const ExplainEdit *d, int i, int k) { return k < i && (d->masked ? d->masked[k] : k == d->j); }

/* Whether the mask is for this query of this head. */
static bool masks(const Explain *e, const ExplainEdit *d, int layer, int head, int i)
{
    return (!d->heads || d->heads[layer * e->H + head]) && (!d->rows || d->rows[i]);
}

/* The first row that a mask changes: the one after the first masked character. */
static int first_row(const Explain *e, const ExplainEdit *d)
{
    int j = d->masked ? 0 : d->j;
    while (d->masked && j < e->T && !d->masked[j])
        j++;
    return j + 1;
}

/* Weights of row i with the masked keys left out, and those that the pass itself hides: softmax over the others, at
 * least key i itself. */
static void row_without(const GptBlockActs *y, const ExplainEdit *d, int head, int i, double *a)
{
    const AttentionChange *c = y->weights->arg.causal_softmax.change;
    const bool   *hidden = c ? c->hidden : NULL;
    const double *s = explain_row(y->scores, head, i);
    size_t        n = 0;
    for (int k = 0; k <= i; k++)
        if (!hides(d, i, k) && !(hidden && hidden[k] && k < i))
            a[n++] = s[k];
    if (attend_hard(c))
        attend_hardest(n, a, a);
    else
        kernel->softmax(n, 1, a, a);
    for (int k = i; k >= 0; k--)
        a[k] = hides(d, i, k) || (hidden && hidden[k] && k < i) ? 0 : a[--n];
}

/* a = (1-x) a + x (a without the keys), layer by layer, because each layer's scores depend on the edited layers
 * below. */
static double without_keys(Explain *e, const ExplainEdit *d, double x, double *row)
{
    for (int l = 0; l < e->L; l++) {
        const GptBlockActs *y = &e->trace.layers[l];
        for (int h = 0; h < e->H; h++)
            for (int i = first_row(e, d); i < e->T; i++) {
                double *a = explain_row(y->weights, h, i);
                if (!masks(e, d, l, h, i))
                    continue;
                row_without(y, d, h, i, row);
                for (int k = 0; k <= i; k++)
                    a[k] += x * (row[k] - a[k]);
            }
        explain_replay_to(y->weights, l + 1 < e->L ? e->trace.layers[l + 1].weights : e->out.loss);
    }
    return e->out.loss->val[0];
}

/* The first tensor on the tape that the edit changes. */
static Tensor *edited(const Explain *e, const ExplainEdit *d)
{
    int                 layer = d->kind == EDIT_MASK ? 0 : d->kind == EDIT_ABLATE ? first_layer(e, d) : d->layer;
    const GptBlockActs *y = &e->trace.layers[layer];
    return d->kind == EDIT_SCORE ? y->scores : d->kind == EDIT_ABLATE ? y->mix : y->weights;
}

/* The loss at x, whatever state an earlier edit of the same tensor or a later one left. */
static double loss_at(Explain *e, const ExplainEdit *d, double x, double *row)
{
    explain_replay_to(edited(e, d)->prev, edited(e, d));
    switch (d->kind) {
    case EDIT_SCORE: return with_score(e, d, x);
    case EDIT_WEIGHT: return with_weight(e, d, x);
    case EDIT_ABLATE: return without_heads(e, d, x);
    case EDIT_MASK: return without_keys(e, d, x, row);
    }
    return NAN;
}

/* sum over all weights of da times their change */
static double first_order_mask(const Explain *e, const ExplainEdit *d, double *row)
{
    double sum = 0;
    for (int l = 0; l < e->L; l++)
        for (int h = 0; h < e->H; h++)
            for (int i = first_row(e, d); i < e->T; i++) {
                const GptBlockActs *y = &e->trace.layers[l];
                const double   *a = explain_row(y->weights, h, i), *da = explain_grad(y->weights, h, i);
                if (!masks(e, d, l, h, i))
                    continue;
                row_without(y, d, h, i, row);
                for (int k = 0; k <= i; k++)
                    sum += da[k] * (row[k] - a[k]);
            }
    return sum;
}

/* da_j (by - a_j) - sum_k da_k a_k (by - a_j) / (1 - a_j) */
static double first_order_weight(const Explain *e, const ExplainEdit *d)
{
    const GptBlockActs *y = &e->trace.layers[d->layer];
    const double   *a = explain_row(y->weights, d->head, d->i), *da = explain_grad(y->weights, d->head, d->i);
    double moved = d->by - a[d->j], sum = da[d->j] * moved;
    for (int k = 0; k <= d->i; k++)
        sum -= k == d->j ? 0 : da[k] * a[k] * moved / (1 - a[d->j]);
    return sum;
}

/* -g.o over the rows of the heads */
static double first_order_ablation(const Explain *e, const ExplainEdit *d)
{
    double sum = 0;
    for (int l = first_layer(e, d); l < e->L; l++)
        for (int h = 0; h < e->H; h++) {
            const Tensor *mix = e->trace.layers[l].mix;
            const double *o = explain_row(mix, h, 0), *g = explain_grad(mix, h, 0);
            for (int k = 0; ablates(e, d, l, h) && k < e->T * e->D; k++)
                sum -= g[k] * o[k];
        }
    return sum;
}

static double first_order(const Explain *e, const ExplainEdit *d, double *row)
{
    switch (d->kind) {
    case EDIT_SCORE: return explain_grad(e->trace.layers[d->layer].scores, d->head, d->i)[d->j] * d->by;
    case EDIT_WEIGHT: return first_order_weight(e, d);
    case EDIT_ABLATE: return first_order_ablation(e, d);
    case EDIT_MASK: return first_order_mask(e, d, row);
    }
    return NAN;
}

static bool inside(Explain *e, const char *what, int x, int n)
{
    return (x >= 0 && x < n) || err_set(&e->err, "%s %d does not exist: there are %d, counted from 0", what, x, n);
}

bool explain_edit_check(Explain *e, const ExplainEdit *d)
{
    if (d->kind == EDIT_MASK && d->masked)
        return first_row(e, d) <= e->T || err_set(&e->err, "a mask of no character");
    if (d->kind == EDIT_ABLATE && d->heads)
        return first_layer(e, d) < e->L || err_set(&e->err, "an ablation of no head");
    if (d->kind == EDIT_MASK)
        return inside(e, "character", d->j, e->T);
    bool ok = inside(e, "layer", d->layer, e->L) && inside(e, "head", d->head, e->H);
    if (!ok || d->kind == EDIT_ABLATE)
        return ok;
    if (!inside(e, "row", d->i, e->T) || !inside(e, "key", d->j, e->T))
        return false;
    if (d->j > d->i)
        return err_set(&e->err, "character %d comes after %d, which attends only to itself and earlier ones: there is "
                       "no such score", d->j, d->i);
    if (d->kind != EDIT_WEIGHT)
        return true;
    if (!(d->by >= 0 && d->by <= 1))
        return err_set(&e->err, "a weight of %g: weights are between 0 and 1", d->by);
    return explain_row(e->trace.layers[d->layer].weights, d->head, d->i)[d->j] < 1 ||
           err_set(&e->err, "row %d already has all its weight on character %d: there are no others to rescale",
                   d->i, d->j);
}

/* h of the second difference: small enough for truncation, h^2, and large enough for rounding, 1e-16 / h^2. */
#define CURVE_STEP 1e-3

bool explain_edit(Explain *e, const ExplainEdit *d, ExplainLossChange *c)
{
    double *row = explain_alloc(e, (size_t)e->T + 1, sizeof *row);
    if (!row || !explain_edit_check(e, d))
        return false;
    c->first = first_order(e, d, row);
    double up = loss_at(e, d, CURVE_STEP, row), down = loss_at(e, d, -CURVE_STEP, row);
    c->second = c->first + (up - 2 * e->loss + down) / (CURVE_STEP * CURVE_STEP) / 2;
    c->actual = loss_at(e, d, 1, row) - e->loss;
    c->p_before = exp(-e->loss);
    c->p_after = exp(-e->loss - c->actual);
    explain_replay(e, NULL);
    return true;
}

double explain_edit_make(Explain *e, const ExplainEdit *d, double *row) { return loss_at(e, d, 1, row); }

static double actual_change(Explain *e, const ExplainEdit *d, double *row)
{
    return loss_at(e, d, 1, row) - e->loss;
}

bool explain_edit_ablations(Explain *e, double *change)
{
    double *row = explain_alloc(e, (size_t)e->T + 1, sizeof *row);
    for (int l = e->L - 1; row && l >= 0; l--)
        for (int h = 0; h < e->H; h++)
            change[l * e->H + h] = actual_change(e, &(ExplainEdit){ .kind = EDIT_ABLATE, .layer = l, .head = h }, row);
    explain_replay(e, NULL);
    return row != NULL;
}

bool explain_edit_strongest(Explain *e, int layer, int head, ExplainRow *at, double *change)
{
    int     n = e->L * e->H;
    double *first = explain_alloc(e, (size_t)n, sizeof *first);
    for (int k = 0; first && k < n; k++) {
        bool allowed = (layer < 0 || k / e->H == layer) && (head < 0 || k % e->H == head);
        first[k] = allowed ? first_order_ablation(e, &(ExplainEdit){ .layer = k / e->H, .head = k % e->H }) : NAN;
    }
    const bool *chosen = first ? explain_choose(e, first, n) : NULL;
    *change = 0;
    for (int k = n - 1, found = 0; chosen && k >= 0; k--) {
        if (!chosen[k] || isnan(first[k]))
            continue;
        double x = actual_change(e, &(ExplainEdit){ .kind = EDIT_ABLATE, .layer = k / e->H, .head = k % e->H }, NULL);
        if (!found++ || fabs(x) >= fabs(*change))
            *change = x, at->layer = k / e->H, at->head = k % e->H;
    }
    explain_replay(e, NULL);
    return chosen != NULL;
}

/* change (n): measured with the mask for one[k] alone; NaN for those not tried. False when out of memory. */
static bool mask_each(Explain *e, const ExplainEdit *d, bool *one, int n, double *row, double *change)
{
    for (int k = 0; k < n; k++) {
        one[k] = true;
        change[k] = first_order_mask(e, d, row);
        one[k] = false;
    }
    const bool *chosen = explain_choose(e, change, n);
    for (int k = 0; chosen && k < n; k++) {
        one[k] = true;
        change[k] = chosen[k] ? actual_change(e, d, row) : NAN;
        one[k] = false;
    }
    explain_replay(e, NULL);
    return chosen != NULL;
}

/* The largest of these changes, and which; NaN when out of memory. */
static double largest_mask(Explain *e, const ExplainEdit *d, bool *one, int n, double *row, int *which)
{
    double *change = explain_alloc(e, (size_t)n, sizeof *change), largest = NAN;
    bool    ok = change && mask_each(e, d, one, n, row, change);
    for (int k = n - 1; ok && k >= 0; k--)
        if (!isnan(change[k]) && !(fabs(change[k]) <= fabs(largest)))
            largest = change[k], *which = k;
    return largest;
}

bool explain_edit_readings(Explain *e, const bool *masked, const bool *rows, double *change)
{
    double *row = explain_alloc(e, (size_t)e->T + 1, sizeof *row);
    bool   *heads = explain_alloc(e, (size_t)(e->L * e->H), sizeof *heads);
    ExplainEdit d = { .kind = EDIT_MASK, .masked = masked, .heads = heads, .rows = rows };
    return row && heads && explain_edit_check(e, &d) && mask_each(e, &d, heads, e->L * e->H, row, change);
}

bool explain_edit_reader(Explain *e, const bool *masked, ExplainRow *at, double *change)
{
    int     which = 0;
    double *row = explain_alloc(e, (size_t)e->T + 1, sizeof *row);
    bool   *heads = explain_alloc(e, (size_t)(e->L * e->H), sizeof *heads);
    bool   *rows = explain_alloc(e, (size_t)e->T, sizeof *rows);
    ExplainEdit d = { .kind = EDIT_MASK, .masked = masked, .heads = heads };
    if (!row || !heads || !rows || !explain_edit_check(e, &d))
        return false;
    *change = largest_mask(e, &d, heads, e->L * e->H, row, &which);
    at->layer = which / e->H, at->head = which % e->H;
    heads[which] = true;
    d.rows = rows;
    double one = largest_mask(e, &d, rows, e->T, row, &at->row);
    return !isnan(*change) && !isnan(one);
}

bool explain_edit_masks(Explain *e, double *change)
{
    double *row = explain_alloc(e, (size_t)e->T + 1, sizeof *row);
    for (int j = 0; row && j < e->T; j++)
        change[j] = first_order_mask(e, &(ExplainEdit){ .kind = EDIT_MASK, .j = j }, row);
    const bool *chosen = row ? explain_choose(e, change, e->T) : NULL;
    for (int j = 0; chosen && j < e->T; j++)
        change[j] = chosen[j] ? actual_change(e, &(ExplainEdit){ .kind = EDIT_MASK, .j = j }, row) : NAN;
    explain_replay(e, NULL);
    return chosen != NULL;
}
