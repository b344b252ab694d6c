#ifndef CLI_SAMPLE_RUN_H
#define CLI_SAMPLE_RUN_H
#include "cli/sample/options.h"
#include "cli/term.h"
#include "files/model.h"
#include "model/stop.h"

/* The state shared by the parts of `sample`. */
typedef struct SampleRun {
    const SampleOptions *o;
    char     path[1024];                    /* of the model                                */
    Model    model;
    Reader   reader;
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

/* Writes the i-th sample (from 0) to standard output. False with a sentence; earlier characters stay written. */
bool sample_write(SampleRun *r, int64_t i, Err *err);

/* --score: scores n tokens, which are that many characters, and prints the result on standard output. */
bool sample_score(SampleRun *r, const int *ids, size_t n, size_t characters, Err *err);

/* Flushes standard output, on a terminal at once, otherwise every 50 ms. True if the reader is gone or a write
 * failed, so that generating can stop. */
bool sample_unread(SampleRun *r);
#endif
