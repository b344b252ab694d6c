#ifndef PLOT_READ_NAMES_H
#define PLOT_READ_NAMES_H
#include "plot/read/columns.h"
#include "plot/read/words.h"
#include "plot/run.h"

/* Which column is which, by the words of its name. */
typedef struct NameMap {
    signed char   of[COLUMNS_MOST];         /* RunColumn of each column, -1: unused */
    unsigned char rank[COLUMNS_MOST];       /* how well it fits: of several steps in a record, the best counts */
    int           groups_left;              /* gradient norms beyond RUN_GROUPS                                       */
    int           also[2], n_also[2];       /* training, validation: the next column that fits as well; how many do */
} NameMap;

/* How well a name fits a column, 0: not at all, at most 100. */
int name_rank(RunColumn c, const char *name);

/* Is it the name of a loss? */
bool names_loss(Field name);

/* In a line of a console, where any words may precede a number: is the last word a step or an epoch; do the words end
 * in a loss; are they a learning rate, a gradient norm or a number of tokens? */
bool names_console_step(const char *word);
bool names_console_at(const Words *w);      /* no rate, as in "ms/step" */
bool names_console_loss(const Words *w);
bool names_console_other(const Words *w);

/* Does a column of words with this name hold the names of metrics; does one of numbers hold their values; or does it
 * number runs, of which a table holds several? */
bool names_metric(const char *name);
bool names_value(const char *name);
bool names_run(const char *name);

/* Maps the columns. With `records`, as of JSON and consoles, several columns may be the step. Columns without a number
 * are left out unless no column has any. False, with a sentence, if no column is a loss (*no_loss says so) or a name in
 * `names` is unknown. */
bool names_map(NameMap *m, const Columns *c, RunNames names, bool records, bool *no_loss, Err *err);
#endif
