#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H
#include "cli/term.h"

/* A progress line. On a terminal it is redrawn in place; elsewhere lines are printed at growing
 * intervals: at once, then after 2, 4, 8, … seconds, at most a minute apart. */
typedef struct Progress {
    Term   term;
    bool   shown;                           /* the terminal shows an unfinished line                 */
    double next, gap;                       /* time of the next line, and the interval after it      */
    char   line[512];                       /* the latest text                                       */
} Progress;

void progress_start(Progress *p, Term term);

/* Updates the line at time `now` (term_seconds). Cheap: most updates are dropped, so call it often. */
void progress_show(Progress *p, double now, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Prints a permanent line above the progress line; adds the newline. */
void progress_note(Progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Makes the latest line permanent, unless it has been printed already. */
void progress_end(Progress *p);
#endif
