#ifndef CLI_EXPLAIN_EDIT_FLAGS_H
#define CLI_EXPLAIN_EDIT_FLAGS_H
#include "cli/explain/options.h"
#include "explain/edit.h"

/* The edits asked for by --nudge, --set-attn, --ablate and --mask, in that order, as a malloc'd array of *n
 * (never NULL without an error). NULL with a sentence for what is none. */
ExplainEdit *edits_parse(const ExplainOptions *o, int *n, Err *err);

/* How edit k of edits_parse was given: "--nudge 0.1.5.3=1". */
void edits_name(const ExplainOptions *o, int k, char *out, size_t size);
#endif
