#ifndef CLI_EXPLAIN_SVG_H
#define CLI_EXPLAIN_SVG_H
#include "cli/explain/subject.h"

/* The traced row as a picture. The prompt stands on one line. Above it an arc runs from the query to every key: its
 * thickness is the attention weight a_j. Below it the thickness is the key's share of the push, |ds_j| / sum |ds|: blue
 * where a gradient step raises the score (ds < 0), orange where it lowers it. Beside it the likeliest next characters.
 * Keys of less than 1 % are not drawn but counted in the caption, and of a long prompt only its last characters. */

/* May the picture be written to path? As output_may. */
bool explain_svg_may(const char *path, Err *err);

/* Writes it, "-" to standard output. False with a sentence in err. */
bool explain_svg(const char *path, Subject *s, Err *err);
#endif
