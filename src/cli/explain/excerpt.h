#ifndef CLI_EXPLAIN_EXCERPT_H
#define CLI_EXPLAIN_EXCERPT_H
#include "cli/explain/subject.h"
#include "cli/term.h"

/* The characters of the prompt that one line shows: all if they fit, else the last ones and the words that matter. */
typedef struct Excerpt {
    int *at;                                /* (n) positions, rising; -1: a gap, one column wide            */
    int  n, columns;                        /* columns they take                                            */
    int  shown, of;                         /* characters                                                   */
} Excerpt;

/* Characters 0..row in at most `columns` columns. size (row+1): how much each matters, largest first; NaN: not at all.
 * The arrays live until the subject is closed. False with s->e.err set: out of memory. */
bool excerpt_of(const Term *t, Subject *s, int row, const double *size, int columns, Excerpt *x);

/* Prints them, a gap as an ellipsis (without UTF-8 as ~), and no line end. */
void excerpt_text(const Term *t, const Subject *s, const Excerpt *x);

/* Columns of element k: 1 or 2. */
int excerpt_width(const Term *t, const Subject *s, const Excerpt *x, int k);

/* "showing 40 of 120 characters", as an indented line, unless all are shown. */
void excerpt_note(const Term *t, const Excerpt *x);
#endif
