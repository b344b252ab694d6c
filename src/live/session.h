#ifndef LIVE_SESSION_H
#define LIVE_SESSION_H
#include "files/model.h"
#include "live/run.h"
#include "text/counting/counting.h"
#include "text/ngram.h"

/* A live session, the half that trains: a text, its vocabulary, and one run or two. The other half, live/watch.h, looks
 * at the model in double precision. Nothing here prints, and no other thread works: a caller advances a run, which
 * takes as long as one training step, whenever it has time. */

enum { LIVE_RUNS = 2, LIVE_NOTES = 4, LIVE_NOTE = 200, LIVE_COUNTED = 1 << 18 };

typedef struct LiveSession {
    Corpus    corpus;                       /* n = 0: a model was opened, and no text to train on yet      */
    Vocab     vocab;
    NgramLoss ngram;
    CountingBaseline counting;              /* n = 0: not measured yet                                     */
    Model     opened;                       /* while there is no run: what sampling reads                  */
    bool      has_opened;
    LiveRun  *run[LIVE_RUNS];               /* NULL: none; run[1] only beside run[0]                       */
    int       n_notes;                      /* what was done otherwise than asked, or is not shown         */
    char      notes[LIVE_NOTES][LIVE_NOTE];
    size_t    memory, past;                 /* bytes that a run may take, and its snapshots; 0: 1000 MB, 96 MB */
} LiveSession;

/* Starts a run on the text file; given: SETTINGS numbers (model/given.h), `recipe` an index into recipes. Sizes that
 * are not given are 2 layers, 4 heads, 64 channels, context 64, batch 8, and 2000 steps; everything else is as `train`
 * has it with the same flags. A context that the text cannot fill is shortened, which is noted. What was there is
 * closed first, also if this fails. False with a sentence: no text, fewer than three characters, impossible settings,
 * too little memory. */
bool live_session_begin(LiveSession *s, const char *path, const double *given, int recipe, Err *err);

/* Opens a model file, to watch and to sample. */
bool live_session_open(LiveSession *s, const char *path, Err *err);

/* Makes a run of the opened file `model`, which continues on a text for `steps` more steps. A text with characters that
 * the vocabulary lacks is refused. */
bool live_session_continue(LiveSession *s, const char *model, const char *text, long steps, Err *err);

/* Copies run `from` at its snapshot at or before `step` (negative: the present) into run 1. False with a sentence if
 * there are two already. */
bool live_session_fork(LiveSession *s, int from, long step, Err *err);

/* Closes a run; the other one, if any, becomes run 0. Run 0 alone stays. */
void live_session_drop(LiveSession *s, int run);

/* The run, or NULL with a sentence if there is none. */
LiveRun *live_session_run(const LiveSession *s, int run, Err *err);

/* Of run `run`, or of what was opened: its model and its file's header. NULL with a sentence. */
Gpt        *live_session_gpt(LiveSession *s, int run, Err *err);
Checkpoint *live_session_file(LiveSession *s, int run, Err *err);

/* Measures s->counting, the best n-gram model of the last LIVE_COUNTED tokens of the training part, on windows of the
 * run's context: a second at most (0.9 s for 1 MB in WebAssembly) and 34 MiB, given back. Once is enough. Its loss is
 * NaN without a validation part. */
void live_session_count(LiveSession *s);

/* Bytes that all of it holds. */
size_t live_session_bytes(const LiveSession *s);

void live_session_close(LiveSession *s);
#endif
