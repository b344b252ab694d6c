#ifndef LIVE_WATCH_H
#define LIVE_WATCH_H
#include "explain/cause/head.h"
#include "explain/edit.h"
#include "explain/trace.h"
#include "explain/why/why.h"
#include "explain/why/writes.h"
#include "files/model.h"

/* A live session, the half that looks, in double precision: one model and one prompt on one tape, which is used again
 * whenever parameters arrive, the prompt's target changes or something is edited. All numbers are those of explain. */

/* How the model is looked at otherwise than it was trained. */
typedef struct LiveView {
    double factor;                          /* of all scores: 1, none; infinity, hard attention                 */
    bool   no_positions;                    /* GptChange                                                        */
    int   *word, word_n;                    /* later characters never attend to where the prompt spells these
                                               tokens; malloc'd; word_n 0: none                                 */
} LiveView;

/* What is seen: of the model with view and edit. Arrays are (L,H,n,n), [((l * H + h) * n + i) * n + j], and 0 for keys
 * j > i. They live until the next frame. */
typedef struct LiveFrame {
    int     L, H, n, V, target;
    double *weights, *scores, *push;        /* a; s, the view's factor in it; dL/ds                             */
    double  loss, p;                        /* of the target, in nats; its probability                          */
    double *next;                           /* (V) probabilities of the next token                              */
    int    *order;                          /* (V) tokens, the likeliest first                                  */
} LiveFrame;

typedef struct LiveWatch {
    Model     model;
    bool      open, watching;               /* a model; a prompt                                                */
    Explain   e;
    const ExplainChunk *chunks;             /* e's results that live as long as the prompt                      */
    LiveView  view;
    GptChange change;                       /* the view as the pass takes it                                    */
    bool     *hidden;                       /* (n) for it                                                       */
    int      *ids, n, asked;                /* the prompt; the target asked for, -1: the likeliest              */
    bool      edited;
    ExplainEdit edit;                       /* in force if edited; its arrays are here:                         */
    bool     *masked, *heads;               /* (n), (L*H)                                                       */
    double   *row;                          /* (n + 1) scratch                                                  */
    LiveFrame frame;
} LiveWatch;

/* Opens a model file; a prompt that was watched is forgotten, the view stays. False with a sentence, and nothing is
 * open. live_watch_close closes. */
bool live_watch_open(LiveWatch *w, const char *path, Err *err);
void live_watch_close(LiveWatch *w);

/* Watches a prompt of len bytes of UTF-8. target: the character, of target_len bytes, whose loss is meant; NULL: the
 * likeliest, which may change from frame to frame. An edit ends. False with a sentence, and what was watched before
 * stays: an empty prompt, one longer than the context, characters that the vocabulary lacks, no single character. */
bool live_watch_prompt(LiveWatch *w, const char *prompt, size_t len, const char *target, size_t target_len, Err *err);

/* The parameters (params.count) of a model of the same shape, as live_numbers_read gives them; and back. */
void live_watch_take(LiveWatch *w, const float *numbers);
void live_watch_give(const LiveWatch *w, float *numbers);

/* Runs forward and backward with the present parameters, view and edit. False with a sentence: no prompt is watched, or
 * the loss is not finite. */
bool live_watch_frame(LiveWatch *w, Err *err);

/* Changes the view. `word` NULL: none is masked. False with a sentence, and the view as it was: a factor that is
 * not allowed (live/factor.h), a word that the vocabulary cannot spell. Out of memory, nothing is watched any more. */
bool live_watch_view(LiveWatch *w, double factor, bool no_positions, const char *word, size_t len, Err *err);

/* Puts an edit in force, in place of an earlier one; masked and heads are copied. Measures what the gradient promised
 * and what happens (explain/edit.h). live_watch_undo ends it. False with a sentence, and none is in force. Both leave
 * the frame as it was: call live_watch_frame. */
bool live_watch_edit(LiveWatch *w, const ExplainEdit *d, ExplainLossChange *c, Err *err);
void live_watch_undo(LiveWatch *w);

/* One score's derivation, of the model without an edit: the row's numbers (explain/trace.h), with the finite difference
 * of key j. The arrays live until the next call of any of these functions. */
typedef struct LiveDerivation {
    ExplainTrace trace;
    ExplainKey   key;                       /* trace.keys[j]                                                    */
} LiveDerivation;

bool live_watch_derive(LiveWatch *w, ExplainRow at, int j, LiveDerivation *x, Err *err);

/* Why a score is what it is, in parts (explain/why/why.h); of the model without an edit. The arrays live until the next
 * call of any of these functions. False with a sentence: no such score; a view other than the model's own, under which
 * scores are not the sums of these parts. */
bool live_watch_why(LiveWatch *w, ExplainRow at, int j, ExplainWhy *x, Err *err);

/* What the head, reading key j, writes into the answer (explain/why/writes.h); the rest as of live_watch_why. */
bool live_watch_writes(LiveWatch *w, ExplainRow at, int j, WhyWrites *x, Err *err);

/* The word, other than that of the last character, that the prediction needs most: its deletion and its replacement
 * cost the target most of its probability, CAUSE_READS nats each or more (explain/cause). */
typedef struct LiveNeed {
    bool       found;
    CauseUnit  word;
    ExplainRow at;                          /* the head and row that read it, as in explain_edit_reader         */
    double     change;                      /* of the loss, with the word masked for that head alone            */
} LiveNeed;

/* Measures it, of the model without an edit: some hundred forward passes. False with a sentence. */
bool live_watch_needs(LiveWatch *w, LiveNeed *x, Err *err);

/* Moves the score (i, j) of a head by gradient steps on that head's query and key matrices alone, of the layer's
 * present input, until it has moved by `by` or 200 steps have not done it; returns how far it came. The parameters stay
 * changed: live_watch_give returns them. NaN with a sentence. */
double live_watch_pull(LiveWatch *w, ExplainRow at, int j, double by, Err *err);
#endif
