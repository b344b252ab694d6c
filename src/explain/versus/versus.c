#include "explain/versus/search.h"
#include <math.h>
#include <string.h>

const char *const versus_verdicts[] = { "nothing", "one", "needed", "redundant", "together", "spread" };

double versus_into_a(const VersusRuns *r, double odds) { return (r->a.odds - odds) / (r->a.odds - r->b.odds); }

double versus_into_b(const VersusRuns *r, double odds) { return (odds - r->b.odds) / (r->a.odds - r->b.odds); }

VersusEffect versus_effect(VersusRuns *r, const int *heads, int n_heads, const VersusPair *pairs, int n)
{
    return (VersusEffect){ versus_into_a(r, versus_patch_heads(&r->a, &r->b, heads, n_heads, pairs, n)),
                           versus_into_b(r, versus_patch_heads(&r->b, &r->a, heads, n_heads, pairs, n)) };
}

/* --- Alignment --- */

static bool find_words(Explain *e, const bool *letter, Versus *x)
{
    bool *mark = explain_alloc(e, (size_t)x->n_columns, sizeof *mark);
    x->spans = explain_alloc(e, (size_t)x->n_columns, sizeof *x->spans);
    if (!mark || !x->spans)
        return false;
    x->n_spans = align_spans(e->ids, x->ids_b, x->columns, x->n_columns, letter, mark, x->spans);
    return true;
}

static bool align(Explain *e, const int *ids_b, int n_b, const bool *letter, Versus *x)
{
    size_t n = (size_t)e->T + (size_t)n_b;
    int   *table = explain_alloc(e, (size_t)e->T * (size_t)n_b, sizeof *table);
    x->ids_b = explain_alloc(e, (size_t)n_b, sizeof *x->ids_b);
    x->columns = explain_alloc(e, n, sizeof *x->columns);
    x->pairs = explain_alloc(e, n, sizeof *x->pairs);
    if (!table || !x->ids_b || !x->columns || !x->pairs)
        return false;
    x->n_b = n_b;
    memcpy(x->ids_b, ids_b, (size_t)n_b * sizeof *ids_b);
    x->n_columns = align_tokens(e->ids, e->T, ids_b, n_b, table, x->columns);
    for (int k = 0; k < x->n_columns; k++)
        if (x->columns[k].a >= 0 && x->columns[k].b >= 0)
            x->pairs[x->n_pairs++] = (VersusPair){ { x->columns[k].a, x->columns[k].b } };
    return find_words(e, letter, x);
}

/* --- Answers --- */

/* p (V): the distribution after the run's last token. */
static void next_token(const VersusRun *r, double *p)
{
    const double *x = r->logits->val + (size_t)(r->T - 1) * (size_t)r->V;
    double top = x[0], sum = 0;
    for (int c = 1; c < r->V; c++)
        top = fmax(top, x[c]);
    for (int c = 0; c < r->V; c++)
        sum += p[c] = exp(x[c] - top);
    for (int c = 0; c < r->V; c++)
        p[c] /= sum;
}

/* The token other than `but` with the largest of x and y (V). */
static int likeliest(const double *x, const double *y, int V, int but)
{
    int best = -1;
    for (int c = 0; c < V; c++)
        if (c != but && (best < 0 || fmax(x[c], y[c]) > fmax(x[best], y[best])))
            best = c;
    return best;
}

/* a1 and a2; a vocabulary of one token has no rival. */
static bool compare(Explain *e, VersusRuns *r, Versus *x)
{
    double *a = explain_alloc(e, (size_t)e->V, sizeof *a), *b = explain_alloc(e, (size_t)e->V, sizeof *b);
    if (!a || !b)
        return false;
    if (e->V < 2)
        return err_set(&e->err, "a vocabulary of one character has no two answers to compare");
    next_token(&r->a, a), next_token(&r->b, b);
    x->answer[0] = likeliest(a, a, e->V, -1), x->answer[1] = likeliest(b, b, e->V, -1);
    x->same = x->answer[0] == x->answer[1];
    if (x->same)
        x->answer[1] = likeliest(a, b, e->V, x->answer[0]);
    versus_run_compare(&r->a, x->answer[0], x->answer[1]);
    versus_run_compare(&r->b, x->answer[0], x->answer[1]);
    for (int k = 0; k < 2; k++)
        x->p[0][k] = a[x->answer[k]], x->p[1][k] = b[x->answer[k]];
    x->odds[0] = r->a.odds, x->odds[1] = r->b.odds;
    return true;
}

/* --- Effects --- */

/* sum of g (b - a) over n numbers: what replacing a by b changes the loss by, to first order. */
static double first_order(const double *g, const double *a, const double *b, int n)
{
    double sum = 0;
    for (int d = 0; d < n; d++)
        sum += g[d] * (b[d] - a[d]);
    return sum;
}

/* size (L*H): by the gradient, which heads to patch in a large model ("attribution patching", Syed, Rager, Conmy 2023).
 */
