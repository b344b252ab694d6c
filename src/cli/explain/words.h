#ifndef CLI_EXPLAIN_WORDS_H
#define CLI_EXPLAIN_WORDS_H
#include "cli/explain/subject.h"
#include "cli/human.h"
#include "explain/edit.h"

/* Plain sentences, into out (size bytes, cut off at a whole character when it is too short). utf8 as in
 * human_char. Each returns out. */

/* A character in quotes as it stands in sentences: "'e'"; without utf8 "space" and "newline" are words. */
Human words_char(uint32_t c, bool utf8);

/* Which earlier characters the answer came from: those whose hiding costs the most, by the changes of
 * the loss `masked` (T). */
const char *words_origin(char *out, size_t size, const Subject *s, const double *masked, bool utf8);

/* What a gradient step would change in the row of the trace. */
const char *words_step(char *out, size_t size, const Subject *s, const ExplainTrace *t, bool utf8);

/* Why this row is shown, and which other is pushed more. */
const char *words_why(char *out, size_t size, const Subject *s, ExplainPlace largest);

/* An edit, as it stands in tables: "score of 'a' (3) for 'r' (17) +0.1 in layer 0 head 1". */
const char *words_edit(char *out, size_t size, const Subject *s, const ExplainEdit *d, bool utf8);
#endif
