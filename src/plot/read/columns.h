#ifndef PLOT_READ_COLUMNS_H
#define PLOT_READ_COLUMNS_H
#include "base/buffer.h"
#include "plot/read/field.h"

/* The columns of a log, whatever its format: their names, and what a first pass found in them. */

enum { COLUMNS_MOST = 1024, COLUMNS_WORDS = 256 };

typedef struct Column {
    uint32_t name, len;                     /* where its name is in `names`                       */
    bool     many;                          /* more different words than were kept                */
    size_t   no, yes;                       /* values that are 0 or false, 1 or true               */
    size_t   numbers, odd, words;           /* values that are numbers, nan or inf, neither       */
    Field    word;                          /* the first that is neither, and its line            */
    size_t   word_line;
} Column;

/* A word that occurs in a column. */
typedef struct ColumnWord {
    int   column;
    Field word;
} ColumnWord;

typedef struct Columns {
    int        n, hint, n_words;
    bool       full;                        /* a record with a new name came when there was no room */
    Column     column[COLUMNS_MOST];
    ColumnWord word[COLUMNS_WORDS];
    Buffer     names;
} Columns;

/* Appends a column; -1 if there are COLUMNS_MOST, or without memory. Control characters of the name become '_'; with
 * `quoted`, "" becomes ". */
int columns_add(Columns *c, Field name, bool quoted);

/* The column of that name, appended if it is new; -1 as above. */
int columns_find(Columns *c, Field name);

/* Its name, NUL-terminated. */
const char *columns_name(const Columns *c, int i);

/* 1 for "1" and "true", 0 for "0" and "false", -1 for others. */
int columns_truth(Field value);

/* Counts a value of column i; the decimal point is `point`. */
void columns_count(Columns *c, int i, Field value, char point, size_t line);

/* Forgets what was counted, keeps the names. */
void columns_forget(Columns *c);

/* The end of a sentence: "its columns are a, b, c". */
typedef struct ColumnsSaid {
    char s[240];
} ColumnsSaid;
ColumnsSaid columns_said(const Columns *c);

/* Quotes the different words of a column: "train, val, …". */
ColumnsSaid columns_words(const Columns *c, int i);

void columns_free(Columns *c);
#endif
