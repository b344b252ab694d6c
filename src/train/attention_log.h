#ifndef TRAIN_ATTENTION_LOG_H
#define TRAIN_ATTENTION_LOG_H
#include "model/gpt.h"
#include "train/log.h"

/* `train --watch`: what one prompt's last row attends to, and how it is pushed, as training goes on.
 * About ATTENTION_LOG_FRAMES times in a run a frame is appended to watch.csv: for every layer, head and
 * character one line
 *     step,loss,p,target,layer,head,key,token,weight,ds
 * loss and p of the target, the prompt's last character, after those before it; weight a_ij and its
 * score's gradient ds_ij for the last position i and each key j. train/attention_log_read.h reads it. */
enum { ATTENTION_LOG_FRAMES = 40, ATTENTION_LOG_LONGEST = 64 };

extern const char attention_log_header[];

typedef struct AttentionLog {
    Gpt      *gpt;
    int       n;                            /* characters before the target                       */
    int      *ids, *targets;                /* (n + 1), the last of ids is the target; (n)        */
    GptBlockActs *layers;
    Arena     nodes, mem;
    size_t    nodes_mark;
    char     *lines;                        /* room for a frame as text                           */
    Log       log;
} AttentionLog;

/* Are that many tokens enough to watch? False with a sentence. */
bool attention_log_enough(int count, Err *err);

/* Watches `count` >= 2 tokens of which the last is the target; of more than the context or
 * ATTENTION_LOG_LONGEST the last ones. The model's parameters need gradients and stay the caller's. `step` as in
 * log_open. Nothing is allocated afterwards. False when there is no room or the file cannot be written. */
bool attention_log_open(AttentionLog *w, Gpt *g, const char *path, const int *ids, int count, long step, Err *err);
bool attention_log_close(AttentionLog *w, Err *err);

/* Is a frame due when the share of the run that is done has gone from `before` to `after`? Frames are
 * dense at first, when attention changes fast: frame k at (k/(ATTENTION_LOG_FRAMES-1))^2 for k > 0; frame 0, before
 * the first step, is the caller's. */
bool attention_log_due(double before, double after);

/* Appends a frame. The parameters' gradients are overwritten and then marked as holding nothing. */
bool attention_log_frame(AttentionLog *w, long step, Err *err);

/* Memory that it holds. */
size_t attention_log_bytes(const AttentionLog *w);
#endif
