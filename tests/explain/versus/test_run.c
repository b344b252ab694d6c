#include "explain/versus/run.h"
#include "check_main.h"
#include "explain/explain_model.h"

/* Two prompts of one model, of equal length unless `shorter`: every activation of the second known from an Explain of
 * its own, on a copy of the model. */
typedef struct Bench {
    ExplainModel a, b;
    VersusRun    ra, rb;
    VersusPair   pairs[16];
    int          n;
} Bench;

static void start(Bench *x, int seed, int shorter)
{
    explain_begin(&x->a, seed);
    explain_make(&x->b, seed);
    x->b.ids[1] = (x->b.ids[1] + 3) % 11;
    memmove(x->b.ids, x->b.ids + shorter, sizeof x->b.ids - (size_t)shorter * sizeof *x->b.ids);
    x->b.T -= shorter;
    ck_assert(explain_open(&x->b.e, &x->b.g, x->b.ids, x->b.T, seed));
    x->ra = versus_run_of(&x->a.e);
    ck_assert_msg(versus_run_open(&x->rb, &x->a.e, x->b.ids, x->b.T), "%s", x->a.e.err.msg);
    versus_run_compare(&x->ra, 2, 5), versus_run_compare(&x->rb, 2, 5);
    x->n = x->b.T;
    for (int k = 0; k < x->n; k++)
        x->pairs[k] = (VersusPair){ { k + shorter, k } };
}

static void end(Bench *x)
{
    versus_run_close(&x->rb);
    explain_end(&x->a);
    explain_end(&x->b);
}

static double odds_of(const Explain *e)
{
    const double *logits = e->out.logits->val + (size_t)(e->T - 1) * (size_t)e->V;
    return logits[2] - logits[5];
}

/* The pass without a tape's gradients has the same values as explain_open's. */
START_TEST(the_second_pass_is_that_of_explain_open)
{
    Bench x;
    start(&x, _i, _i % 2);
    ck_assert(x.rb.odds == odds_of(&x.b.e) && x.ra.odds == odds_of(&x.a.e) && x.ra.odds != x.rb.odds);
    for (int l = 0; l <= x.ra.L; l++)
        ck_assert(memcmp(versus_residual(&x.rb, l)->val,
                         (l < x.rb.L ? x.b.e.trace.layers[l].x : x.b.e.trace.layers[l - 1].out)->val,
                         (size_t)(x.b.T * x.rb.C) * sizeof(double)) == 0);
    end(&x);
}
END_TEST

/* With the same last token, whatever B does differently reaches its answer through heads' outputs there. */
START_TEST(all_heads_at_the_last_position_give_the_other_answer)
{
    Bench x;
    int   all[16];
    start(&x, _i, 0);
    for (int h = 0; h < x.ra.L * x.ra.H; h++)
        all[h] = h;
    EXPLAIN_NEAR(versus_patch_heads(&x.ra, &x.rb, all, x.ra.L * x.ra.H, &x.pairs[x.n - 1], 1), x.rb.odds, 1e-12);
    EXPLAIN_NEAR(versus_patch_heads(&x.rb, &x.ra, all, x.ra.L * x.ra.H, &x.pairs[x.n - 1], 1), x.ra.odds, 1e-12);
    end(&x);
}
END_TEST

/* So does the last residual stream, whatever the lengths; and the embeddings of all positions that differ. */
START_TEST(the_last_residual_stream_gives_the_other_answer)
{
    Bench x;
    for (int shorter = 0; shorter < 2; shorter++) {
        start(&x, _i, shorter);
        EXPLAIN_NEAR(versus_patch_residual(&x.ra, &x.rb, x.ra.L, x.pairs[x.n - 1]), x.rb.odds, 1e-12);
        EXPLAIN_NEAR(versus_patch_residual(&x.rb, &x.ra, x.ra.L, x.pairs[x.n - 1]), x.ra.odds, 1e-12);
        if (shorter == 0)
            EXPLAIN_NEAR(versus_patch_residual(&x.ra, &x.rb, 0, x.pairs[1]), x.rb.odds, 1e-12);
        end(&x);
    }
}
END_TEST

