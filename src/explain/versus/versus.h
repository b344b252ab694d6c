#ifndef EXPLAIN_VERSUS_VERSUS_H
#define EXPLAIN_VERSUS_VERSUS_H
#include "explain/versus/align.h"
#include "explain/versus/run.h"

/* Two prompts on one model: what in it makes the difference between their answers. With a1 the likeliest next token of
 * A, a2 that of B (or, if they agree, the strongest rival of a1), and
 *     D = log p(a1) - log p(a2),
 * activations of one pass are patched into the other (run.h) and the effect is the fraction of D_A - D_B restored:
 *     into A: (D_A - D) / (D_A - D_B)     whether A's answer needs what was replaced
 *     into B: (D - D_B) / (D_A - D_B)     whether what was put in suffices for A's answer
 * 0: no effect, 1: all of it; below 0 and above 1 are possible. The two differ where heads stand in for one another
 * (Heimersheim and Nanda 2024, "How to use and interpret activation patching", section 2); log-odds rather than
 * probabilities, because these saturate (Zhang and Nanda 2023, "Towards best practices of activation patching", section
 * 3). */
typedef struct VersusEffect {
    double into_a, into_b;                  /* NaN: not run (Explain.most), or D_A - D_B too small to divide by */
} VersusEffect;

/* What a head reads at the row where its output matters, and the control of that claim. */
typedef struct VersusReading {
    int          pair;                      /* that row: the pair that does most when patched alone                */
    bool         everywhere;                /* it restores too little: the control patches and masks at all pairs   */
    int          first, end;                /* the word in A, positions first..end-1; or a stretch that differs     */
    int          first_b, end_b;            /* its counterpart in B, the whole stretch if it is in one; may be empty */
    int          after;                     /* how many of the following keys the control masks, too                */
    double       weight;                    /* the share of attention of that row that the word receives, in A      */
    bool         into_b;                    /* the control patches into B, where this head's effect is twice as large */
    double       unmasked;                  /* effect of the patch at those rows                                    */
    double       masked;                    /* the same with the word masked for this head in both prompts          */
    double       lost, lost_b;              /* how much smaller it is with the word masked in A alone, or its
                                               counterpart in B alone: lost + lost_b = unmasked - masked            */
    bool         survives;                  /* masking removes the effect: |masked| <= VERSUS_VANISHES unmasked     */
    bool         in_b;                      /* ... and only in B: lost <= VERSUS_VANISHES unmasked                  */
} VersusReading;

/* A head of the set that carries the difference. */
typedef struct VersusHead {
    int           head;                     /* layer*H + head      */
    VersusEffect *rows;                     /* (n_pairs) each alone */
    VersusReading reading;
} VersusHead;

/* What the measurements allow to say. */
typedef enum VersusVerdict {
    VERSUS_NOTHING,                         /* |D_A - D_B| < VERSUS_LEAST: the prompts differ, the answer does not   */
    VERSUS_ONE,                             /* one head restores VERSUS_SHARE both ways                              */
    VERSUS_NEEDED,                          /* one head does into A only: needed, and not sufficient                 */
    VERSUS_REDUNDANT,                       /* several do together; each alone into B, none into A: each stands in
                                               for the others                                                        */
    VERSUS_TOGETHER,                        /* several do together, none alone                                       */
    VERSUS_SPREAD                           /* no set of up to VERSUS_SET heads does                                 */
} VersusVerdict;
extern const char *const versus_verdicts[]; /* "nothing", "one", … */

#define VERSUS_SHARE    0.5
#define VERSUS_LEAST    0.1                 /* nats */
#define VERSUS_VANISHES 0.25
enum { VERSUS_SET = 4 };

typedef struct Versus {
    const Explain *e;                       /* the pass of A                                                         */
    int           *ids_b, n_b;              /* (n_b) tokens of B                                                     */
    AlignColumn   *columns;                 /* (n_columns) the alignment                                             */
    AlignSpan     *spans;                   /* (n_spans) the words that differ                                       */
    VersusPair    *pairs;                   /* (n_pairs) aligned positions; the last is that of the answers          */
    int            n_columns, n_spans, n_pairs;
    int            answer[2];               /* a1, a2                                                                */
    bool           same;                    /* B's likeliest answer is a1, too                                       */
    double         p[2][2];                 /* of a1 and a2: in A, in B                                              */
    double         odds[2];                 /* D_A, D_B                                                              */
    VersusEffect  *heads, *heads_last;      /* (L*H) output at all pairs; at the last one                            */
    VersusEffect  *residual;                /* (L+1, n_pairs)                                                        */
    VersusEffect   all_heads;               /* all heads at all pairs together                                       */
    VersusEffect   counts;                  /* what counting says at the last pair, in a model that asks it; the
                                               difference is not the heads' alone then: NaN in others                */
    VersusVerdict  verdict;
    int            n_set;                   /* none with VERSUS_NOTHING; the best found with VERSUS_SPREAD           */
    VersusHead     set[VERSUS_SET];         /* the most effective first                                              */
    VersusEffect   together;                /* the set at all pairs                                                  */
} Versus;

/* Compares e's prompt with ids_b (n_b tokens). letter (V): tokens that words consist of. Arrays live until
 * explain_close. In a large model only the candidates with the largest gradient are patched (Explain.most). False with
 * e->err set. */
bool explain_versus(Explain *e, const int *ids_b, int n_b, const bool *letter, Versus *x);

/* Index of the residual stream at the input of a layer (L: after the last) and a pair. */
static inline int versus_cell(const Versus *x, int layer, int pair) { return layer * x->n_pairs + pair; }
#endif
