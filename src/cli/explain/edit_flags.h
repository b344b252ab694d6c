#ifndef CLI_EXPLAIN_EDIT_FLAGS_H
#define CLI_EXPLAIN_EDIT_FLAGS_H
#include "cli/explain/options.h"
#include "explain/edit.h"

/* The edits of --nudge, --set-attn, --ablate and --mask, in that order: a malloc'd array of *n, not NULL even if *n is
 * 0. NULL with *err set when one cannot be parsed. What --mask names, and heads after the first of --ablate, need the
 * prompt and the model: places_edits adds them. */
ExplainEdit *edit_flags_parse(const ExplainOptions *o, int *n, Err *err);

/* The flag that edit k of edit_flags_parse came from, without "--", and its value. */
const char *edit_flags_name(const ExplainOptions *o, int k, const char **text);

/* Reads whole numbers from 0 to 65535 with points between them, such as 3.2.45, into x (most). Returns how many; 0 when
 * malformed or more than that. */
int edit_flags_numbers(const char *text, int *x, int most);
#endif
