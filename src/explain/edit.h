#ifndef EXPLAIN_EDIT_H
#define EXPLAIN_EDIT_H
#include "explain/pass.h"

/* Edits: one thing inside the model is changed and the forward pass runs again from there. */
typedef enum ExplainEditKind {
    EDIT_SCORE,                             /* score (layer, head, i, j) += by                                 */
    EDIT_WEIGHT,                            /* weight (layer, head, i, j) = by, the row's others rescaled      */
    EDIT_ABLATE,                            /* output of the heads = 0 at every position                       */
    EDIT_MASK                               /* no later character attends to the masked ones                   */
} ExplainEditKind;

typedef struct ExplainEdit {
    ExplainEditKind kind;
    int             layer, head, i, j;
    double          by;
    const bool     *masked;                 /* (T) EDIT_MASK: all masked characters together; NULL: j alone    */
    const bool     *heads;                  /* (L*H) EDIT_ABLATE: all ablated heads together; NULL: one.
                                               EDIT_MASK: the heads that the mask is for; NULL: all            */
    const bool     *rows;                   /* (T) EDIT_MASK: the queries that it is for; NULL: all            */
} ExplainEdit;

/* Change of the loss, in nats. */
typedef struct ExplainLossChange {
    double first;                           /* predicted by the gradient                                       */
    double second;                          /* with curvature added: (L(h) - 2L + L(-h)) / h^2 along the edit  */
    double actual;                          /* measured                                                        */
    double p_before, p_after;               /* of the target                                                   */
} ExplainLossChange;

/* Whether the edit is possible. False with e->err set: no such layer, head, row or key; key after query; a mask
 * of no character, an ablation of no head; a weight outside [0,1], or one that is already 1 (no others to rescale). */
bool explain_edit_check(Explain *e, const ExplainEdit *d);

/* Makes the edit and returns the loss; the tape keeps it until another edit or explain_replay(e, NULL). d must have
 * passed explain_edit_check; row: room for T + 1 numbers. */
double explain_edit_make(Explain *e, const ExplainEdit *d, double *row);

/* Makes the edit, measures, undoes it. False with e->err set: as explain_edit_check, or out of memory. */
bool explain_edit(Explain *e, const ExplainEdit *d, ExplainLossChange *c);

/* change (L*H): measured change of the loss with each head ablated. */
bool explain_edit_ablations(Explain *e, double *change);

/* The head whose ablation changes the loss most, among those of `layer` and `head` (below 0: any), and that change, as
 * in explain_edit_ablations; in a large model only the Explain.most heads with the largest first order are tried. Sets
 * at->layer and at->head. False with e->err set: out of memory. */
bool explain_edit_strongest(Explain *e, int layer, int head, ExplainRow *at, double *change);

/* The head that reads the masked characters (T): masking them for that head alone, at all rows, changes the loss most,
 * by `change`; at->row is the query for which masking them in that head and row alone does. In a large model only the
 * Explain.most heads and rows with the largest first order are tried. False with e->err set: out of memory, or no
 * character is masked. */
bool explain_edit_reader(Explain *e, const bool *masked, ExplainRow *at, double *change);

/* change (L*H): measured change of the loss with the masked characters (T) masked for each head alone, in the rows (T)
 * marked (NULL: all); NaN for heads not tried (Explain.most). False with e->err set as explain_edit_reader. */
bool explain_edit_readings(Explain *e, const bool *masked, const bool *rows, double *change);

/* change (T): measured change of the loss with each character masked; NaN for those not tried (Explain.most). */
bool explain_edit_masks(Explain *e, double *change);
#endif
