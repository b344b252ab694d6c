#ifndef CLI_EXPLAIN_SHOW_MIRROR_H
#define CLI_EXPLAIN_SHOW_MIRROR_H
#include "cli/explain/excerpt.h"
#include "cli/explain/screen.h"

enum { MIRROR_LEAST = 5, MIRROR_MOST = 13 };

/* One row of one head as a picture in `lines` lines, MIRROR_LEAST at least: its weights as bars above the text, its
 * gradient as columns of + (a descent step attends more there) and - (less) below. Bars are relative to the largest of
 * each, which stands beside them. The last line says how many characters are shown when not all fit. False with
 * s->e.err set: out of memory. */
bool mirror_show(const Term *t, Subject *s, ExplainRow at, int lines);
#endif
