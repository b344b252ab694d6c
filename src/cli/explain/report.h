#ifndef CLI_EXPLAIN_REPORT_H
#define CLI_EXPLAIN_REPORT_H
#include "cli/explain/subject.h"
#include "explain/cause/head.h"
#include "explain/check.h"
#include "explain/attribution.h"
#include "explain/keys/keys.h"
#include "explain/lens.h"
#include "explain/output/halves.h"
#include "explain/edit.h"
#include "explain/paths.h"
#include "explain/step.h"
#include "explain/sweep.h"

enum { REPORT_DELTAS = 4, REPORT_POINTS = 32 };
extern const double report_deltas[REPORT_DELTAS];

/* All measurements on a subject, for the JSON and the page. Arrays are owned by the subject's Explain. */
typedef struct Report {
    const Subject    *s;
    double           *p;                    /* (V) the distribution of the next token         */
    ExplainTrace      trace;
    ExplainKeys       keys;                 /* of the same row: each key masked                */
    double           *losses;               /* (row+1, REPORT_DELTAS)                          */
    ExplainCheck      checks[EXPLAIN_CHECKS];
    ExplainPath      *paths;                /* (L,T)                                           */
    double            paths_error;
    ExplainPathEnd    path_end;             /* of a model with counts                          */
    ExplainCounts     counts;               /* the same                                        */
    ExplainLens      *lens;                 /* (L+1)                                           */
    ExplainLogit      logit;
    ExplainSweep      sweep[SWEEP_ROWS];
    ExplainStep       step;
    ExplainIntegrated integrated;
    double           *deleted, *masked;     /* (T)                                             */
    ExplainCause      cause;
    CauseHead         reader;               /* of what decides */
    double           *ablation;             /* (L*H)                                           */
    ExplainRow        largest;              /* the row with the largest push anywhere          */
    ExplainLossChange    *changes;              /* (n_edits)                                       */
    const ExplainEdit *edits;
    int               n_edits;
    const struct Snapshots *snapshots;      /* snapshots of the training, or NULL              */
    const struct Contrast *contrast;        /* with another prompt, or NULL                    */
    const struct Reason *reason;            /* of --why, or NULL                               */
    const struct Lesson *lesson;            /* of --lesson, or NULL                            */
    const struct Census *census;            /* of --roles, or NULL                             */
} Report;

/* Measures all of it. rate as in explain_step. False with s->e.err set. */
bool report_make(Report *r, Subject *s, double rate, const ExplainEdit *edits, int n_edits);
#endif
