#ifndef PLOT_READ_LONG_H
#define PLOT_READ_LONG_H
#include "plot/read/record.h"

/* Tables in long form, where a column of words says what a row's values are: "phase" (train, val), or "metric" (loss,
 * val_loss) with the number in "value". Such a value belongs to a column named by the word: "val/loss". */
typedef struct LongForm {
    int  metric, value, split;              /* columns, -1: none              */
    bool flag;                              /* `split` holds yes and no       */
} LongForm;

/* Looks for such columns, after a first pass. */
LongForm long_form(const Columns *c);
static inline bool long_is(const LongForm *f) { return f->metric >= 0 || f->split >= 0; }

/* Moves the values of a record to the columns that its words name. */
void long_expand(const LongForm *f, Columns *c, Record *r);

/* Columns that may number or name several runs in one table. */
enum { TELL_MOST = 8 };
typedef struct Tells {
    int n, column[TELL_MOST];
} Tells;
Tells long_tells(const LongForm *f, const Columns *c);
#endif
