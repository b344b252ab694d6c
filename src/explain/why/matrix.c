#include "explain/why/matrix.h"
#include "explain/dot.h"
#include "explain/output/output.h"
#include "explain/why/parts.h"
#include "base/topk.h"
#include <math.h>
#include <string.h>

static const double EPS = 1e-5;             /* as in engine/ops: layer_norm, rms_norm, qk_norm */

LessonView lesson_view(const Explain *e, int layer, int head, int which)
{
    const GptBlockActs   *y = &e->trace.layers[layer];
    const GptBlockParams *b = &e->g->blocks[layer];
    int                   C = e->C, D = e->D;
    if (which == LESSON_O)
        return (LessonView){ b->out_w, C, D, head * D, true, explain_row(y->mix, head, 0), y->attention->grad, D, C };
    return (LessonView){ b->qkv_w, D, C, which * C + head * D, false, y->read->val,
                         y->projected->grad + which * C + head * D, C, 3 * C };
}

/* x (n) times 1 / sqrt(mean of (x - mean)^2 + eps); RMS norm subtracts no mean. */
static void normalize(double *x, int n, bool centered)
{
    double mean = 0, squares = 0;
    for (int c = 0; centered && c < n; c++)
        mean += x[c] / n;
    for (int c = 0; c < n; c++) {
        x[c] -= mean;
        squares += x[c] * x[c] / n;
    }
    for (int c = 0; c < n; c++)
        x[c] /= sqrt(squares + EPS);
}

/* e_c (C) */
static void read_alone(const LessonReader *r, int token, double *x)
{
    const Explain        *e = r->e;
    const GptBlockParams *b = &e->g->blocks[r->layer];
    memcpy(x, e->g->wte->val + (size_t)token * (size_t)e->C, (size_t)e->C * sizeof *x);
    if (e->g->config.embed_norm)
        normalize(x, e->C, false);
    normalize(x, e->C, e->g->config.norm == NORM_LAYER);
    for (int c = 0; c < e->C; c++) {
        x[c] = x[c] * b->ln_1_w->val[c] + (b->ln_1_b ? b->ln_1_b->val[c] : 0);
        x[c] *= b->char_mix ? b->char_mix->val[c] : 1;
    }
}

/* The query (which LESSON_Q) or key (D) of x (C), with QK norm. */
static void project_alone(const LessonReader *r, const double *x, int which, double *out)
{
    const Explain        *e = r->e;
    const GptBlockParams *b = &e->g->blocks[r->layer];
    LessonView            v = lesson_view(e, r->layer, r->head, which);
    for (int d = 0; d < e->D; d++)
        out[d] = (b->qkv_b ? b->qkv_b->val[v.first + d] : 0) +
                 explain_dot(lesson_row(&v, v.w->val, d), x, (size_t)e->C);
    if (b->qk_gain)
        normalize(out, e->D, false);
}

bool lesson_reader(Explain *e, int layer, int head, LessonReader *r)
{
    size_t V = (size_t)e->V, C = (size_t)e->C, D = (size_t)e->D;
    *r = (LessonReader){ .e = e, .layer = layer, .head = head };
    r->read = explain_alloc(e, V * C, sizeof *r->read);
    r->query = explain_alloc(e, V * D, sizeof *r->query);
    r->key = explain_alloc(e, V * D, sizeof *r->key);
    r->value = explain_alloc(e, V, sizeof *r->value);
    r->u = explain_alloc(e, C, sizeof *r->u);
    r->row = explain_alloc(e, C, sizeof *r->row);
    if (!r->read || !r->query || !r->key || !r->value || !r->u || !r->row)
        return false;
    for (int c = 0; c < e->V; c++) {
        double *x = r->read + (size_t)c * C;
        read_alone(r, c, x);
        project_alone(r, x, LESSON_Q, r->query + (size_t)c * D);
        project_alone(r, x, LESSON_K, r->key + (size_t)c * D);
    }
    return true;
}

static void find_input(const LessonReader *r, const double *x, LessonTerm *y)
{
    size_t C = (size_t)r->e->C;
    double size = explain_norm(x, C);
    y->input = -1, y->likeness = 0;
    for (int c = 0; size > 0 && c < r->e->V; c++) {
        const double *own = r->read + (size_t)c * C;
        double        cosine = explain_dot(own, x, C) / size / explain_norm(own, C);
        if (y->input < 0 || cosine > y->likeness)
            y->input = c, y->likeness = cosine;
    }
}

/* value (V): how much each token's logit rises with u (C) in the stream of the last position; u is overwritten. */
static void through_output(const LessonReader *r, double *u)
{
    const Explain *e = r->e;
    size_t         C = (size_t)e->C;
    double         mean = 0;
    for (int c = 0; c < e->C && e->g->config.norm == NORM_LAYER; c++)
        mean += u[c] / e->C;
    for (int c = 0; c < e->C; c++)
        u[c] = (u[c] - mean) * e->g->ln_f_w->val[c];
    for (int c = 0; c < e->V; c++) {
        explain_output_row(e, c, r->row);
        r->value[c] = explain_dot(r->row, u, C);
    }
}

/* value (V) of d (D) against the queries or keys of all tokens. */
static void against(const LessonReader *r, const double *d, const double *each)
{
    for (int c = 0; c < r->e->V; c++)
        r->value[c] = explain_dot(each + (size_t)c * (size_t)r->e->D, d, (size_t)r->e->D);
}

/* The gradient d says what raises the loss: `less` are the largest of it, `more` those of -d. */
void lesson_read(const LessonReader *r, const LessonView *v, int which, LessonTerm *y)
{
    const Explain *e = r->e;
    const double  *d = lesson_output(v, y->at);
    if (which == LESSON_O)
        y->input = -1;
    else
        find_input(r, lesson_input(v, y->at), y);
    if (which <= LESSON_K) {
        against(r, d, which == LESSON_Q ? r->key : r->query);
    } else {
        if (which == LESSON_V)
            why_written_by_head(e, r->layer, r->head, d, r->u);
        else
            memcpy(r->u, d, (size_t)e->C * sizeof *d);
        through_output(r, r->u);
    }
    y->n = topk(r->value, e->V, e->V < LESSON_CHARS ? e->V : LESSON_CHARS, false, y->less);
    for (int c = 0; c < e->V; c++)
        r->value[c] = -r->value[c];
    topk(r->value, e->V, y->n, false, y->more);
}
