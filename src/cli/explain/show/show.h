#ifndef CLI_EXPLAIN_SHOW_H
#define CLI_EXPLAIN_SHOW_H
#include "cli/explain/options.h"
#include "cli/explain/screen.h"
#include "explain/check.h"
#include "explain/edit.h"
#include "explain/keys/keys.h"

/* The views of `explain`: show_X is in show/X.c, unless said otherwise. Each prints text of at most screen_width
 * columns to t->file and returns false with s->e.err set. Measuring is left to src/explain. */

/* Above every view: the model, the prompt, the most probable next characters, the target. Brief, above the overview:
 * each in one line, the target only if it was given. */
bool show_header(const Term *t, Subject *s);
bool show_brief(const Term *t, Subject *s);

/* The default view, 20 lines on a terminal of 80 x 24: what the answer depends on, a picture of the head it depends on
 * most (show/mirror.h), and which views say more. */
bool show_overview(const Term *t, Subject *s, const ExplainCheck *checks);

/* The self-checks (EXPLAIN_CHECKS): all of them, or only those that failed. *failed is increased by their number. */
void show_checks(const Term *t, const ExplainCheck *checks, bool all, int *failed);

/* The attention of each head at the traced row; the gradient trace of that row. */
bool show_heads(const Term *t, Subject *s);
bool show_trace(const Term *t, Subject *s, const ExplainTrace *x);

/* Below the trace: what the flags of its keys mean here, and the rank correlation. room: (y->n) scratch. */
void show_keys(const Term *t, const Subject *s, const ExplainTrace *x, const ExplainKeys *y, double *room);

/* The traced row as CSV, one line a key. */
bool show_csv(FILE *out, Subject *s);

/* The loss after each edit, predicted and measured; and after one gradient step: edits.c. */
bool show_edits(const Term *t, Subject *s, const ExplainEdit *edits, int n);
bool show_step(const Term *t, Subject *s, double rate);

bool show_paths(const Term *t, Subject *s);
bool show_sweep(const Term *t, Subject *s);
bool show_lens(const Term *t, Subject *s);
/* Each word and character deleted, replaced and masked: changes of the log-odds of the two answers, and the verdict. */
bool show_cause(const Term *t, Subject *s);
bool show_integrated(const Term *t, Subject *s);
bool show_embeddings(const Term *t, Subject *s);

/* The traced row computed with plain loops, every intermediate number printed, from the embedding to the loss and back.
 * *failed is incremented when the loops and the engine disagree. */
bool show_by_hand(const Term *t, Subject *s, int *failed);

/* The worked example of three words; needs no model. False with *err set. */
bool show_example(const Term *t, Err *err);

/* The claims about queries, keys and values, each with the numbers measured on o->model and the held-out items
 * (o->clues, o->text; NULL: those of the model, claims_text.h), and PASS or FAIL; *failed counts the latter. False with
 * *err set when a file cannot be read. */
bool show_claims(const Term *t, const ExplainOptions *o, int *failed, Err *err);
#endif
