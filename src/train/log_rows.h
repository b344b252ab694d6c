#ifndef TRAIN_LOG_ROWS_H
#define TRAIN_LOG_ROWS_H
#include "base/file.h"
#include "base/hash/blake2b.h"
#include <stdbool.h>

/* log.csv, read back: its rows by step, and which of their columns every machine reproduces. */

typedef struct LogLine {
    long        step;
    const char *text;                       /* (len), without the newline                        */
    size_t      len;
} LogLine;

typedef struct LogRows {
    FileData file;
    LogLine *lines;                         /* (n) by step, ascending                             */
    size_t   n;
} LogRows;

/* Reads a log of this program. False with nothing to free: another file, steps that do not ascend, half a line. */
bool log_rows_read(LogRows *rows, const char *path, Err *err);
void log_rows_free(LogRows *rows);

/* The row of a step, or NULL. */
const LogLine *log_rows_find(const LogRows *rows, long step);

/* Columns of log_header. */
enum { LOG_STEP, LOG_SECONDS = 3, LOG_TRAIN_LOSS = 5, LOG_VAL_LOSS, LOG_SPEED = 13, LOG_COLUMNS };

/* The number in a column; NaN where the field is empty or missing. */
double log_number(const LogLine *line, int column);

/* Adds the columns that do not depend on the clock to a digest: all but `seconds` and `tokens_per_second`. `timed`: the
 * learning rate followed the clock, so that `seconds` is needed to compute the run again, and added too. */
void log_fixed(Blake2b *digest, const char *line, size_t len, bool timed);

/* That of the rows of the steps after `from`, up to `to`. */
Digest log_rows_digest(const LogRows *rows, long from, long to, bool timed);

/* The first such column in which two lines differ, or -1; and a column's name, NUL-terminated. */
enum { LOG_NAME = 32 };
int  log_differs(const char *a, size_t a_len, const char *b, size_t b_len, bool timed);
void log_column(int column, char name[LOG_NAME]);
#endif