/* With counts the text itself has a part in the answer: by hand, the gains of one prompt times what counting says
 * of the other. The soft cap comes after. */
START_TEST(counts_are_patched_with_the_gains_left_alone)
{
    Bench x;
    start(&x, _i, 0);
    x.b.ids[x.b.T - 1] = (x.b.ids[x.b.T - 1] + 1) % 11;     /* near enough for counting to see it */
    explain_close(&x.b.e);
    ck_assert(explain_open(&x.b.e, &x.b.g, x.b.ids, x.b.T, _i));
    versus_run_close(&x.rb);
    ck_assert(versus_run_open(&x.rb, &x.a.e, x.b.ids, x.b.T));
    versus_run_compare(&x.rb, 2, 5);
    const Tensor *tilt = x.a.e.trace.counts->next;
    while (tilt->op != &op_tilt)
        tilt = tilt->next;
    double logit[2], cap = x.a.g.config.soft_cap;
    for (int k = 0; k < 2; k++) {
        int c = k ? 5 : 2;
        logit[k] = tilt->in[0]->val[(x.a.T - 1) * 11 + c];
        for (int i = 0; i < PRIOR_CONTEXTS; i++)
            logit[k] += tilt->in[1]->val[(x.a.T - 1) * PRIOR_CONTEXTS + i] *
                        x.rb.counts->val[((x.b.T - 1) * PRIOR_CONTEXTS + i) * 11 + c];
        logit[k] = cap > 0 ? cap * tanh(logit[k] / cap) : logit[k];
    }
    VersusPair last = x.pairs[x.n - 1];
    double     into_b = versus_patch_counts(&x.rb, &x.ra, last);
    EXPLAIN_NEAR(versus_patch_counts(&x.ra, &x.rb, last), logit[0] - logit[1], 1e-12);
    ck_assert(fabs(logit[0] - logit[1] - x.ra.odds) > 1e-6);
    ck_assert(versus_patch_counts(&x.rb, &x.ra, last) == into_b);       /* nothing is left of other patches */
    versus_run_restore(&x.ra), versus_run_restore(&x.rb);
    ck_assert(odds_of(&x.a.e) == x.ra.odds);
    ck_assert(versus_patch_counts(&x.ra, &x.ra, last) == x.ra.odds);
    end(&x);
}
END_TEST

static void patch_everything(VersusRun *r, VersusRun *from, const VersusPair *pairs, int n)
{
    for (int l = 0; l <= r->L; l++)
        for (int k = 0; k < n; k++)
            ck_assert(versus_patch_residual(r, from, l, pairs[k]) == r->odds);
    for (int h = 0; h < r->L * r->H; h++)
        ck_assert(versus_patch_heads(r, from, &h, 1, pairs, n) == r->odds);
}

/* Bit for bit: also what was computed again after other patches. */
START_TEST(a_prompt_patched_into_itself_changes_nothing)
{
    Bench     x;
    VersusRun same;
    start(&x, _i, 0);
    const int h = 0;
    ck_assert(versus_run_open(&same, &x.a.e, x.a.ids, x.a.T));
    versus_run_compare(&same, 2, 5);
    patch_everything(&x.ra, &same, x.pairs, x.n);
    patch_everything(&same, &x.ra, x.pairs, x.n);
    ck_assert(versus_patch_heads(&x.ra, &x.rb, &h, 1, x.pairs, x.n) != x.ra.odds);
    patch_everything(&x.ra, &same, x.pairs, x.n);
    EXPLAIN_UNCHANGED(&x.b.e, true);
    versus_run_close(&same);
    end(&x);
}
END_TEST

