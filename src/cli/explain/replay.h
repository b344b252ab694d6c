#ifndef CLI_EXPLAIN_REPLAY_H
#define CLI_EXPLAIN_REPLAY_H
#include "cli/explain/subject.h"
#include "cli/json.h"
#include "cli/term.h"
#include "train/attention_log_read.h"

/* The frames that `train --watch` left beside a model, and the prompt that they are of. */
typedef struct ReplayView {
    Replay frames;
    char   path[1024];                      /* of the model                              */
    int   *tokens;                          /* the prompt's, and behind them the target  */
} ReplayView;

/* Reads watch.csv in the folder of the model that a->model means, and makes *a ask for its prompt and target,
 * by tokens that are there until replay_close, which is to be called in either case. False with a
 * sentence. */
bool replay_open(ReplayView *v, SubjectAsked *a, Err *err);
void replay_close(ReplayView *v);

/* A line a frame: the target's probability, and what the subject's head attended to, spread and pushed. */
void replay_show(const Term *t, const Subject *s, const ReplayView *v);

/* "replay": {steps, frames}, or null without v. */
void replay_json(Json *j, const ReplayView *v);
#endif
