#ifndef PLOT_RUN_NAMES_H
#define PLOT_RUN_NAMES_H
#include "plot/field.h"
#include "plot/run.h"

/* Maps the fields of a line to columns, by the names in the header. */

enum { RUN_FIELDS = 1024 };

typedef struct RunMap {
    signed char of[RUN_FIELDS];             /* RunColumn of each field, -1: unused */
    bool        no_loss;                    /* run_map failed: no column is named like a loss */
} RunMap;

/* "its columns are a, b, c", as the end of a sentence. */
typedef struct RunColumns {
    char s[200];
} RunColumns;

RunColumns run_map_columns(const Field *fields, int n);

/* Maps n <= RUN_FIELDS names. False, with a sentence, if no column is a loss, or a name in `names` is unknown. */
bool run_map(RunMap *m, const Field *fields, int n, RunNames names, Err *err);
#endif
