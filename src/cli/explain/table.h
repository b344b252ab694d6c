#ifndef CLI_EXPLAIN_TABLE_H
#define CLI_EXPLAIN_TABLE_H
#include "cli/term.h"

/* Tables that fit the terminal: columns that do not fit are left out whole, the least important first. */

typedef struct Column {
    const char *title;
    int         width;                      /* columns, with the space before it                            */
    int         rank;                       /* 0: always shown; else the larger, the sooner it is left out  */
    bool        left;                       /* aligned on the left                                          */
} Column;

enum { TABLE_COLUMNS = 16 };

typedef struct Table {
    const Term   *t;
    const Column *columns;                  /* (n), borrowed                                                */
    int           n, indent;
    bool          kept[TABLE_COLUMNS];
    int           blank;                    /* spaces not yet printed, so that no line ends with any        */
} Table;

/* Chooses the columns, n <= TABLE_COLUMNS, that fit screen_width beside `indent` spaces. */
Table table_of(const Term *t, int indent, const Column *columns, int n);

/* The titles. */
void table_head(Table *x);

/* A row is a call for each column k, 0 to n-1 in order, and table_end. Prints nothing for a column left out. style: as
 * for screen_color, or 0. The text is padded to the column's width, and not cut. */
void table_cell(Table *x, int k, char style, const char *text);
void table_end(Table *x);

/* A cell in the format of printf. */
void table_print(Table *x, int k, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A line that names the columns left out, if there are any. */
void table_note(const Table *x);
#endif
