#include "cli/explain/report.h"

const double report_deltas[REPORT_DELTAS] = { -3, -1, 1, 3 };

static bool alloc(Report *r, Explain *e, int row)
{
    size_t T = (size_t)e->T, L = (size_t)e->L;
    r->p = explain_alloc(e, (size_t)e->V, sizeof *r->p);
    r->losses = explain_alloc(e, ((size_t)row + 1) * REPORT_DELTAS, sizeof *r->losses);
    r->paths = explain_alloc(e, L * T, sizeof *r->paths);
    r->lens = explain_alloc(e, L + 1, sizeof *r->lens);
    r->deleted = explain_alloc(e, T, sizeof *r->deleted);
    r->masked = explain_alloc(e, T, sizeof *r->masked);
    r->ablation = explain_alloc(e, L * (size_t)e->H, sizeof *r->ablation);
    r->changes = explain_alloc(e, (size_t)r->n_edits + 1, sizeof *r->changes);
    return !err_any(&e->err);
}

static bool edit(Report *r, Explain *e)
{
    for (int k = 0; k < r->n_edits; k++)
        if (!explain_edit(e, &r->edits[k], &r->changes[k]))
            return false;
    return true;
}

bool report_make(Report *r, Subject *s, double rate, const ExplainEdit *edits, int n_edits)
{
    Explain *e = &s->e;
    *r =
        (Report){ .s = s, .edits = edits, .n_edits = n_edits,
                  .largest = explain_trace_most_pushed(e, -1, -1, -1) };
    if (!alloc(r, e, s->at.row) || !explain_trace(e, s->at, &r->trace) || !explain_keys(e, s->at, &r->keys) ||
        !explain_check(e, &r->trace, r->checks))
        return false;
    explain_next(e, r->p);
    return explain_trace_losses(e, s->at, report_deltas, REPORT_DELTAS, r->losses) &&
           explain_paths(e, r->paths, &r->paths_error) && explain_lens(e, r->lens) &&
           (!e->trace.counts || (explain_paths_end(e, &r->path_end) && explain_counts(e, &r->counts))) &&
           explain_lens_logit(e, &r->logit) && explain_sweep(e, r->sweep) &&
           explain_step(e, rate, s->at, &r->step) &&
           explain_attribution_integrated(e, REPORT_POINTS, &r->integrated) &&
           explain_attribution_deletions(e, r->deleted) && explain_edit_masks(e, r->masked) &&
           explain_cause(e, &s->model.file.vocab, &r->cause) && explain_cause_head(e, &r->cause, &r->reader) &&
           explain_edit_ablations(e, r->ablation) && edit(r, e);
}
