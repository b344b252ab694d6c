#ifndef CLI_EXPLAIN_EDIT_FLAGS_H
#define CLI_EXPLAIN_EDIT_FLAGS_H
#include "cli/explain/options.h"
#include "explain/edit.h"

/* The edits of --nudge, --set-attn, --ablate and --mask, in that order: a malloc'd array of *n, not NULL even if *n is
 * 0. NULL with *err set when one cannot be parsed. */
ExplainEdit *edit_flags_parse(const ExplainOptions *o, int *n, Err *err);

/* The flag that edit k of edit_flags_parse came from: "--nudge 0.1.5.3=1". */
void edit_flags_name(const ExplainOptions *o, int k, char *out, size_t size);
#endif
