#ifndef CLI_SAMPLE_ROWS_H
#define CLI_SAMPLE_ROWS_H
#include "base/json.h"
#include "model/sampler.h"
#include "text/vocab.h"

/* The output of --probs for one character: the character, its probability, the entropy of the distribution in
 * bits, and the most probable characters. Reads the distribution that sampler_weigh left in the sampler. */

/* As table lines on standard output. */
void sample_rows_head(void);
void sample_rows_line(Sampler *s, const Vocab *v, int id, bool utf8);

/* As an object of a JSON array. */
void sample_rows_json(Json *j, Sampler *s, const Vocab *v, int id);
#endif
