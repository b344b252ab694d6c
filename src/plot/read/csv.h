#ifndef PLOT_READ_CSV_H
#define PLOT_READ_CSV_H
#include "plot/read/record.h"

/* Tables: a header, then rows (RFC 4180, and what programs make of it). Separated by commas, semicolons, tabs, bars or
 * blanks, whichever makes most fields numbers. Lines end with LF, CRLF or CR. A byte order mark, Excel's "sep=;", empty
 * lines and comments (#, %) are skipped; names may stand behind '#'. */
typedef struct Csv {
    const char *names, *rows;               /* the header, without '#'; what follows it                           */
    size_t      line;                       /* of the rows                                                        */
    int         fields;
    char        sign, names_sign, point;    /* separators of the rows and of the header; the decimal point           */
    bool        indexed;                    /* rows begin with a field that the header does not name              */
    bool        bare;                       /* the first line holds a number: perhaps it is no header             */
    bool        ours;                       /* written by train                                                   */
} Csv;

/* Finds the header and adds its names to r->columns. False, with a sentence, if there is none. */
bool csv_open(Csv *c, const Reading *r, Err *err);

/* Calls r->take for each row. */
void csv_rows(const Csv *c, const Reading *r);
#endif
