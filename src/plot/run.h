#ifndef PLOT_RUN_H
#define PLOT_RUN_H
#include "base/err.h"
#include <stddef.h>

/* A training log as columns of numbers, whichever program has written it. */

enum { RUN_GROUPS = 8, RUN_NAME = 40 };

typedef enum RunColumn {
    RUN_STEP, RUN_TOKENS, RUN_SECONDS, RUN_EPOCH, RUN_RATE, RUN_TRAIN, RUN_VAL, RUN_NORM,
    RUN_GROUP,                              /* gradient norms by group of parameters, from here on */
    RUN_COLUMNS = RUN_GROUP + RUN_GROUPS
} RunColumn;

/* What in the file could not be taken as it stands. Lines are counted from 1. */
typedef struct RunFaults {
    size_t broken, broken_line;             /* lines with too few or too many fields, or without a step  */
    size_t words, words_line;               /* fields of our columns that are no number                  */
    size_t dropped, back_line;              /* rows that a later line took the place of by going back    */
    size_t replaced;                        /* values given a second time for the same step              */
    size_t not_finite;                      /* training losses written as nan or inf                     */
    bool   no_loss;                         /* run_read failed: no column is named like a loss           */
    bool   half;                            /* the last line was cut off and is left out                 */
    bool   no_step;                         /* no column of steps: rows are counted from 1               */
    bool   epochs;                          /* steps are counted in epochs                               */
} RunFaults;

/* Rows by rising step. */
typedef struct Run {
    size_t    n;
    double   *column[RUN_COLUMNS];          /* (n); NULL where the file has none. NaN where a field is empty, */
                                            /* infinity where a training loss is written as nan or inf        */
    char      name[RUN_COLUMNS][RUN_NAME];  /* as the file calls them, in small letters                       */
    bool      ours;                         /* written by train: losses are nats per character                  */
    RunFaults faults;
    double   *numbers;                      /* all columns */
} Run;

/* Which column is which, where its name does not tell: names in the file, or NULL. */
typedef struct RunNames {
    const char *step, *train, *val;
} RunNames;

/* Reads the len bytes of a table with a line of names first, separated by commas, semicolons or tabs. Names are
 * matched without regard to case, quotes, and what stands for a blank (run_names tells which). A line whose step
 * is not above the one before takes the place of the rows from that step on, as when a run is resumed from an
 * earlier model; one of the same step adds the fields that it has. With `growing` the last line counts only with
 * its end. No row at all is no error. False with a sentence, and nothing to free, for: an empty file, no names,
 * no column of a loss, a name of `names` that is not there, memory. */
bool run_read(Run *r, const char *text, size_t len, RunNames names, bool growing, Err *err);
void run_free(Run *r);

/* What stands in faults, a sentence each; how many. */
enum { RUN_NOTES = 8, RUN_NOTE = 200 };
int run_notes(const RunFaults *f, char out[RUN_NOTES][RUN_NOTE]);

/* The row of the least finite value of a column, and the last row with one; n when there is none. */
size_t run_least(const Run *r, RunColumn c);
size_t run_last(const Run *r, RunColumn c);
#endif
