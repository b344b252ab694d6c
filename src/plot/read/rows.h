#ifndef PLOT_READ_ROWS_H
#define PLOT_READ_ROWS_H
#include "plot/read/long.h"
#include "plot/read/names.h"

/* From records to rows in order of their steps. */
typedef struct Rows {
    Run           *run;
    Columns       *columns;
    const NameMap *map;
    char           point;
    bool           records;                 /* JSON or a console: records hold what they like, steps are carried on */
    bool           sparse;                  /* a table in long form: rows without a known value are of other metrics */
    bool           console;                 /* progress is printed again and again */
    size_t         room;                    /* of each column */
    size_t         front, back;             /* rows, and from the end rows with nothing but a validation loss: */
                                            /* they may come in an order of their own                          */
    double         step, epoch;             /* the last ones seen; NaN: none yet */
    double         pending[RUN_COLUMNS];    /* values from before the first step */
    bool           waits;
    size_t         number;                  /* without steps: the last row's */
    /* Batches that restart in each epoch: step = (epoch - first) * per + batch. */
    double         per, first, least, most, stride, before, within;
    size_t         restarts;
    /* Several runs in one table. */
    Tells          tells;
    uint64_t       mark[TELL_MOST];         /* of the record and, for each, of the one before */
    bool           changed[TELL_MOST];
    size_t         over, again, differs[TELL_MOST];
    /* A row whose step goes back, until the next one. */
    double         held[RUN_COLUMNS];
    size_t         held_line;
    bool           holds, held_changed[TELL_MOST];
} Rows;

/* Makes room for `records` rows of the mapped columns in r->run. */
bool rows_make_room(Rows *r, size_t records, Err *err);

/* Takes a record; `to` is a Rows. */
void rows_take(void *to, const Record *record);

/* After all records: do batches restart in each epoch? Then all records are to be taken again. */
bool rows_again(Rows *r);

/* Puts the rows in order. False, with a sentence, if they belong to several runs, or without memory. */
bool rows_finish(Rows *r, Err *err);
#endif
