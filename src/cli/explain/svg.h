#ifndef CLI_EXPLAIN_SVG_H
#define CLI_EXPLAIN_SVG_H
#include "cli/explain/subject.h"

/* The traced row as a picture: the prompt on one line, with arcs from the query to its keys. Above, their thickness
 * is the attention weight a_j; below, the key's share of the push, |ds_j| / sum |ds|, blue where a gradient step
 * raises the score (ds < 0) and orange where it lowers it. Beside the text the most probable next characters. Keys
 * below 1 % are not drawn but counted in the caption; a long prompt is folded (picture.h). */

/* Whether the picture may be written to path, as output_may. */
bool explain_svg_may(const char *path, Err *err);

/* Writes it; "-" is standard output. False with *err set. */
bool explain_svg(const char *path, Subject *s, Err *err);
#endif
