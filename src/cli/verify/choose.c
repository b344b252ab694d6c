#include "base/rng.h"
#include "cli/verify/run.h"
#include <stdlib.h>

/* With --time the rate of each step comes from the seconds that the log has for the step before. */
static bool has_seconds(const VerifyRun *v, const VerifyStretch *x)
{
    const ReceiptSegment *s = &v->receipt.segments[x->segment];
    for (long step = x->from; s->head.settings.budget > 0 && step <= x->to; step++)
        if (step > s->head.state.step && !log_rows_find(v->logs[x->segment], step))
            return false;
    return true;
}

/* Which stretches can be computed: with this text, from step 0 or a kept state, through those between. */
static void reach(VerifyRun *v)
{
    char path[VERIFY_PATH];
    bool reached = false;
    for (size_t i = 0; i < v->n; i++) {
        VerifyStretch *x = &v->stretches[i];
        bool text = digest_equal(&v->receipt.segments[x->segment].text, &v->corpus.digest);
        x->starts = x->from == 0 || file_exists(verify_state(v, x->from, path));
        reached = text && has_seconds(v, x) && (reached || x->starts);
        x->possible = reached;
    }
}

static bool list(VerifyRun *v, Err *err)
{
    for (size_t i = 0; i < v->receipt.n; i++)
        v->n += v->receipt.segments[i].n - 1;
    v->stretches = calloc(v->n + 1, sizeof *v->stretches);
    if (!v->stretches)
        return err_set(err, "out of memory for a list of stretches");
    size_t at = 0;
    for (size_t i = 0; i < v->receipt.n; i++)
        for (size_t k = 0; k + 1 < v->receipt.segments[i].n; k++) {
            const ReceiptEntry *e = &v->receipt.segments[i].entries[k];
            v->stretches[at++] = (VerifyStretch){ .segment = i, .entry = k, .from = e[0].step, .to = e[1].step };
        }
    return true;
}

static bool none_possible(const VerifyRun *v, Err *err)
{
    const ReceiptSegment *last = receipt_last(&v->receipt), *first = &v->receipt.segments[0];
    if (v->n == 0)
        return err_set(err, "the receipt has no step to recompute");
    if (last->head.settings.budget > 0 && !has_seconds(v, &v->stretches[0]))
        return err_set(err, "the learning rate of this run followed the clock (--time), and log.csv does not have the "
                       "seconds of every step (--log-every): it cannot be computed again");
    return err_set(err, "the receipt begins at step %ld, and %s/states holds no state to start from: train "
                   "--keep-states keeps some", first->head.state.step, v->dir);
}

/* Each of the k subsets of that size is equally likely (Knuth, The Art of Computer Programming, section 3.4.2,
 * algorithm S), and they come in order. */
bool verify_choose(VerifyRun *v, size_t k, Err *err)
{
    size_t left = 0;
    if (!list(v, err))
        return false;
    reach(v);
    for (size_t i = 0; i < v->n; i++)
        left += v->stretches[i].possible;
    if (left == 0)
        return none_possible(v, err);
    k = k < left ? k : left;
    for (size_t i = 0; i < v->n; i++) {
        VerifyStretch *x = &v->stretches[i];
        if (!x->possible)
            continue;
        x->chosen = rng_uniform(v->seed, RNG_SAMPLE, i) * (double)left < (double)k;
        k -= x->chosen;
        left--;
    }
    return true;
}

double verify_caught(size_t n, size_t f, size_t k)
{
    double missed = 1;
    for (size_t i = 0; i < k && i < n; i++)
        missed *= n - i > f ? (double)(n - i - f) / (double)(n - i) : 0;
    return 1 - missed;
}
