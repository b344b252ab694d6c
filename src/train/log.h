#ifndef TRAIN_LOG_H
#define TRAIN_LOG_H
#include "base/err.h"
#include <stddef.h>

/* What is known of one training step: a line of log.csv. Losses in nats a character. */
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

/* A log being written, flushed line by line. */
typedef struct Log {
    int    fd;
    char   path[512];
    double seconds;                         /* in the last line that was kept (a log's), 0 for none  */
} Log;

/* The first line: the names of the columns. */
extern const char log_header[];

/* Starts path anew (step < 0), or continues after `step`: what an earlier run logged past that
 * step is dropped, so that a resumed run has neither a gap nor a repeat. */
bool log_open(Log *log, const char *path, long step, Err *err);

/* Whether path is a file that begins as `header` does, or not there at all, so that starting it anew loses
 * nothing of others; otherwise a sentence, as when it cannot be read. */
bool log_is_one(const char *path, const char *header, Err *err);

/* log_open for a file with other columns, of which the first is the step too. */
bool log_open_columns(Log *log, const char *path, const char *header, long step, Err *err);

/* Appends n bytes of whole lines to such a file, or none: where the disk is full they are taken back. */
bool log_append(Log *log, const char *lines, size_t n, Err *err);

/* Appends one line. Numbers have a decimal point in every locale. */
bool log_write(Log *log, const LogRow *row, Err *err);

/* Forces all lines to the disk, so that no model is there without the lines that led to it. */
bool log_force(Log *log, Err *err);

bool log_close(Log *log, Err *err);
#endif
