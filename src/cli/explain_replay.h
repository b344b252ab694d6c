#ifndef CLI_EXPLAIN_REPLAY_H
#define CLI_EXPLAIN_REPLAY_H
#include "cli/explain_subject.h"
#include "cli/json.h"
#include "cli/term.h"
#include "model/replay.h"

/* The frames that `train --watch` left beside a model, and the prompt that they are of. */
typedef struct ReplayView {
    Replay frames;
    char   path[1024];                      /* of the model                             */
    char  *prompt, target[8];               /* as text; prompt is freed by replay_close */
} ReplayView;

/* Reads watch.csv in the folder of the model that `asked` means (as in SubjectAsked.model), and makes *a ask
 * for its prompt and target. False with a sentence. replay_close in either case. */
bool replay_open(ReplayView *v, SubjectAsked *a, Err *err);
void replay_close(ReplayView *v);

/* A line a frame: the target's probability, and what the subject's head attended to, spread and pushed. */
void replay_show(const Term *t, const Subject *s, const ReplayView *v);

/* "replay": {steps, frames}, or null without v. */
void replay_json(Json *j, const ReplayView *v);
#endif
