#include "cli/explain/json/json.h"
#include "explain/dot.h"
#include <math.h>

enum { DIGITS = 6 };

/* The lower triangle from row and column `first` on. */
static void triangle(Json *j, const char *key, const Explain *e, const Tensor *x, bool grad, int h, int first)
{
    json_array(j, key);
    for (int i = first; i < e->T; i++)
        json_numbers(j, NULL, (grad ? explain_grad(x, h, i) : explain_row(x, h, i)) + first, i + 1 - first,
                     DIGITS);
    json_end_array(j);
}

/* |a_ij v_j| */
static void weighted_values(Json *j, const Explain *e, const GptBlockActs *y, int h, int first)
{
    json_array(j, "av");
    for (int i = first; i < e->T; i++) {
        json_array(j, NULL);
        for (int k = first; k <= i; k++)
            json_number(j, NULL, explain_row(y->weights, h, i)[k] * explain_norm(explain_row(y->v, h, k), (size_t)e->D),
                        DIGITS);
        json_end_array(j);
    }
    json_end_array(j);
}

static void vectors(Json *j, const char *key, const Explain *e, const Tensor *x, bool grad, int h, int first)
{
    json_array(j, key);
    for (int i = first; i < e->T; i++)
        json_numbers(j, NULL, grad ? explain_grad(x, h, i) : explain_row(x, h, i), e->D, DIGITS);
    json_end_array(j);
}

static void per_row(Json *j, const Explain *e, int layer, int h)
{
    json_array(j, "entropy");
    for (int i = 0; i < e->T; i++)
        json_number(j, NULL, explain_trace_entropy(explain_row(e->trace.layers[layer].weights, h, i), i + 1),
                    DIGITS);
    json_end_array(j);
    json_array(j, "push");
    for (int i = 0; i < e->T; i++)
        json_number(j, NULL, explain_trace_push(e, (ExplainRow){ layer, h, i }), DIGITS);
    json_end_array(j);
}

static void head(Json *j, const Report *r, int layer, int h, int first)
{
    const Explain  *e = &r->s->e;
    const GptBlockActs *y = &e->trace.layers[layer];
    json_object(j, NULL);
    triangle(j, "s", e, y->scores, false, h, first);
    triangle(j, "a", e, y->weights, false, h, first);
    triangle(j, "da", e, y->weights, true, h, first);
    triangle(j, "ds", e, y->scores, true, h, first);
    weighted_values(j, e, y, h, first);
    vectors(j, "q", e, y->q, false, h, first);
    vectors(j, "k", e, y->k, false, h, first);
    vectors(j, "v", e, y->v, false, h, first);
    vectors(j, "g", e, y->mix, true, h, first);
    per_row(j, e, layer, h);
    json_number(j, "logit", r->logit.head[layer * e->H + h], DIGITS);
    json_number(j, "ablation", r->ablation[layer * e->H + h], DIGITS);
    json_end(j);
}

/* Raises *ds and *av to the largest |ds| and |a v| of the head. */
static void largest(const Explain *e, int layer, int h, double *ds, double *av)
{
    const GptBlockActs *y = &e->trace.layers[layer];
    for (int i = 0; i < e->T; i++)
        for (int k = 0; k <= i; k++) {
            *ds = fmax(*ds, fabs(explain_grad(y->scores, h, i)[k]));
            *av = fmax(*av, explain_row(y->weights, h, i)[k] * explain_norm(explain_row(y->v, h, k), (size_t)e->D));
        }
}

static void scales(Json *j, const Report *r)
{
    const Explain *e = &r->s->e;
    double ds = 0, av = 0, logit = 0, ablation = 0;
    for (int l = 0; l < e->L; l++)
        for (int h = 0; h < e->H; h++) {
            largest(e, l, h, &ds, &av);
            logit = fmax(logit, fabs(r->logit.head[l * e->H + h]));
            ablation = fmax(ablation, fabs(r->ablation[l * e->H + h]));
        }
    json_object(j, "scales");
    json_number(j, "ds", ds, DIGITS);
    json_number(j, "av", av, DIGITS);
    json_number(j, "logit", logit, DIGITS);
    json_number(j, "ablation", ablation, DIGITS);
    json_end(j);
}

void explain_json_layers(Json *j, const Report *r, int first)
{
    const Explain *e = &r->s->e;
    json_array(j, "layers");
    for (int l = 0; l < e->L; l++) {
        json_object(j, NULL);
        json_array(j, "heads");
        for (int h = 0; h < e->H; h++)
            head(j, r, l, h, first);
        json_end_array(j);
        json_end(j);
    }
    json_end_array(j);
    scales(j, r);
}
