#ifndef CLI_SAMPLE_RUN_H
#define CLI_SAMPLE_RUN_H
#include "base/json.h"
#include "cli/sample/options.h"
#include "cli/term.h"
#include "files/model.h"
#include "model/stop.h"
#include "train/adapt.h"

typedef struct SampleWith SampleWith;

/* The state shared by the parts of `sample`. */
typedef struct SampleRun {
    const SampleOptions *o;
    char     path[1024];                    /* of the model                                */
    Model    model;
    Reader   reader;
    SampleWith *with;                       /* (n_with) the models of --with, malloc'd     */
    int      n_with;
    Adapter  adapter;                       /* of --adapt                                  */
    Sampler  sampler;
    Stop     stop;
    int     *prompt;                        /* n_prompt tokens, malloc'd                   */
    size_t   n_prompt;
    bool     unprompted;                    /* no prompt given: it is not part of the text */
    uint64_t seed;                          /* of the first sample                         */
    Term     term;                          /* of standard output                          */
    double   flushed;                       /* time of the last flush                      */
    bool     misused;                       /* the given text has unknown characters       */
} SampleRun;

/* Opens the models of --with and lets them read along: r's reader then gives the mean of all probabilities. False with
 * a sentence; sample_with_release either way. */
bool sample_with(SampleRun *r, Err *err);
void sample_with_release(SampleRun *r);

/* Writes their names as the array "with", if there are any. */
void sample_with_json(const SampleRun *r, Json *j);

/* Writes the i-th sample (from 0) to standard output. False with a sentence; earlier characters stay written. */
bool sample_write(SampleRun *r, int64_t i, Err *err);

/* --score: scores n tokens, which are that many characters, and prints the result on standard output. */
bool sample_score(SampleRun *r, const int *ids, size_t n, size_t characters, Err *err);

/* Flushes standard output, on a terminal at once, otherwise every 50 ms. True if the reader is gone or a write
 * failed, so that generating can stop. */
bool sample_unread(SampleRun *r);
#endif
