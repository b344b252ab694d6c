#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H
#include "cli/term.h"

/* The line that says how far a long work has come. On a terminal it overwrites itself; elsewhere it
 * is a line of its own now and then: at once, then after 2, 4, 8, … seconds, at last every minute. */
typedef struct Progress {
    Term   term;
    bool   shown;                           /* a line stands on the terminal, unfinished             */
    double next, gap;                       /* when to say the next line, and how long then to wait  */
    char   line[512];                       /* the latest                                            */
} Progress;

void progress_start(Progress *p, Term term);

/* The news at time `now` (term_seconds); most of it is dropped, so call it as often as you like. */
void progress_show(Progress *p, double now, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A line that stays, above the progress line. The newline is added. */
void progress_note(Progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The latest line stays for good. Nothing when there is none that has not been shown. */
void progress_end(Progress *p);
#endif
