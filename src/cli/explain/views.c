#include "cli/explain/trace.h"
#include "explain/effect.h"
#include "explain/lens.h"
#include "explain/paths.h"
#include "explain/sweep.h"
#include <math.h>

enum { PATH_ROWS = 6, POINTS = 32, SENTENCE = 512 };

/* --- Paths --- */

static void paths_layer(const Term *t, const Subject *s, const ExplainPath *x, int layer)
{
    int T = s->e.T;
    fprintf(t->file, "  entering layer %d%s\n", layer, layer ? "" : ": the embeddings");
    for (int i = 0; i < T; i++) {
        int before = 0;
        for (int k = 0; k < T; k++)
            before += x[k].total > x[i].total || (x[k].total == x[i].total && k < i);
        if (before >= PATH_ROWS || x[i].total == 0)
            continue;
        fprintf(t->file, "    %s %9.2e", screen_place(t, s, i, 12).s, x[i].total);
        for (int p = 0; p < PATHS; p++)
            fprintf(t->file, " %7.1f %%", 100 * x[i].share[p] / x[i].total);
        putc('\n', t->file);
    }
}

bool show_paths(const Term *t, Subject *s)
{
    double       error;
    ExplainPath *x = explain_room(&s->e, (size_t)s->e.L * (size_t)s->e.T, sizeof *x);
    if (!x || !explain_paths(&s->e, x, &error))
        return false;
    screen_heading(t, "By which ways the gradient reaches each character, from the answer down");
    fprintf(t->file, "    %-12s %9s %9s %9s %9s %9s %9s\n", "character", "|dL/dx|", "value", "key", "query",
            "skip", "MLP");
    for (int l = s->e.L - 1; l >= 0; l--)
        paths_layer(t, s, x + l * s->e.T, l);
    fprintf(t->file, "  value: what it says to others; key: whether it is looked at; query: what\n"
                     "  it seeks; skip: past the layer; MLP: through it. Shares are along dL/dx and\n"
                     "  add up to 100 %% in each row; below 0: against the sum. Showing up to %d of %d\n"
                     "  characters in each layer, those with the largest |dL/dx|.\n", PATH_ROWS, s->e.T);
    fprintf(t->file, "  %s  the five vectors add up to dL/dx: %.1e of it is left (at most 1e-12)\n",
            error <= 1e-12 ? "PASS" : "FAIL", error);
    return true;
}

/* --- Soft against hard --- */

bool show_sweep(const Term *t, Subject *s)
{
    ExplainSweep x[SWEEP_ROWS];
    if (!explain_sweep(&s->e, x))
        return false;
    screen_heading(t, "Soft against hard: all scores of all heads times a factor, run again");
    fprintf(t->file, "  %-12s %8s %9s %8s %8s %8s %8s %8s\n", "scores", "entropy", "loss", "p", "|ds|",
            "|dq|", "|dk|", "|dv|");
    for (int k = 0; k < SWEEP_ROWS; k++)
        fprintf(t->file, "  %-12s %8.4f %9.4f %8.4f %8.1e %8.1e %8.1e %8.1e\n", x[k].name, x[k].entropy,
                x[k].loss, x[k].p, x[k].ds, x[k].dq, x[k].dk, x[k].dv);
    fprintf(t->file, "  Entropy in bits, the mean over rows and heads; |ds| to |dv| over all layers.\n"
                     "  Hard attention (all weight on the largest score) leaves ds, dq and dk exactly\n"
                     "  0: it cannot learn where to look, only what to say there. That is why\n"
                     "  attention is soft.\n");
    return true;
}

/* --- Lens --- */

