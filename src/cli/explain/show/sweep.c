#include "cli/explain/show/show.h"
#include "explain/sweep.h"

bool show_sweep(const Term *t, Subject *s)
{
    ExplainSweep x[SWEEP_ROWS];
    if (!explain_sweep(&s->e, x))
        return false;
    screen_heading(t, "Soft against hard attention: all scores of all heads times a factor");
    fprintf(t->file, "  %-12s %8s %9s %8s %8s %8s %8s %8s\n", "scores", "entropy", "loss", "p", "|ds|",
            "|dq|", "|dk|", "|dv|");
    for (int k = 0; k < SWEEP_ROWS; k++)
        fprintf(t->file, "  %-12s %8.4f %9.4f %8.4f %8.1e %8.1e %8.1e %8.1e\n", x[k].name, x[k].entropy,
                x[k].loss, x[k].p, x[k].ds, x[k].dq, x[k].dk, x[k].dv);
    fprintf(t->file, "  Entropy: mean over rows and heads, in bits. |ds| to |dv|: norms, all layers.\n"
                     "  With hard attention (all weight on the largest score) ds, dq and dk are\n"
                     "  exactly 0: values still learn, but where to attend cannot. That is why\n"
                     "  attention is soft.\n");
    return true;
}
