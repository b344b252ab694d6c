#ifndef PLOT_READ_RECORD_H
#define PLOT_READ_RECORD_H
#include "plot/read/columns.h"

/* A log is read twice, record by record: first to learn its columns, then for their values. */

typedef struct Cell {
    int   column;
    Field value;
} Cell;

/* A row of a table, an object of JSON, a line of a console. */
typedef struct Record {
    size_t line;                            /* where it begins, from 1                                    */
    int    n;
    bool   broken;                          /* too few or too many fields                                 */
    bool   half;                            /* the last one, and incomplete                               */
    Cell   cells[COLUMNS_MOST];
} Record;

/* Who receives the records, in order. `columns` collects the names of JSON and console lines. */
typedef struct Reading {
    const char *text, *end;
    size_t      line;                       /* of the text: what was before it is no log                          */
    Columns    *columns;
    Record     *record;
    bool        growing;                    /* a last line without a line end is incomplete               */
    void      (*take)(void *to, const Record *r);
    void       *to;
} Reading;

/* Appends a cell to the record; ignored if there is no column for it. */
static inline void record_add(Record *r, int column, Field value)
{
    if (column >= 0 && r->n < COLUMNS_MOST)
        r->cells[r->n++] = (Cell){ column, value };
}
#endif
