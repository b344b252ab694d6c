#ifndef PLOT_RUN_H
#define PLOT_RUN_H
#include "base/err.h"
#include <stddef.h>

/* A training log of any program, parsed into columns of numbers. */

enum { RUN_GROUPS = 8, RUN_NAME = 40, RUN_NOTES = 15, RUN_NOTE = 200 };

typedef enum RunColumn {
    RUN_STEP, RUN_TOKENS, RUN_SECONDS, RUN_EPOCH, RUN_RATE, RUN_TRAIN, RUN_VAL, RUN_NORM,
    RUN_GROUP,                              /* gradient norms by parameter group, from here on */
    RUN_COLUMNS = RUN_GROUP + RUN_GROUPS
} RunColumn;

/* What was wrong with the file. Lines are counted from 1. */
typedef struct RunFaults {
    size_t broken, broken_line;             /* lines with too few or too many fields, or without a step */
    size_t words, words_line;               /* fields of known columns that are not numbers             */
    size_t dropped, back_line;              /* rows superseded by a later line with a smaller step      */
    size_t strayed, stray_line;             /* single rows whose step goes back, left out               */
    size_t replaced;                        /* values given twice for the same step                     */
    size_t not_finite;                      /* training losses that are nan or inf                      */
    bool   no_loss;                         /* run_read failed: no column is named like a loss          */
    bool   half;                            /* the last line is incomplete and was skipped              */
    bool   no_step;                         /* no step column: rows are numbered from 1                 */
    bool   epochs;                          /* steps are epochs                                         */
    bool   batches;                         /* batches restart in each epoch: steps count through them  */
    int    groups_left;                     /* gradient norms beyond RUN_GROUPS                         */
    bool   names_left;                      /* more names than can be told apart                        */
    size_t val_not_finite;                  /* validation losses that are nan or inf                    */
    char   choice[2][RUN_NOTE];             /* which of several training and validation losses was read */
} RunFaults;

/* The parsed log: rows in ascending order of step. */
typedef struct Run {
    size_t    n;
    double   *column[RUN_COLUMNS];          /* (n); NULL: not in the file. NaN: empty field;  */
                                            /* infinity: a training loss that is nan or inf   */
    const char *name[RUN_COLUMNS];          /* their names in the file, printable; "": none   */
    bool      ours;                         /* written by train: losses in nats per character */
    RunFaults faults;
    double   *numbers;                      /* all columns                                    */
    char     *names;                        /* all names                                      */
} Run;

/* The names of columns that cannot be recognized, as in the file; NULL: find it by the known names. */
typedef struct RunNames {
    const char *step, *train, *val;
} RunNames;

/* Parses a log of len bytes: a table (read/csv.h), JSON (read/json.h) or the lines that a program printed
 * (read/console.h), whichever has losses. Columns are recognized by the words of their names (read/names.c). A record
 * whose step is smaller than the last one's replaces all rows from its step on, as when a training is resumed from an
 * earlier checkpoint; records of the same step are merged into a row. NaN beside a finite loss, and NaN in gaps between
 * training losses, is a missing value. With `growing`, a last line without a newline is skipped. No rows is not an
 * error. The caller frees the result with run_free. False, with a sentence and nothing to free, for an empty file, no
 * header, no loss, rows of several runs, an unknown name in `names`, or out of memory. */
bool run_read(Run *r, const char *text, size_t len, RunNames names, bool growing, Err *err);
void run_free(Run *r);

/* Describes the faults, one clause each; returns how many. */
int run_notes(const RunFaults *f, char out[RUN_NOTES][RUN_NOTE]);

/* The row of the smallest finite value of a column, and the last row with a finite value; n if there is none. */
size_t run_least(const Run *r, RunColumn c);
size_t run_last(const Run *r, RunColumn c);

/* How many finite values a column has. */
size_t run_count(const Run *r, RunColumn c);
#endif
