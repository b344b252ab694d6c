#ifndef CLI_EXPLAIN_REPORT_H
#define CLI_EXPLAIN_REPORT_H
#include "cli/explain/subject.h"
#include "explain/check.h"
#include "explain/attribution.h"
#include "explain/lens.h"
#include "explain/edit.h"
#include "explain/paths.h"
#include "explain/step.h"
#include "explain/sweep.h"

enum { REPORT_DELTAS = 4, REPORT_POINTS = 32 };
extern const double report_deltas[REPORT_DELTAS];

/* Everything that there is to say about a subject, for the JSON and the page. Arrays belong to the
 * subject's Explain. */
typedef struct Report {
    const Subject    *s;
    double           *p;                    /* (V) the distribution of the next character      */
    ExplainTrace      trace;
    double           *losses;               /* (row+1, REPORT_DELTAS)                          */
    ExplainCheck      checks[EXPLAIN_CHECKS];
    ExplainPath      *paths;                /* (L,T)                                           */
    double            paths_error;
    ExplainLens      *lens;                 /* (L+1)                                           */
    ExplainLogit      logit;
    ExplainSweep      sweep[SWEEP_ROWS];
    ExplainStep       step;
    ExplainIntegrated integrated;
    double           *deleted, *masked;     /* (T)                                             */
    double           *ablation;             /* (L*H)                                           */
    ExplainPlace      largest;              /* the row with the largest push anywhere          */
    ExplainLossChange    *changes;              /* one for each edit asked for                     */
    const ExplainEdit *edits;
    int               n_edits;
    const struct Snapshots *replay;        /* frames of the training, or NULL                 */
} Report;

/* Works all of it out. rate as in explain_step. False with s->e.err set. */
bool report_make(Report *r, Subject *s, double rate, const ExplainEdit *edits, int n_edits);
#endif
