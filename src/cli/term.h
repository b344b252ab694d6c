#ifndef CLI_TERM_H
#define CLI_TERM_H
#include "base/err.h"
#include <stdarg.h>
#include <stdio.h>

/* The capabilities of an output stream. */
typedef struct Term {
    FILE *file;
    bool  tty;                              /* a terminal                                            */
    bool  moves;                            /* ... that can redraw a line (TERM is not dumb)         */
    bool  color;                            /* ... that may show colours (NO_COLOR is empty)         */
    bool  utf8;                             /* by LC_ALL, LC_CTYPE or LANG                           */
    int   width;                            /* columns, at least 20: the terminal's, COLUMNS, or 80  */
} Term;

Term term_of(FILE *file);

/* The current width, in columns; the user may have resized the window. */
int term_width(FILE *file);

/* The current height, in lines: the terminal's, LINES, or 24; at least 5. */
int term_height(FILE *file);

/* Call first. Ignores SIGPIPE and SIGXFSZ, so that a closed pipe or a file size limit fails the write instead
 * of killing the process, and opens closed standard streams, so that no file opened later takes their
 * descriptors. */
void term_start(void);

/* True once the reader of `file` (a pipe) is gone, so that the writer can stop. */
bool term_deserted(FILE *file);

/* Flushes standard output; false if any of it could not be written. */
bool term_flush(void);

/* Call last: flushes standard output. False with a sentence if any of it could not be written; a reader
 * that went away (| head) is not an error. */
bool term_finish(Err *err);

/* printf, for every sentence with a name, a value or a text of others: text_harmless is applied to the whole. The
 * commands print to standard error by this alone. Returns the bytes written. */
int term_print(FILE *file, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int term_vprint(FILE *file, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));

/* Seconds on a monotonic clock. */
double term_seconds(void);
#endif
