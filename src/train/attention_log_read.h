#ifndef TRAIN_ATTENTION_LOG_READ_H
#define TRAIN_ATTENTION_LOG_READ_H
#include "base/err.h"

/* Frames of watch.csv (train/attention_log.h), read back. */

/* How far training was, and what every head's last row attended to and was pushed by. */
typedef struct AttentionFrame {
    long    step;
    double  loss, p;                        /* of the target                                    */
    double *weight, *ds;                    /* (layers, heads, n)                               */
} AttentionFrame;

typedef struct AttentionFrames {
    int          n, layers, heads, target;
    int         *ids;                       /* (n) the prompt without the target                */
    AttentionFrame *frames;
    int          n_frames;
    double      *numbers;                   /* all frames' weight and ds                        */
} AttentionFrames;

/* Reads the file for a model of `layers` x `heads` and `vocab` tokens. Whole frames only: what a killed run
 * left of a last one is passed over. False when there is no such file, it is no watch.csv, it was
 * made by another model, a frame before the last is damaged, or there is no whole one. */
bool attention_log_read(AttentionFrames *r, const char *path, int layers, int heads, int vocab, Err *err);
void attention_log_free(AttentionFrames *r);
#endif
