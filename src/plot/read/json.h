#ifndef PLOT_READ_JSON_H
#define PLOT_READ_JSON_H
#include "plot/read/record.h"

/* Logs in JSON: an object a line; an array of objects, also within an object (log_history of Hugging Face's
 * trainer_state.json); an object of arrays, as Keras' History.history, or of objects with the row as key (pandas).
 * Lenient where programs are: NaN, Infinity and None, single quotes (Python's repr), numbers in strings, a truncated
 * end. base/json_read is strict, and decodes in place. Nested names are joined by '/'; escapes in names stay. */

/* Does the text look like JSON? */
bool json_like(const char *text, const char *end);

/* Calls r->take for each record. */
void json_records(const Reading *r);

/* Appends the scalars of the object at s ('{') to r->record. Returns the end of the object, NULL if it is truncated. */
const char *json_scalars(const Reading *r, const char *s);
#endif
