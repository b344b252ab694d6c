#ifndef CLI_EXPLAIN_SNAPSHOTS_H
#define CLI_EXPLAIN_SNAPSHOTS_H
#include "cli/explain/subject.h"
#include "base/json.h"
#include "cli/term.h"
#include "train/attention_log_read.h"

/* The attention snapshots that `train --watch` wrote beside a model, and their prompt. */
typedef struct Snapshots {
    AttentionFrames frames;
    char   path[1024];                      /* of the model                    */
    int   *tokens;                          /* of the prompt, then the target  */
} Snapshots;

/* Reads watch.csv in the folder of the model a->model and sets *a to request its prompt and target, whose tokens live
 * until snapshots_close. Call that in either case. False with *err set. */
bool snapshots_open(Snapshots *v, SubjectRequest *a, Err *err);
void snapshots_close(Snapshots *v);

/* A line per snapshot: loss, the target's probability, and the entropy, largest weight and push of the subject's
 * head. */
void snapshots_show(const Term *t, const Subject *s, const Snapshots *v);

/* The key "replay": {steps, frames}, or null if v is NULL. */
void snapshots_json(Json *j, const Snapshots *v);
#endif
