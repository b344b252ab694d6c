#ifndef CLI_SAMPLE_ROWS_H
#define CLI_SAMPLE_ROWS_H
#include "cli/json.h"
#include "model/sampler.h"
#include "text/vocab.h"

/* What --probs shows of one character: itself, its probability, the entropy of the choice in bits,
 * and the likeliest characters. Taken from the sampler as sampler_weigh left it. */

/* As lines of a table, to standard output. */
void sample_rows_head(void);
void sample_rows_line(Sampler *s, const Vocab *v, int id, bool utf8);

/* As an object of a JSON array. */
void sample_rows_json(Json *j, Sampler *s, const Vocab *v, int id);
#endif
