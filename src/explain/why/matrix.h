#ifndef EXPLAIN_WHY_MATRIX_H
#define EXPLAIN_WHY_MATRIX_H
#include "explain/why/lesson.h"

/* One of the four matrices of a head, as rows and columns of its parameter, with its inputs and the gradients of its
 * outputs at every position. */
typedef struct LessonView {
    Tensor       *w;                        /* the QKV matrix, or the output matrix                       */
    int           rows, columns, first;     /* first row (Q, K, V: of D rows) or column (O: of D columns) */
    bool          by_columns;               /* O                                                          */
    const double *input, *output;           /* of position 0, and from one to the next: steps             */
    int           input_step, output_step;
} LessonView;

LessonView lesson_view(const Explain *e, int layer, int head, int which);

/* Row r of the view in x, the parameter's values or gradients. */
static inline double *lesson_row(const LessonView *v, double *x, int r)
{
    return v->by_columns ? x + r * v->w->dim[1] + v->first : x + (v->first + r) * v->w->dim[1];
}

/* x_t (columns) and d_t (rows). */
static inline const double *lesson_input(const LessonView *v, int t) { return v->input + t * v->input_step; }
static inline const double *lesson_output(const LessonView *v, int t) { return v->output + t * v->output_step; }

/* What reading a head's gradients as characters needs: e_c, and its query and key for every token. */
typedef struct LessonReader {
    Explain *e;
    int      layer, head;
    double  *read;                          /* (V,C) e_c                             */
    double  *query, *key;                   /* (V,D) with QK norm, before rotation   */
    double  *value, *u, *row;               /* (V), (C), (C): scratch                */
} LessonReader;

/* False with e->err set: out of memory. */
bool lesson_reader(Explain *e, int layer, int head, LessonReader *r);

/* Sets y->input, likeness, more and less of the term at y->at. */
void lesson_read(const LessonReader *r, const LessonView *v, int which, LessonTerm *y);
#endif