/* The same by hand: rows copied between the two Explains, and the rest of the forward pass run again. */
static double by_hand(Bench *x, const int *heads, int n_heads)
{
    explain_replay(&x->a.e, NULL);
    for (int l = 0; l < x->ra.L; l++) {
        Tensor *to = x->a.e.trace.layers[l].mix, *from = x->b.e.trace.layers[l].mix;
        for (int k = 0; k < n_heads; k++)
            for (int i = 0; i < x->n && heads[k] / x->ra.H == l; i++)
                memcpy(explain_row(to, heads[k] % x->ra.H, x->pairs[i].at[0]),
                       explain_row(from, heads[k] % x->ra.H, x->pairs[i].at[1]), (size_t)x->ra.D * sizeof(double));
        explain_replay_to(to, l + 1 < x->ra.L ? x->a.e.trace.layers[l + 1].mix : x->a.e.out.logits);
    }
    double odds = odds_of(&x->a.e);
    explain_replay(&x->a.e, NULL);
    return odds;
}

START_TEST(heads_together_are_those_copied_by_hand)
{
    Bench x;
    start(&x, _i, _i % 2);
    int n = x.ra.L * x.ra.H;
    for (int g = 0; g < n; g++)
        for (int h = g; h < n; h++) {
            const int heads[] = { g, h }, many = g == h ? 1 : 2;
            double    hand = by_hand(&x, heads, many);
            ck_assert(versus_patch_heads(&x.ra, &x.rb, heads, many, x.pairs, x.n) == hand && hand != x.ra.odds);
        }
    explain_replay(&x.a.e, NULL);
    end(&x);
}
END_TEST

/* y = w x + b, w (n,m). */
static void map(const Tensor *w, const Tensor *b, const double *x, int n, int m, double *y)
{
    for (int i = 0; i < n; i++) {
        y[i] = b ? b->val[i] : 0;
        for (int j = 0; j < m; j++)
            y[i] += w->val[i * m + j] * x[j];
    }
}

static void norm(const Tensor *w, const Tensor *b, const double *x, int n, double *y)
{
    double mean = 0, var = 0;
    for (int i = 0; i < n; i++)
        mean += x[i] / n;
    for (int i = 0; i < n; i++)
        var += (x[i] - mean) * (x[i] - mean) / n;
    for (int i = 0; i < n; i++)
        y[i] = (x[i] - mean) / sqrt(var + 1e-5) * w->val[i] + (b ? b->val[i] : 0);
}

/* GPT-2's last layer at the last position in plain loops, with head h's output from the other prompt. */
static double composed(const Bench *x, int h)
{
    const Gpt            *g = &x->a.g;
    const GptBlockParams *p = &g->blocks[x->ra.L - 1];
    int    C = x->ra.C, D = x->ra.D, last = x->a.T - 1;
    double mix[64], mid[64] = { 0 }, y[64], fc[256], logits[16];
    for (int k = 0; k < x->ra.H; k++)
        memcpy(mix + k * D,
               k == h ? explain_row(x->b.e.trace.layers[x->ra.L - 1].mix, k, x->b.T - 1)
                      : explain_row(x->a.e.trace.layers[x->ra.L - 1].mix, k, last), (size_t)D * sizeof *mix);
    map(p->out_w, p->out_b, mix, C, C, mid);
    for (int c = 0; c < C; c++)
        mid[c] += x->a.e.trace.layers[x->ra.L - 1].x->val[last * C + c];
    norm(p->ln_2_w, p->ln_2_b, mid, C, y);
    map(p->fc_w, p->fc_b, y, 4 * C, C, fc);
    for (int c = 0; c < 4 * C; c++)
        fc[c] = 0.5 * fc[c] * (1 + tanh(sqrt(2 / acos(-1)) * (fc[c] + 0.044715 * fc[c] * fc[c] * fc[c])));
    map(p->proj_w, p->proj_b, fc, C, 4 * C, y);
    for (int c = 0; c < C; c++)
        mid[c] += y[c];
    norm(g->ln_f_w, g->ln_f_b, mid, C, y);
    map(g->lm_head, NULL, y, 11, C, logits);
    return logits[2] - logits[5];
}

START_TEST(a_head_of_the_last_layer_is_that_of_plain_loops)
{
    Bench x;
    start(&x, _i, 0);
    for (int h = 0; h < x.ra.H; h++) {
        int    head = (x.ra.L - 1) * x.ra.H + h;
        double odds = versus_patch_heads(&x.ra, &x.rb, &head, 1, &x.pairs[x.n - 1], 1);
        explain_replay(&x.a.e, NULL);
        EXPLAIN_NEAR(odds, composed(&x, h), 1e-12);
        EXPLAIN_NEAR(x.ra.odds, composed(&x, -1), 1e-12);
        ck_assert(odds != x.ra.odds);
    }
    end(&x);
}
END_TEST

