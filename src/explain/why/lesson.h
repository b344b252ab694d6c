#ifndef EXPLAIN_WHY_LESSON_H
#define EXPLAIN_WHY_LESSON_H
#include "explain/pass.h"

/* What a gradient step on this prompt teaches one head. The gradient of a matrix W, y_t = W x_t, is a sum of outer
 * products, one for each position:
 *     dW = sum_t d_t x_t'       d_t = dL/dy_t
 * A descent step makes W answer inputs like x_t with an output moved along -d_t. Both sides can be read as characters
 * ("Backward lens: projecting language model gradients into the vocabulary space", Katz et al. 2024); here:
 *     x_t of W_Q, W_K, W_V   the character c whose e_c is most similar (cosine); e_c is what the layer reads where the
 *                            stream is the embedding of c alone: normed, and mixed by the nearest tap
 *     -d_t of W_Q            asks for: the characters with the largest -d_t.k_c, k_c the key of e_c, and least: the
 *                            smallest; before rotation, so as at distance 0
 *     -d_t of W_K            answers: the same with q_c, the query of e_c
 *     -d_t of W_V, W_O       passes on, writes: the characters whose logit rises most when -d_t (of W_V through W_O) is
 *                            added to the stream, under the last norm of the last position without its factor
 * W_O is read by its columns for this head, and its input is the head's output: that has no reading as a character. */
enum { LESSON_Q, LESSON_K, LESSON_V, LESSON_O, LESSON_MATRICES };
enum { LESSON_TERMS = 3, LESSON_CHARS = 3, LESSON_TOKENS = 2 };

/* "Q", "K", "V", "O" */
extern const char *const explain_why_matrices[LESSON_MATRICES];

/* One outer product. */
typedef struct LessonTerm {
    int    at;                              /* t                                                                  */
    double share;                           /* <d_t x_t', dW> / |dW|^2: they sum to 1                             */
    int    input;                           /* the character that x_t is most similar to, -1 for O; its cosine    */
    double likeness;
    int    n, more[LESSON_CHARS], less[LESSON_CHARS];   /* tokens: -d_t as above, n each                          */
    int    partner;                         /* Q: the key j with the least ds_tj, K: the query i with the least
                                               ds_it: the one whose score the step means to raise; -1: none       */
    double meant;                           /* that ds                                                            */
    double moved;                           /* measured after the step on this matrix alone. Q, K: change of that
                                               score less its row's mean by the weights, NaN without partner; V, O:
                                               of the logit of more[0] less that of less[0], before soft capping   */
} LessonTerm;

typedef struct LessonStep {
    double loss[2];                         /* change: predicted by the gradient, and measured                     */
    double logit[LESSON_TOKENS][2];         /* the same of the logits of target and rival, before soft capping     */
} LessonStep;

typedef struct LessonMatrix {
    double     norm;                        /* |dW|, of the head's rows (O: columns)                              */
    double     error;                       /* largest |sum_t d_t x_t' - dW|                                      */
    int        n;                           /* terms: those with the largest |share|, at most LESSON_TERMS        */
    LessonTerm term[LESSON_TERMS];
    double    *share;                       /* (T)                                                                */
    LessonStep step;                        /* on this matrix alone                                               */
} LessonMatrix;

typedef struct WhyLesson {
    int          layer, head;
    int          token[LESSON_TOKENS];      /* the target and the likeliest other token, -1 in a vocabulary of 1  */
    double       rate;                      /* W -= rate dW                                                       */
    LessonMatrix matrix[LESSON_MATRICES];
    LessonStep   together;                  /* a step on all four                                                 */
} WhyLesson;

/* Reads the gradients of that head, steps, measures and undoes the steps. rate <= 0 chooses the one that is predicted
 * to lower the loss by 1 % with all four. Arrays live until explain_close; values and gradients stay. False with e->err
 * set: no such head, or memory. */
bool explain_why_lesson(Explain *e, int layer, int head, double rate, WhyLesson *x);
#endif
