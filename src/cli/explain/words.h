#ifndef CLI_EXPLAIN_WORDS_H
#define CLI_EXPLAIN_WORDS_H
#include "cli/explain/subject.h"
#include "base/human.h"
#include "explain/cause/verdict.h"
#include "explain/edit.h"

/* Sentences about a subject, written to out (size bytes) and cut off when it is too small. Each function returns out.
 * utf8 as in human_char. */

/* A character quoted for a sentence: "'e'"; without utf8 "space" and "newline" are spelled out. */
Human words_char(uint32_t c, bool utf8);

/* Characters first to last of the prompt in quotes: "thumb". */
const char *words_quote(char *out, size_t size, const Subject *s, int first, int last, bool utf8);

/* The same with its positions: "thumb" (18 to 22). */
const char *words_stretch(char *out, size_t size, const Subject *s, int first, int last, bool utf8);

/* What the answer depends on: the verdict of explain/cause on these measures, with the numbers that it rests on; for a
 * target that is not the likeliest answer, why not that one. `room`: how long it may be, in bytes; causes are always
 * named, what else does not fit is left out, and the sentence then ends with "More: --cause." 0: all of it.
 * words_cause.c. */
const char *words_cause(char *out, size_t size, const Subject *s, const ExplainCause *c, size_t room, bool utf8);

/* The keys whose scores a descent step would raise and lower most in that row. */
const char *words_step(char *out, size_t size, const Subject *s, ExplainRow at, bool utf8);

/* Why this row is shown, and the row with a larger push if there is one. No full stop at the end. */
const char *words_why(char *out, size_t size, const Subject *s, ExplainRow largest);

/* An edit: "layer 0, head 1, query 'r' (17), key 'a' (3): score +0.1". */
const char *words_edit(char *out, size_t size, const Subject *s, const ExplainEdit *d, bool utf8);
#endif
