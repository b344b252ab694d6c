#include "model/sampler.h"
#include "base/num.h"
#include "base/rng.h"
#include "kernel/kernel.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool sampler_init(Sampler *s, const SampleSettings *set, int V, Err *err)
{
    *s = (Sampler){ .set = *set, .V = V, .last = -1 };
    s->p = malloc((size_t)V * sizeof *s->p);
    s->weight = malloc((size_t)V * sizeof *s->weight);
    s->heap = malloc((size_t)V * sizeof *s->heap);
    s->e = malloc((size_t)V * sizeof *s->e);
    if (s->p && s->weight && s->heap && s->e)
        return true;
    sampler_free(s);
    return err_set(err, "out of memory: no room for the probabilities of %d characters", V);
}

void sampler_free(Sampler *s)
{
    free(s->p);
    free(s->weight);
    free(s->heap);
    free(s->e);
    *s = (Sampler){ 0 };
}

/* ---- the most probable tokens: a heap, so that few of many cost little ---- */

static bool likelier(const Sampler *s, int a, int b) { return s->p[a] > s->p[b] || (s->p[a] == s->p[b] && a < b); }

static void sift(Sampler *s, int at, int n)
{
    for (int child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && likelier(s, s->heap[child + 1], s->heap[child]))
            child++;
        if (!likelier(s, s->heap[child], s->heap[at]))
            return;
        int up = s->heap[child];
        s->heap[child] = s->heap[at];
        s->heap[at] = up;
    }
}

static void heap_all(Sampler *s)
{
    for (int i = 0; i < s->V; i++)
        s->heap[i] = i;
    for (int i = s->V / 2; i-- > 0;)
        sift(s, i, s->V);
}

/* Removes the most probable of n tokens and puts it at index n - 1. */
static int heap_pop(Sampler *s, int n)
{
    int best = s->heap[0];
    s->heap[0] = s->heap[n - 1];
    s->heap[n - 1] = best;
    sift(s, 0, n - 1);
    return best;
}

void sampler_best(Sampler *s, int k, int *ids)
{
    heap_all(s);
    for (int i = 0; i < k; i++)
        ids[i] = heap_pop(s, s->V - i);
}

/* ---- probabilities and filters ---- */

/* p_i = exp(x_i - max) / sum. Returns the most probable token, the lowest of ties; -1 for NaN or infinity. */
static int softmax(Sampler *s, const real *x)
{
    int    best = 0;
    double sum = 0;
    for (int i = 0; i < s->V; i++) {
        if (!isfinite(x[i]))
            return -1;
        if (x[i] > x[best])
            best = i;
    }
    kernel->exp_sum((size_t)s->V, x, x[best], s->e);
    for (int i = 0; i < s->V; i++)
        sum += (double)s->e[i];
    for (int i = 0; i < s->V; i++)
        s->p[i] = (double)s->e[i] / sum;
    return best;
}

/* Moves the k most probable to the heap's end; returns their sum. */
static double pop_mass(Sampler *s, int k)
{
    double mass = 0;
    for (int i = 0; i < k; i++)
        mass += s->p[heap_pop(s, s->V - i)];
    return mass;
}

/* Weight 1 for the tokens that pass top_k and top_p, 0 for others. */
static void keep_top(Sampler *s)
{
    int    V = s->V, k = s->set.top_k > 0 && s->set.top_k < V ? s->set.top_k : V;
    double mass = 0;
    heap_all(s);
    memset(s->weight, 0, (size_t)V * sizeof *s->weight);
    double share = s->set.top_p * (k < V ? pop_mass(s, k) : 1);
    for (int i = 0; i < k && (i == 0 || s->set.top_p == 1 || mass < share); i++) {
        int id = k < V ? s->heap[V - 1 - i] : heap_pop(s, V - i);
        s->weight[id] = 1;
        mass += s->p[id];
    }
}

static void keep_all(Sampler *s)
{
    for (int i = 0; i < s->V; i++)
        s->weight[i] = 1;
}

/* e_i = exp((x_i - max) / temp), proportional to p^(1/temp); for temp 1 softmax has computed it. */
static void heat(Sampler *s, const real *x, int best)
{
    double t = s->set.temp;
    for (int i = 0; i < s->V && t != 1; i++)
        s->e[i] = (real)(i == best ? 0 : t > 0 ? ((double)x[i] - (double)x[best]) / t : -HUGE_VAL);
    if (t != 1)
        kernel->exp_sum((size_t)s->V, s->e, 0, s->e);
}

/* Applies min_p. */
static void weigh(Sampler *s, int best)
{
    for (int i = 0; i < s->V; i++)
        s->weight[i] = s->weight[i] > 0 && s->p[i] >= s->set.min_p * s->p[best] ? (double)s->e[i] : 0;
}

bool sampler_weigh(Sampler *s, const real *logits, Err *err)
{
    int best = softmax(s, logits);
    if (best < 0)
        return err_set(err, "a logit is NaN or infinite: the model is damaged or its training diverged; use "
                       "another saved model");
    if ((s->set.top_k > 0 && s->set.top_k < s->V) || s->set.top_p < 1)
        keep_top(s);
    else
        keep_all(s);
    heat(s, logits, best);
    weigh(s, best);
    return true;
}

int sampler_draw(const Sampler *s, double u)
{
    double total = 0, sum = 0;
    int    last = 0;
    for (int i = 0; i < s->V; i++)
        total += s->weight[i];
    for (int i = 0; i < s->V; i++) {
        sum += s->weight[i];
        if (s->weight[i] > 0)
            last = i;
        if (u * total < sum)
            return i;
    }
    return last;                            /* u * total may round up to the sum */
}

double sampler_entropy(const Sampler *s)
{
    double h = 0;
    for (int i = 0; i < s->V; i++)
        if (s->p[i] > 0)
            h -= s->p[i] * num_log(s->p[i]);
    return h / num_log(2);
}

/* ---- a text ---- */

bool sampler_begin(Sampler *s, Reader *reader, const int *ids, size_t n, uint64_t seed, Err *err)
{
    s->reader = reader;
    s->seed = seed;
    s->drawn = 0;
    s->last = -1;
    reader_clear(reader);
    s->logits = reader_feed(reader, ids, n, err);
    return s->logits != NULL;
}

int sampler_next(Sampler *s, Err *err)
{
    if (s->last >= 0)
        s->logits = reader_feed(s->reader, &s->last, 1, err);
    if (!s->logits || !sampler_weigh(s, s->logits, err))
        return -1;
    return s->last = sampler_draw(s, rng_uniform(s->seed, RNG_SAMPLE, s->drawn++));
}
