#ifndef TRAIN_ATTENTION_LOG_READ_H
#define TRAIN_ATTENTION_LOG_READ_H
#include "base/err.h"

/* Frames of watch.csv (train/attention_log.h), read back. */

/* The state of training, and every head's last row: attention and the gradient of its scores. */
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

/* Reads the file for a model of `layers` x `heads` and `vocab` tokens. An incomplete last frame, as a killed run leaves
 * it, is skipped. False when there is no such file, it is not an attention log or of another model, a frame before the
 * last is damaged, or no frame is complete. attention_log_free frees. */
bool attention_log_read(AttentionFrames *r, const char *path, int layers, int heads, int vocab, Err *err);
void attention_log_free(AttentionFrames *r);
#endif
