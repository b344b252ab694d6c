#ifndef PLOT_RUN_NAMES_H
#define PLOT_RUN_NAMES_H
#include "plot/field.h"
#include "plot/run.h"

/* Which field of a line is which column, by the names in the first line. */

enum { RUN_FIELDS = 1024 };

typedef struct RunMap {
    signed char of[RUN_FIELDS];             /* RunColumn of each field, -1: not used */
    bool        no_loss;                    /* run_map failed: no column is named like a loss */
} RunMap;

/* The n names as the end of a sentence. */
typedef struct RunColumns {
    char s[200];
} RunColumns;

RunColumns run_map_columns(const Field *fields, int n);

/* The map of n <= RUN_FIELDS names. False, with a sentence, when no column is a loss or a name that was given is
 * not there. */
bool run_map(RunMap *m, const Field *fields, int n, RunNames names, Err *err);
#endif