static void lens_row(const Term *t, const Subject *s, const ExplainLens *x, int layer)
{
    if (layer == 0)
        fprintf(t->file, "  %-13s", "the embedding");
    else
        fprintf(t->file, "  layer %-7d", layer - 1);
    fprintf(t->file, " %9.6f %5d %8.4f ", x->p, x->rank, x->entropy);
    for (int k = 0; k < 3 && k < x->n; k++)
        fprintf(t->file, "  %s %5.1f %%", screen_char(t, subject_char(s, x->top[k]), 2).s, 100 * x->top_p[k]);
    putc('\n', t->file);
}

static void logit_layer(const Term *t, const Subject *s, const ExplainLogit *x, int l)
{
    fprintf(t->file, "  layer %-3d mlp %7.3f  bias %7.3f  heads   ", l, x->mlp[l], x->bias[l]);
    for (int h = 0; h < s->e.H; h++) {
        if (h && h % 4 == 0)
            fprintf(t->file, "\n%43s", "");
        fprintf(t->file, " %7.3f", x->head[l * s->e.H + h]);
    }
    putc('\n', t->file);
}

bool show_lens(const Term *t, Subject *s)
{
    ExplainLogit y;
    ExplainLens *x = explain_room(&s->e, (size_t)s->e.L + 1, sizeof *x);
    if (!x || !explain_lens(&s->e, x) || !explain_lens_logit(&s->e, &y))
        return false;
    screen_heading(t, "What the model would answer if it ended after ...");
    fprintf(t->file, "  %-13s %9s %5s %8s   %s\n", "", "p(target)", "rank", "entropy", "most probable");
    for (int l = 0; l <= s->e.L; l++)
        lens_row(t, s, &x[l], l);
    screen_heading(t, "What each part adds to the target's logit");
    fprintf(t->file, "  character %.4f, position %.4f, bias of the last norm %.4f\n", y.token, y.position,
            y.final);
    for (int l = 0; l < s->e.L; l++)
        logit_layer(t, s, &y, l);
    fprintf(t->file, "  together %.6f, the logit is %.6f\n", y.value - y.error, y.value);
    return true;
}

/* --- What each character gave --- */

static bool shown(const double *x, int n, int i, int most)
{
    int before = 0;
    for (int k = 0; k < n; k++)
        before += fabs(x[k]) > fabs(x[i]) || (fabs(x[k]) == fabs(x[i]) && k < i);
    return before < most;
}

static void effect_rows(const Term *t, const Subject *s, const double *given, const double *deleted,
                        const double *masked)
{
    fprintf(t->file, "  %-12s %14s %14s %14s\n", "character", "given", "deleted", "hidden");
    for (int i = 0; i < s->e.T; i++)
        if (shown(given, s->e.T, i, SCREEN_ROWS))
            fprintf(t->file, "  %s %14.6f %14.6f %14.6f\n", screen_place(t, s, i, 12).s, given[i], deleted[i],
                    masked[i]);
    if (s->e.T > SCREEN_ROWS)
        fprintf(t->file, "  showing %d of %d characters, those that gave most\n", SCREEN_ROWS, s->e.T);
}

bool show_integrated(const Term *t, Subject *s)
{
    ExplainIntegrated x;
    double *both = explain_room(&s->e, 2 * (size_t)s->e.T, sizeof *both);
    if (!both || !explain_effect_integrated(&s->e, POINTS, &x) || !explain_effect_deletions(&s->e, both) ||
        !explain_nudge_masks(&s->e, both + s->e.T))
        return false;
    screen_heading(t, "What each character gave, in nats of log p(target)");
    effect_rows(t, s, x.given, both, both + s->e.T);
    fprintf(t->file,
            "  given    integrated gradients over its embedding, from a baseline where every\n"
            "           character is the mean of all embeddings (%d points): > 0 helped\n",
            x.points);
    fprintf(t->file, "  deleted  how the loss changes without it in the prompt: > 0, it was needed\n"
                     "  hidden   how the loss changes when nobody behind it may look at it\n"
                     "  All given add up to %.6f. From the baseline log p rises by %.6f:\n"
                     "  error of completeness %.1e.\n", x.sum, x.expected, x.error);
    return true;
}