/* A patch starts from the unpatched pass, whatever came before it. */
START_TEST(the_order_of_patches_does_not_matter)
{
    Bench  x;
    double first[64];
    start(&x, _i, _i % 2);
    int L = x.ra.L, n = L * x.ra.H, at = 0;
    for (int l = 0; l <= L; l++)
        first[at++] = versus_patch_residual(&x.ra, &x.rb, l, x.pairs[1]);
    for (int h = 0; h < n; h++)
        first[at++] = versus_patch_heads(&x.ra, &x.rb, &h, 1, x.pairs, x.n);
    for (int round = 0; round < 60; round++) {
        int k = (int)(rng_bits(9, (uint64_t)_i, (uint64_t)round) % (uint64_t)at), h = k - L - 1;
        double odds = k <= L ? versus_patch_residual(&x.ra, &x.rb, k, x.pairs[1])
                             : versus_patch_heads(&x.ra, &x.rb, &h, 1, x.pairs, x.n);
        ck_assert(odds == first[k]);
    }
    end(&x);
}
END_TEST

/* o without keys first..end-1, in plain loops. */
static void masked(const Explain *e, int head, int i, int first, int end, double *o)
{
    const GptBlockActs *y = &e->trace.layers[head / e->H];
    double sum = 0;
    memset(o, 0, (size_t)e->D * sizeof *o);
    for (int k = 0; k <= i; k++) {
        double w = k >= first && k < end ? 0 : exp(explain_row(y->scores, head % e->H, i)[k]);
        sum += w;
        for (int d = 0; d < e->D; d++)
            o[d] += w * explain_row(y->v, head % e->H, k)[d];
    }
    for (int d = 0; d < e->D; d++)
        o[d] /= sum;
}

START_TEST(masked_outputs_are_those_of_plain_loops)
{
    Bench  x;
    double o[256], hand[64];
    start(&x, _i, 0);
    for (int h = 0; h < x.ra.L * x.ra.H; h++) {
        versus_masked_output(&x.ra, h, 1, 3, x.pairs, x.n, o);
        for (int i = 0; i < x.n; i++) {
            masked(&x.a.e, h, i, 1, 3, hand);
            for (int d = 0; d < x.ra.D; d++)
                EXPLAIN_NEAR(o[i * x.ra.D + d], hand[d], 1e-12);
        }
        ck_assert(versus_patch_output(&x.ra, h, o, x.pairs, x.n) != x.ra.odds);
        versus_masked_output(&x.ra, h, 0, x.n, x.pairs, x.n, o);    /* no key left: unchanged */
        ck_assert(versus_patch_output(&x.ra, h, o, x.pairs, x.n) == x.ra.odds);
    }
    end(&x);
}
END_TEST

CHECK_MAIN("versus_run",
           LOOP(counts_are_patched_with_the_gains_left_alone, EXPLAIN_COUNTS, EXPLAIN_MODELS),
           LOOP(the_second_pass_is_that_of_explain_open, 0, EXPLAIN_MODELS),
           LOOP(all_heads_at_the_last_position_give_the_other_answer, 0, EXPLAIN_MODELS),
           LOOP(the_last_residual_stream_gives_the_other_answer, 0, EXPLAIN_MODELS),
           LOOP(a_prompt_patched_into_itself_changes_nothing, 0, EXPLAIN_MODELS),
           LOOP(heads_together_are_those_copied_by_hand, 0, EXPLAIN_MODELS),
           LOOP(a_head_of_the_last_layer_is_that_of_plain_loops, 0, EXPLAIN_UNMIXED),
           LOOP(the_order_of_patches_does_not_matter, 0, EXPLAIN_MODELS),
           LOOP(masked_outputs_are_those_of_plain_loops, 0, EXPLAIN_MODELS))
