#include "cli/explain/show/show.h"
#include "explain/lens.h"

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
    ExplainLens *x = explain_alloc(&s->e, (size_t)s->e.L + 1, sizeof *x);
    if (!x || !explain_lens(&s->e, x) || !explain_lens_logit(&s->e, &y))
        return false;
    screen_heading(t, "Logit lens: the prediction if the model ended after ...");
    fprintf(t->file, "  %-13s %9s %5s %8s   %s\n", "", "p(target)", "rank", "entropy", "most probable");
    for (int l = 0; l <= s->e.L; l++)
        lens_row(t, s, &x[l], l);
    screen_heading(t, "Direct contributions to the target's logit");
    fprintf(t->file, "  character embedding %.4f, position %.4f, last norm's bias %.4f\n", y.token, y.position,
            y.final);
    for (int l = 0; l < s->e.L; l++)
        logit_layer(t, s, &y, l);
    fprintf(t->file, "  sum %.6f, logit %.6f\n", y.value - y.error, y.value);
    return true;
}
