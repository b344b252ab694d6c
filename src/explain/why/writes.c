#include "explain/why/writes.h"
#include "explain/dot.h"
#include "explain/output/output.h"
#include "explain/why/why.h"
#include <math.h>
#include <string.h>

/* The rows of both tokens, (WRITES_TOKENS,C). */
static void find_rows(const Explain *e, const WhyWrites *x, double *rows)
{
    for (int k = 0; k < WRITES_TOKENS; k++)
        if (x->token[k] >= 0)
            explain_output_row(e, x->token[k], rows + k * e->C);
}

/* r P(u) n w: what u (C), in the last position's stream, adds to a token's logit with r the last norm's factor. */
static double reads(const Explain *e, const double *u, double r, const double *w)
{
    const double *n = e->g->ln_f_w->val;
    double        mean = 0, sum = 0;
    for (int k = 0; k < e->C && e->g->config.norm == NORM_LAYER; k++)
        mean += u[k] / e->C;
    for (int k = 0; k < e->C; k++)
        sum += (u[k] - mean) * n[k] * w[k];
    return r * sum;
}

static double last_factor(const Explain *e) { return e->trace.norm_f->save[2 * (e->T - 1) + 1]; }

static void add_part(const Explain *e, const WhyWrites *x, const double *u, double r, double part[WRITES_TOKENS])
{
    for (int k = 0; k < WRITES_TOKENS; k++)
        part[k] += x->token[k] < 0 ? 0 : reads(e, u, r, x->rows + k * e->C);
}

static void read_logits(const Explain *e, const WhyWrites *x, double logit[WRITES_TOKENS])
{
    const double *row = explain_uncapped(e)->val + (size_t)(e->T - 1) * (size_t)e->V;
    for (int k = 0; k < WRITES_TOKENS; k++)
        logit[k] = x->token[k] < 0 ? 0 : row[x->token[k]];
}

/* What each head and MLP wrote to the last position: heads (L,H,D), then MLPs (L,C). */
static void keep(const Explain *e, double *heads, double *mlps)
{
    for (int l = 0; l < e->L; l++) {
        const GptBlockActs *y = &e->trace.layers[l];
        for (int h = 0; h < e->H; h++)
            memcpy(heads + (l * e->H + h) * e->D, explain_row(y->mix, h, e->T - 1), (size_t)e->D * sizeof *heads);
        memcpy(mlps + l * e->C, y->mlp->val + (e->T - 1) * e->C, (size_t)e->C * sizeof *mlps);
    }
}

/* The parts of later heads and MLPs: kept less what they write now. r: the last norm's factor in the pass. u: (C). */
static void later_parts(const Explain *e, WhyWrites *x, double r, double *heads, double *mlps, double *u)
{
    for (int l = x->at.layer; l < e->L; l++) {
        const GptBlockActs *y = &e->trace.layers[l];
        double             *mlp = mlps + l * e->C;
        for (int h = 0; h < e->H && l > x->at.layer; h++) {
            double *o = heads + (l * e->H + h) * e->D;
            for (int d = 0; d < e->D; d++)
                o[d] -= explain_row(y->mix, h, e->T - 1)[d];
            why_written_by_head(e, l, h, o, u);
            add_part(e, x, u, r, x->head[l * e->H + h]);
        }
        for (int c = 0; c < e->C; c++)
            mlp[c] -= y->mlp->val[(e->T - 1) * e->C + c];
        add_part(e, x, mlp, r, x->mlp[l]);
    }
}

static void find_error(const Explain *e, WhyWrites *x)
{
    for (int k = 0; k < WRITES_TOKENS; k++) {
        double sum = x->direct[k] + x->norm[k];
        for (int l = 0; l < e->L; l++) {
            sum += x->mlp[l][k];
            for (int h = 0; h < e->H; h++)
                sum += x->head[l * e->H + h][k];
        }
        x->error = fmax(x->error, fabs(x->total[k] - sum));
    }
}

/* Removes u from the head's output, and so from the stream, and runs on. */
static void run_without(Explain *e, const WhyWrites *x)
{
    const GptBlockActs *y = &e->trace.layers[x->at.layer];
    const double       *v = explain_row(y->v, x->at.head, x->key);
    double             *o = explain_row(y->mix, x->at.head, x->at.row);
    for (int d = 0; d < e->D; d++)
        o[d] -= x->weight * v[d];
    explain_replay(e, y->mix);
}

static void measure(Explain *e, WhyWrites *x, double *heads, double *mlps, double *u, double *o)
{
    const GptBlockActs *y = &e->trace.layers[x->at.layer];
    double              r = last_factor(e), now[WRITES_TOKENS];
    for (int d = 0; d < e->D; d++)
        o[d] = x->weight * explain_row(y->v, x->at.head, x->key)[d];
    why_written_by_head(e, x->at.layer, x->at.head, o, u);
    x->size = explain_norm(u, (size_t)e->C);
    if (x->at.row == e->T - 1)
        add_part(e, x, u, r, x->direct);
    keep(e, heads, mlps);
    run_without(e, x);
    read_logits(e, x, now);
    for (int k = 0; k < WRITES_TOKENS; k++)
        x->total[k] = x->logit[k] - now[k];
    x->p[1] = exp(-e->out.loss->val[0]);
    later_parts(e, x, r, heads, mlps, u);
    add_part(e, x, e->trace.layers[e->L - 1].out->val + (e->T - 1) * e->C, r - last_factor(e), x->norm);
    find_error(e, x);
    explain_replay(e, NULL);
}

bool explain_why_writes(Explain *e, ExplainRow at, int key, WhyWrites *x)
{
    size_t L = (size_t)e->L, H = (size_t)e->H, C = (size_t)e->C, D = (size_t)e->D;
    *x = (WhyWrites){ .at = at, .key = key };
    if (!why_exists(e, at, key))
        return false;
    x->head = explain_alloc(e, L * H, sizeof *x->head);
    x->mlp = explain_alloc(e, L, sizeof *x->mlp);
    double *room = explain_alloc(e, L * H * D + L * C + C + D, sizeof *room);
    x->rows = explain_alloc(e, WRITES_TOKENS * C, sizeof *x->rows);
    if (!x->head || !x->mlp || !room || !x->rows)
        return false;
    x->weight = explain_row(e->trace.layers[at.layer].weights, at.head, at.row)[key];
    x->token[WRITES_TARGET] = e->target;
    x->token[WRITES_RIVAL] = explain_rival(e);
    x->p[0] = exp(-e->loss);
    read_logits(e, x, x->logit);
    find_rows(e, x, x->rows);
    double *mlps = room + L * H * D, *u = mlps + L * C;
    measure(e, x, room, mlps, u, u + C);
    return true;
}
