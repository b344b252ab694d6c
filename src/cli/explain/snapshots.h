#ifndef CLI_EXPLAIN_REPLAY_H
#define CLI_EXPLAIN_REPLAY_H
#include "cli/explain/subject.h"
#include "cli/json.h"
#include "cli/term.h"
#include "train/attention_log_read.h"

/* The frames that `train --watch` left beside a model, and the prompt that they are of. */
typedef struct Snapshots {
    AttentionFrames frames;
    char   path[1024];                      /* of the model                              */
    int   *tokens;                          /* the prompt's, and behind them the target  */
} Snapshots;

/* Reads watch.csv in the folder of the model that a->model means, and makes *a ask for its prompt and target,
 * by tokens that are there until snapshots_close, which is to be called in either case. False with a
 * sentence. */
bool snapshots_open(Snapshots *v, SubjectAsked *a, Err *err);
void snapshots_close(Snapshots *v);

/* A line a frame: the target's probability, and what the subject's head attended to, spread and pushed. */
void snapshots_show(const Term *t, const Subject *s, const Snapshots *v);

/* "replay": {steps, frames}, or null without v. */
void snapshots_json(Json *j, const Snapshots *v);
#endif
