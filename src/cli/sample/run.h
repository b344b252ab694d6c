#ifndef CLI_SAMPLE_RUN_H
#define CLI_SAMPLE_RUN_H
#include "cli/sample/options.h"
#include "cli/term.h"
#include "files/model.h"
#include "model/stop.h"

/* What the parts of `sample` share. */
typedef struct SampleRun {
    const SampleOptions *o;
    char     path[1024];                    /* of the model                                */
    Model    model;
    Reader   reader;
    Sampler  sampler;
    Stop     stop;
    int     *prompt;                        /* n_prompt tokens, malloc'd                   */
    size_t   n_prompt;
    bool     unprompted;                    /* the prompt is our own: not part of the text */
    uint64_t seed;                          /* of the first sample                         */
    Term     term;                          /* of standard output                          */
    double   flushed;                       /* when it was last brought out                */
    bool     misused;                       /* the text that was given has unknown characters */
} SampleRun;

/* One sample (the i-th, from 0) to standard output. False with a sentence; what was drawn before is out. */
bool sample_write(SampleRun *r, int64_t i, Err *err);

/* --score to standard output. */
bool sample_score(SampleRun *r, const int *ids, size_t n, size_t characters, Err *err);

/* True when nobody reads standard output any more, or it cannot be written. Brings out what is held:
 * on a terminal at once, else every 50 milliseconds. */
bool sample_unread(SampleRun *r);
#endif
