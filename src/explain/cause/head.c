#include "explain/cause/head.h"
#include "explain/cause/verdict.h"
#include "explain/edit.h"
#include <math.h>

bool explain_cause_head(Explain *e, const ExplainCause *c, CauseHead *x)
{
    *x = (CauseHead){ .reads = NULL };
    if (c->n_found == 0 || c->found[0].role != CAUSE_DECIDES)
        return true;
    const CauseSpan *unit = &c->units[c->found[0].unit].at;
    bool            *masked = explain_alloc(e, (size_t)e->T, sizeof *masked);
    for (int j = unit->first; masked && j <= unit->last; j++)
        masked[j] = true;
    if (!masked || !explain_edit_reader(e, masked, &x->at, &x->change))
        return false;
    if (fabs(x->change) >= CAUSE_READS)
        x->reads = unit;
    return true;
}
