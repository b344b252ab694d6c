#ifndef CLI_EXPLAIN_WORDS_H
#define CLI_EXPLAIN_WORDS_H
#include "cli/explain/subject.h"
#include "base/human.h"
#include "explain/edit.h"

/* Sentences about a subject, written to out (size bytes) and cut off when it is too small. Each function returns out.
 * utf8 as in human_char. */

/* A character quoted for a sentence: "'e'"; without utf8 "space" and "newline" are spelled out. */
Human words_char(uint32_t c, bool utf8);

/* Which earlier characters the answer depends on most. masked (T): change of the loss with that character masked
 * (explain_edit_masks). */
const char *words_origin(char *out, size_t size, const Subject *s, const double *masked, bool utf8);

/* The keys whose scores a descent step would raise and lower most in that row. */
const char *words_step(char *out, size_t size, const Subject *s, ExplainRow at, bool utf8);

/* Why this row is shown, and the row with a larger push if there is one. No full stop at the end. */
const char *words_why(char *out, size_t size, const Subject *s, ExplainRow largest);

/* An edit: "layer 0, head 1, query 'r' (17), key 'a' (3): score +0.1". */
const char *words_edit(char *out, size_t size, const Subject *s, const ExplainEdit *d, bool utf8);
#endif
