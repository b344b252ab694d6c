#ifndef TRAIN_ATTENTION_LOG_H
#define TRAIN_ATTENTION_LOG_H
#include "model/gpt.h"
#include "train/log.h"

/* The attention log, watch.csv: how one prompt's last row attends, and the gradient of its scores, as training goes on.
 * A frame is appended about ATTENTION_LOG_FRAMES times in a run: for every layer, head and key one line
 *     step,loss,p,target,layer,head,key,token,weight,ds
 * loss and p are those of the target, the last character of the prompt, given the characters before it; weight is
 * a_ij and ds the gradient ds_ij of its score, for the last position i and key j. Read by attention_log_read.h. */
enum { ATTENTION_LOG_FRAMES = 40, ATTENTION_LOG_LONGEST = 64 };

extern const char attention_log_header[];

typedef struct AttentionLog {
    Gpt      *gpt;
    int       n;                            /* characters before the target                       */
    int      *ids, *targets;                /* (n + 1), the last of ids is the target; (n)        */
    GptBlockActs *layers;
    Arena     nodes, mem;
    size_t    nodes_mark;
    char     *lines;                        /* a frame as text                                    */
    Log       log;
} AttentionLog;

/* Are `count` tokens enough? False with a sentence. */
bool attention_log_enough(int count, Err *err);

/* Logs `count` >= 2 tokens, the last of which is the target; of more than the context or ATTENTION_LOG_LONGEST, the
 * last ones. The model stays the caller's; its parameters need gradients. `step` as in log_open. Nothing is allocated
 * afterwards. False when memory is short or the file cannot be written. */
bool attention_log_open(AttentionLog *w, Gpt *g, const char *path, const int *ids, int count, long step, Err *err);
bool attention_log_close(AttentionLog *w, Err *err);

/* Is a frame due when the completed share of the run has grown from `before` to `after`? Frames are dense at first,
 * when attention changes fast: frame k at (k/(ATTENTION_LOG_FRAMES-1))^2 for k > 0. Frame 0, before the first step, is
 * the caller's. */
bool attention_log_due(double before, double after);

/* Appends a frame. Overwrites the parameters' gradients and marks them as empty. */
bool attention_log_frame(AttentionLog *w, long step, Err *err);

/* Bytes held. */
size_t attention_log_bytes(const AttentionLog *w);
#endif
