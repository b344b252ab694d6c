#ifndef CLI_TERM_H
#define CLI_TERM_H
#include "base/err.h"
#include <stdio.h>

/* What a stream can show. */
typedef struct Term {
    FILE *file;
    bool  tty;                              /* a terminal                                            */
    bool  moves;                            /* ... on which a line can be overwritten                */
    bool  color;                            /* ... that may be coloured: NO_COLOR and TERM are heeded */
    bool  utf8;                             /* what LC_ALL, LC_CTYPE or LANG says                    */
    int   width;                            /* columns, 20 at least: the terminal's, COLUMNS, or 80  */
} Term;

Term term_of(FILE *file);

/* The width again, which the user may have changed meanwhile. */
int term_width(FILE *file);

/* Lines: the terminal's, LINES, or 24; 5 at least. */
int term_height(FILE *file);

/* To be called first: a full disk, a limit on file sizes and a reader that went away become errors
 * of the write in question instead of the end of the process, and files opened later never take the
 * place of a standard stream that the caller had closed. */
void term_start(void);

/* True once the reader of `file` (a pipe) is gone, so that whoever writes can stop. */
bool term_deserted(FILE *file);

/* Brings out what is still held of the standard output now; false when something could not be written. */
bool term_flush(void);

/* To be called last: brings out what is still held of the standard output. False, with a sentence,
 * when some of it could not be written; a reader that went away (| head) is no failure. */
bool term_finish(Err *err);

/* Seconds on a clock that never goes back. */
double term_seconds(void);
#endif
