#ifndef CLI_EXPLAIN_HALVES_H
#define CLI_EXPLAIN_HALVES_H
#include "base/json.h"
#include "cli/explain/screen.h"
#include "explain/output/halves.h"

/* --counts: what counting knew and what attention and MLPs added, in a model that mixes counts into its logits. */

/* Whether the model does. */
bool halves_has(const Subject *s);

/* The sentence on the next character, for the overview and the page: what counting alone gives the target, what the
 * model does, and each half without the other. Returns out (size bytes). */
const char *halves_say(char *out, size_t size, const Subject *s, const ExplainCounts *x, bool utf8);

/* The table of likely next characters, and bars for each character of the prompt. False with s->e.err set. */
bool halves_show(const Term *t, Subject *s);

/* The key "counts". */
void halves_json(Json *j, const Subject *s, const ExplainCounts *x);
#endif