static void head_sizes(const Explain *e, const VersusRuns *r, const Versus *x, double *size)
{
    for (int h = 0; h < e->L * e->H; h++)
        for (int k = 0; k < x->n_pairs; k++)
            size[h] += first_order(explain_grad(e->trace.layers[h / e->H].mix, h % e->H, x->pairs[k].at[0]),
                                   versus_output(&r->a, h, x->pairs[k].at[0]),
                                   versus_output(&r->b, h, x->pairs[k].at[1]), e->D);
}

static bool patch_heads(Explain *e, VersusRuns *r, Versus *x)
{
    double *size = explain_alloc(e, (size_t)(e->L * e->H), sizeof *size);
    if (!size)
        return false;
    head_sizes(e, r, x, size);
    const bool       *chosen = explain_choose(e, size, e->L * e->H);
    const VersusPair *last = &x->pairs[x->n_pairs - 1];
    for (int h = e->L * e->H - 1; chosen && h >= 0; h--) {
        if (!chosen[h])
            continue;
        x->heads[h] = versus_effect(r, &h, 1, x->pairs, x->n_pairs);
        x->heads_last[h] = versus_effect(r, &h, 1, last, 1);
    }
    return chosen != NULL;
}

static void residual_sizes(const Explain *e, const VersusRuns *r, const Versus *x, double *size)
{
    for (int l = 0; l <= e->L; l++)
        for (int k = 0; k < x->n_pairs; k++) {
            const Tensor *a = versus_residual(&r->a, l), *b = versus_residual(&r->b, l);
            size_t at = (size_t)x->pairs[k].at[0] * (size_t)e->C, other = (size_t)x->pairs[k].at[1] * (size_t)e->C;
            size[versus_cell(x, l, k)] = first_order(a->grad + at, a->val + at, b->val + other, e->C);
        }
}

static bool patch_residuals(Explain *e, VersusRuns *r, Versus *x)
{
    int     n = (e->L + 1) * x->n_pairs;
    double *size = explain_alloc(e, (size_t)n, sizeof *size);
    if (!size)
        return false;
    versus_run_restore(&r->a), versus_run_restore(&r->b);
    residual_sizes(e, r, x, size);
    const bool *chosen = explain_choose(e, size, n);
    for (int k = n - 1; chosen && k >= 0; k--) {
        int        l = k / x->n_pairs;
        VersusPair pair = x->pairs[k % x->n_pairs];
        if (chosen[k])
            x->residual[k] = (VersusEffect){ versus_into_a(r, versus_patch_residual(&r->a, &r->b, l, pair)),
                                             versus_into_b(r, versus_patch_residual(&r->b, &r->a, l, pair)) };
    }
    return chosen != NULL;
}

/* --- All of it --- */

static VersusEffect *unknown(Explain *e, int n)
{
    VersusEffect *x = explain_alloc(e, (size_t)n, sizeof *x);
    for (int k = 0; x && k < n; k++)
        x[k] = (VersusEffect){ NAN, NAN };
    return x;
}

static bool make_room(Explain *e, Versus *x)
{
    x->all_heads = x->together = x->counts = (VersusEffect){ NAN, NAN };
    x->heads = unknown(e, e->L * e->H);
    x->heads_last = unknown(e, e->L * e->H);
    x->residual = unknown(e, (e->L + 1) * x->n_pairs);
    for (int k = 0; k < VERSUS_SET; k++)
        x->set[k].rows = unknown(e, x->n_pairs);
    return !err_any(&e->err);
}

static bool patch_all_heads(Explain *e, VersusRuns *r, Versus *x)
{
    int *all = explain_alloc(e, (size_t)(e->L * e->H), sizeof *all);
    for (int h = 0; all && h < e->L * e->H; h++)
        all[h] = h;
    if (all)
        x->all_heads = versus_effect(r, all, e->L * e->H, x->pairs, x->n_pairs);
    return all != NULL;
}

static bool patch_counts(const Explain *e, VersusRuns *r, Versus *x)
{
    VersusPair last = x->pairs[x->n_pairs - 1];
    if (e->trace.counts)
        x->counts = (VersusEffect){ versus_into_a(r, versus_patch_counts(&r->a, &r->b, last)),
                                    versus_into_b(r, versus_patch_counts(&r->b, &r->a, last)) };
    return true;
}

static bool measure(Explain *e, VersusRuns *r, const bool *letter, Versus *x)
{
    if (!make_room(e, x) || !compare(e, r, x))
        return false;
    if (!(fabs(x->odds[0] - x->odds[1]) >= VERSUS_LEAST))
        return true;
    return patch_heads(e, r, x) && patch_residuals(e, r, x) && patch_all_heads(e, r, x) && patch_counts(e, r, x) &&
           versus_search(e, r, x) &&
           versus_read(e, r, letter, x);
}

bool explain_versus(Explain *e, const int *ids_b, int n_b, const bool *letter, Versus *x)
{
    *x = (Versus){ .e = e };
    if (n_b < 1)
        return err_set(&e->err, "the text to compare with is empty");
    if (!align(e, ids_b, n_b, letter, x))
        return false;
    VersusRuns r = { .a = versus_run_of(e) };
    bool ok = versus_run_open(&r.b, e, x->ids_b, n_b) && measure(e, &r, letter, x);
    tape_replay(&e->tape, NULL);            /* the counts too, which may be patched */
    versus_run_close(&r.b);
    return ok;
}
