#ifndef TRAIN_LOG_H
#define TRAIN_LOG_H
#include "base/err.h"
#include <stddef.h>

/* One training step: a line of log.csv. Losses in nats per character. */
typedef struct LogRow {
    long   step;
    double epoch;                           /* passes over the training part so far               */
    double tokens;                          /* characters trained on so far                       */
    double seconds;                         /* of training so far, earlier sessions included      */
    double lr, train_loss;
    double val_loss;                        /* NaN where not measured: an empty field             */
    double grad_norm;                       /* before clipping, of all and of each group          */
    double grad_embedding, grad_qkv, grad_attention_out, grad_mlp, grad_output;
    double tokens_per_second;
} LogRow;

/* An open log; every line is written at once. */
typedef struct Log {
    int    fd;
    char   path[512];
    double seconds;                         /* in the last line kept of log.csv, 0 for none          */
} Log;

/* The first line of log.csv: the names of the columns. */
extern const char log_header[];

/* Starts path anew (step < 0), or continues after `step`: lines past that step are dropped, so that a resumed run
 * leaves neither a gap nor a repeat. */
bool log_open(Log *log, const char *path, long step, Err *err);

/* May path be replaced without losing the file of another program? True when it starts with `header` or does not
 * exist; otherwise, and when it cannot be read, false with a sentence. */
bool log_is_one(const char *path, const char *header, Err *err);

/* log_open for a file with other columns; the first is the step here too. */
bool log_open_columns(Log *log, const char *path, const char *header, long step, Err *err);

/* Appends n bytes of whole lines, or nothing: on a full disk a partial write is taken back. */
bool log_append(Log *log, const char *lines, size_t n, Err *err);

/* The row as a line of the file, newline included; returns its length. Room for LOG_LINE characters. */
enum { LOG_LINE = 14 * 40 };
size_t log_line(const LogRow *row, char out[LOG_LINE]);

/* Appends one line; numbers have a decimal point in every locale. */
bool log_write(Log *log, const LogRow *row, Err *err);

/* Forces all lines to the disk, so that no model exists without the lines that led to it. */
bool log_force(Log *log, Err *err);

bool log_close(Log *log, Err *err);
#endif
