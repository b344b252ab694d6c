#include "explain/keys/keys.h"
#include "explain/dot.h"
#include "explain/keys/spearman.h"
#include "kernel/kernel.h"
#include <math.h>

const char *const explain_key_flags[KEY_FLAGS] = {
    [KEY_SATURATED] = "saturated", [KEY_CURVED] = "curved", [KEY_REDUNDANT] = "redundant",
};

/* The row's values and gradients, from before any key was masked. */
typedef struct Row {
    Explain      *e;
    ExplainRow    at;
    int           n;
    double       *kept;                     /* (n) the weights                                            */
    double       *without;                  /* (n) scratch: the weights with keys masked                  */
    const double *da, *ds;                  /* (n)                                                        */
} Row;

static const double *value(const Row *r, int j)
{
    return explain_row(r->e->trace.layers[r->at.layer].v, r->at.head, j);
}

/* The row's weights with keys j and t masked (t = j: one key), softmax over the scores of the others: to a (n). */
static void weights_without(const Row *r, int j, int t, double *a)
{
    const double *s = explain_row(r->e->trace.layers[r->at.layer].scores, r->at.head, r->at.row);
    int n = 0;
    for (int k = 0; k < r->n; k++)
        if (k != j && k != t)
            a[n++] = s[k];
    kernel->softmax((size_t)n, 1, a, a);
    for (int k = r->n - 1; k >= 0; k--)     /* from the back: a[--n] is not yet overwritten */
        a[k] = k == j || k == t ? 0 : a[--n];
}

/* The measured change of the loss with keys j and t masked. The tape keeps the masked weights. */
static double change_without(const Row *r, int j, int t)
{
    Tensor *weights = r->e->trace.layers[r->at.layer].weights;
    weights_without(r, j, t, explain_row(weights, r->at.head, r->at.row));
    return explain_replay(r->e, weights) - r->e->loss;
}

/* |o' - o| with key j masked, and the prediction g.(o' - o) = sum_k da_k (a'_k - a_k), since da_k = g.v_k. This equals
 * -ds_j / (1 - a_j), without the loss of digits where a_j is nearly 1. */
static double move_without(const Row *r, int j, double *moved, double *predicted)
{
    int D = r->e->D;
    weights_without(r, j, j, r->without);
    *predicted = 0;
    for (int d = 0; d < D; d++)
        moved[d] = 0;
    for (int k = 0; k < r->n; k++) {
        double by = r->without[k] - r->kept[k];
        *predicted += r->da[k] * by;
        for (int d = 0; d < D; d++)
            moved[d] += by * value(r, k)[d];
    }
    return explain_norm(moved, (size_t)D);
}

static bool mask_each(const Row *r, ExplainKeys *x)
{
    double *size = explain_alloc(r->e, (size_t)r->n, sizeof *size);
    double *moved = explain_alloc(r->e, (size_t)r->e->D, sizeof *moved);
    for (int j = 0; size && moved && j < r->n; j++) {
        x->keys[j] = (ExplainKeyMask){ .masked = NAN, .twin = -1, .joint = NAN };
        size[j] = move_without(r, j, moved, &x->keys[j].predicted);
    }
    const bool *chosen = size && moved ? explain_choose(r->e, size, r->n) : NULL;
    for (int j = 0; chosen && j < r->n; j++)
        if (chosen[j])
            x->keys[j].masked = change_without(r, j, j);
    return chosen != NULL;
}

/* argmax of a_t v_t.v_j over the other keys that were masked, if it is above 0; otherwise -1. */
static int twin_of(const Row *r, const ExplainKeys *x, int j)
{
    double best = 0;
    int    twin = -1;
    for (int t = 0; t < r->n; t++) {
        double adds = t == j || isnan(x->keys[t].masked) ? 0 :
                      r->kept[t] * explain_dot(value(r, t), value(r, j), (size_t)r->e->D);
        if (adds > best)
            best = adds, twin = t;
    }
    return twin;
}

/* Masks key j together with its twin. */
static bool redundant(const Row *r, const ExplainKeys *x, int j)
{
    ExplainKeyMask *k = &x->keys[j];
    int twin = r->kept[j] >= KEYS_WEIGHT && r->n > 2 ? twin_of(r, x, j) : -1;
    if (twin < 0)
        return false;
    k->twin = twin;
    k->joint = change_without(r, j, twin);
    double then = fabs(k->joint - x->keys[twin].masked);
    return then >= KEYS_LARGE && fabs(k->masked) <= KEYS_LITTLE * then;
}

/* 1 - a_j, as the sum of the other weights: it keeps its digits where a_j is nearly 1. */
static double left_over(const Row *r, int j)
{
    double sum = 0;
    for (int k = 0; k < r->n; k++)
        sum += k == j ? 0 : r->kept[k];
    return sum;
}

/* Saturated if p_j / m_j >= 1 - a_j. */
static ExplainKeyFlag flag_of(const Row *r, const ExplainKeys *x, int j)
{
    const ExplainKeyMask *k = &x->keys[j];
    if (isnan(k->masked))
        return KEY_NO_FLAG;
    if (fabs(k->masked) >= KEYS_LARGE && fabs(r->ds[j]) <= KEYS_LITTLE * fabs(k->masked))
        return k->predicted / k->masked >= left_over(r, j) ? KEY_SATURATED : KEY_CURVED;
    return redundant(r, x, j) ? KEY_REDUNDANT : KEY_NO_FLAG;
}

static double or_zero(double change) { return fabs(change) < KEYS_ROUNDING ? 0 : change; }

/* Counts the keys masked and correlates -ds_j with m_j over them; `pairs` has room for two numbers a key. */
static void correlate(const Row *r, ExplainKeys *x, double *pairs)
{
    double *gradient = pairs, *measured = pairs + r->n;
    for (int j = 0; j < r->n; j++)
        if (!isnan(x->keys[j].masked)) {
            gradient[x->tried] = or_zero(-r->ds[j]);
            measured[x->tried++] = or_zero(x->keys[j].masked);
        }
    x->rank = explain_spearman(gradient, measured, x->tried);
}

bool explain_keys(Explain *e, ExplainRow at, ExplainKeys *x)
{
    const GptBlockActs *y = &e->trace.layers[at.layer];
    const double       *a = explain_row(y->weights, at.head, at.row);
    Row r = { .e = e, .at = at, .n = at.row + 1, .da = explain_grad(y->weights, at.head, at.row),
              .ds = explain_grad(y->scores, at.head, at.row) };
    *x = (ExplainKeys){ .at = at, .n = r.n, .rank = NAN };
    x->keys = explain_alloc(e, (size_t)r.n, sizeof *x->keys);
    double *room = explain_alloc(e, 4 * (size_t)r.n, sizeof *room);
    if (!x->keys || !room)
        return false;
    r.kept = room, r.without = room + r.n;
    for (int j = 0; j < r.n; j++)
        r.kept[j] = a[j];
    if (r.n == 1) {                         /* nothing would be left to attend to */
        x->keys[0] = (ExplainKeyMask){ NAN, NAN, -1, NAN, KEY_NO_FLAG };
        return true;
    }
    bool ok = mask_each(&r, x);
    for (int j = 0; ok && j < r.n; j++)
        x->keys[j].flag = flag_of(&r, x, j);
    explain_replay(e, y->scores);
    correlate(&r, x, room + 2 * r.n);
    return ok;
}
