#include "cli/explain/show/show.h"
#include "cli/explain/table.h"
#include "explain/sweep.h"

enum { SCORES, ENTROPY, LOSS, P, DS, DQ, DK, DV, COLUMNS };

static const Column columns[COLUMNS] = {
    [SCORES] = { "scores", 12, 0, true }, [ENTROPY] = { "entropy", 9, 3, false }, [LOSS] = { "loss", 10, 0, false },
    [P] = { "p", 9, 2, false },           [DS] = { "|ds|", 9, 0, false },         [DQ] = { "|dq|", 9, 4, false },
    [DK] = { "|dk|", 9, 4, false },       [DV] = { "|dv|", 9, 1, false },
};

bool show_sweep(const Term *t, Subject *s)
{
    ExplainSweep x[SWEEP_ROWS];
    Table        b = table_of(t, 2, columns, COLUMNS);
    if (!explain_sweep(&s->e, x))
        return false;
    screen_heading(t, "Soft against hard attention: all scores of all heads times a factor");
    table_head(&b);
    for (int k = 0; k < SWEEP_ROWS; k++) {
        const double norms[] = { x[k].ds, x[k].dq, x[k].dk, x[k].dv };
        table_cell(&b, SCORES, 0, x[k].name);
        table_print(&b, ENTROPY, "%.4f", x[k].entropy);
        table_print(&b, LOSS, "%.4f", x[k].loss);
        table_print(&b, P, "%.4f", x[k].p);
        for (int n = 0; n < 4; n++)
            table_print(&b, DS + n, "%.1e", norms[n]);
        table_end(&b);
    }
    table_note(&b);
    screen_paragraph(t, 2, "Entropy: mean over rows and heads, in bits. |ds| to |dv|: norms, all layers. With hard "
                     "attention (all weight on the largest score) ds, dq and dk are exactly 0: values still learn, but "
                     "where to attend cannot. That is why attention is soft.");
    return true;
}
