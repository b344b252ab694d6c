#ifndef CLI_EXPLAIN_TRACE_H
#define CLI_EXPLAIN_TRACE_H
#include "cli/explain/screen.h"
#include "explain/check.h"
#include "explain/edit.h"

/* The views of `explain`, one each; all within SCREEN_WIDTH columns. False with s->e.err set. */

/* Model, prompt, what comes next: explain_show.c. */
bool show_beginning(const Term *t, Subject *s);

/* The default view: where the answer came from, who looks at whom, the trace, what must hold. *failed:
 * how many of those things do not. */
bool show_trace(const Term *t, Subject *s, int *failed);

/* One row of the trace as CSV: explain_csv.c. */
bool show_csv(FILE *out, Subject *s);

/* What if: explain_what_if.c. */
bool show_edits(const Term *t, Subject *s, const ExplainEdit *edits, int n);
bool show_step(const Term *t, Subject *s, double rate);

/* explain_views.c and explain_likeness.c */
bool show_paths(const Term *t, Subject *s);
bool show_sweep(const Term *t, Subject *s);
bool show_lens(const Term *t, Subject *s);
bool show_integrated(const Term *t, Subject *s);
bool show_embeddings(const Term *t, Subject *s);

/* The traced row worked out as on paper, from embedding to loss and back, and whether plain loops come to
 * the engine's numbers (*failed counts if not): explain_by_hand.c. */
bool show_by_hand(const Term *t, Subject *s, int *failed);

/* The worked example; needs no model: explain_show_example.c. */
bool show_example(const Term *t, Err *err);
#endif
