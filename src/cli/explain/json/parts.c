#include "cli/explain/halves/halves.h"
#include "cli/explain/json/json.h"
#include "explain/embed.h"
#include <math.h>
#include <stdio.h>

enum { DIGITS = 12, NEAR = 5, POSITIONS = 64, NEAR_ALL = 1024 };

/* --- trace --- */

static void mask(Json *j, const ExplainKeyMask *k)
{
    json_number(j, "masked", k->masked, DIGITS);
    json_number(j, "predicted", k->predicted, DIGITS);
    if (k->flag)
        json_text(j, "flag", explain_key_flags[k->flag]);
    else
        json_null(j, "flag");
    if (k->twin >= 0)
        json_int(j, "twin", k->twin);
    else
        json_null(j, "twin");
    json_number(j, "joint", k->joint, DIGITS);
}

static void trace_key(Json *j, const Report *r, const double *q, int k)
{
    const Explain    *e = &r->s->e;
    const ExplainKey *x = &r->trace.keys[k];
    const double     *key = explain_row(e->trace.layers[r->trace.at.layer].k, r->trace.at.head, k);
    json_object(j, NULL);
    json_int(j, "j", k);
    json_number(j, "s", x->s, DIGITS);
    json_number(j, "a", x->a, DIGITS);
    json_number(j, "da", x->da, DIGITS);
    json_number(j, "rel", x->rel, DIGITS);
    json_number(j, "ds", x->ds, DIGITS);
    json_number(j, "fd", x->fd, DIGITS);
    json_number(j, "error", x->error, DIGITS);
    if (isnan(x->fd))                       /* not run is neither ok nor not */
        json_null(j, "ok");
    else
        json_bool(j, "ok", x->ok);
    json_number(j, "av", x->av, DIGITS);
    mask(j, &r->keys.keys[k]);
    json_text(j, "look", x->ds < 0 ? "more" : x->ds > 0 ? "less" : "same");
    json_array(j, "dots");
    for (int d = 0; d < e->D; d++)
        json_number(j, NULL, q[d] * key[d], DIGITS);
    json_end_array(j);
    json_numbers(j, "losses", r->losses + k * REPORT_DELTAS, REPORT_DELTAS, DIGITS);
    json_end(j);
}

static void trace_vectors(Json *j, const Report *r)
{
    const Explain  *e = &r->s->e;
    const GptBlockActs *y = &e->trace.layers[r->trace.at.layer];
    int h = r->trace.at.head, i = r->trace.at.row;
    json_numbers(j, "q", explain_row(y->q, h, i), e->D, DIGITS);
    json_numbers(j, "g", explain_grad(y->mix, h, i), e->D, DIGITS);
    json_numbers(j, "o", explain_row(y->mix, h, i), e->D, DIGITS);
    json_array(j, "k");
    for (int k = 0; k <= i; k++)
        json_numbers(j, NULL, explain_row(y->k, h, k), e->D, DIGITS);
    json_end_array(j);
    json_array(j, "v");
    for (int k = 0; k <= i; k++)
        json_numbers(j, NULL, explain_row(y->v, h, k), e->D, DIGITS);
    json_end_array(j);
}

static void trace(Json *j, const Report *r)
{
    const ExplainTrace *t = &r->trace;
    json_object(j, "trace");
    json_int(j, "layer", t->at.layer);
    json_int(j, "head", t->at.head);
    json_int(j, "row", t->at.row);
    json_int(j, "keys_n", t->n);
    json_number(j, "entropy", t->entropy, DIGITS);
    json_number(j, "entropy_max", log2(t->n), DIGITS);
    json_number(j, "mean_da", t->mean_da, DIGITS);
    json_number(j, "rank_correlation", r->keys.rank, DIGITS);
    json_number(j, "root", sqrt(r->s->e.D), DIGITS);
    trace_vectors(j, r);
    json_array(j, "keys");
    for (int k = 0; k < t->n; k++)
        trace_key(j, r, explain_row(r->s->e.trace.layers[t->at.layer].q, t->at.head, t->at.row), k);
    json_end_array(j);
    json_numbers(j, "deltas", report_deltas, REPORT_DELTAS, DIGITS);
    json_object(j, "share");
    json_int(j, "keys", t->share_keys);
    json_int(j, "of", t->n);
    json_number(j, "fraction", t->share, DIGITS);
    json_end(j);
    json_end(j);
}

/* --- paths --- */

static void paths_layer(Json *j, const Report *r, int l)
{
    int T = r->s->e.T;
    json_object(j, NULL);
    json_int(j, "layer", l);
    json_array(j, "total");
    for (int i = 0; i < T; i++)
        json_number(j, NULL, r->paths[l * T + i].total, DIGITS);
    json_end_array(j);
    json_object(j, "share");
    for (int p = 0; p < PATHS; p++) {
        json_array(j, explain_path_names[p]);
        for (int i = 0; i < T; i++)
            json_number(j, NULL, r->paths[l * T + i].share[p], DIGITS);
        json_end_array(j);
    }
    json_end(j);
    json_end(j);
}

static void paths_end(Json *j, const ExplainPathEnd *x)
{
    json_object(j, "end");
    json_number(j, "total", x->total, DIGITS);
    json_number(j, "output", x->output, DIGITS);
    json_number(j, "counts", x->counts, DIGITS);
    json_number(j, "error", x->error, DIGITS);
    json_end(j);
}

static void paths(Json *j, const Report *r)
{
    json_object(j, "paths");
    json_array(j, "parts");
    for (int p = 0; p < PATHS; p++)
        json_text(j, NULL, explain_path_names[p]);
    json_end_array(j);
    json_number(j, "error", r->paths_error, DIGITS);
    json_array(j, "layers");
    for (int l = 0; l < r->s->e.L; l++)
        paths_layer(j, r, l);
    json_end_array(j);
    if (halves_has(r->s))
        paths_end(j, &r->path_end);
    json_end(j);
}

/* --- lens, logit --- */

static void lens_row(Json *j, const ExplainLens *x, int layers)
{
    char after[32] = "the embedding";
    if (layers > 0)
        snprintf(after, sizeof after, "layer %d", layers - 1);
    json_object(j, NULL);
    json_text(j, "after", after);
    json_number(j, "p", x->p, DIGITS);
    json_number(j, "loss", x->loss, DIGITS);
    json_int(j, "rank", x->rank);
    json_number(j, "entropy", x->entropy, DIGITS);
    json_array(j, "top");
    for (int k = 0; k < x->n; k++) {
        json_object(j, NULL);
        json_int(j, "id", x->top[k]);
        json_number(j, "p", x->top_p[k], DIGITS);
        json_end(j);
    }
    json_end_array(j);
    json_end(j);
}

static void logit_part(Json *j, const char *name, int layer, int head, double value)
{
    json_object(j, NULL);
    json_text(j, "name", name);
    json_number(j, "value", value, DIGITS);
    if (layer >= 0)
        json_int(j, "layer", layer);
    if (head >= 0)
        json_int(j, "head", head);
    json_end(j);
}

static void logit_layer(Json *j, const Report *r, int l)
{
    char name[48];
    for (int h = 0; h < r->s->e.H; h++) {
        snprintf(name, sizeof name, "layer %d head %d", l, h);
        logit_part(j, name, l, h, r->logit.head[l * r->s->e.H + h]);
    }
    snprintf(name, sizeof name, "layer %d bias", l);
    logit_part(j, name, l, -1, r->logit.bias[l]);
    snprintf(name, sizeof name, "layer %d mlp", l);
    logit_part(j, name, l, -1, r->logit.mlp[l]);
}

static void logit(Json *j, const Report *r)
{
    json_object(j, "logit");
    json_number(j, "value", r->logit.value, DIGITS);
    json_number(j, "error", r->logit.error, DIGITS);
    json_array(j, "parts");
    logit_part(j, "character", -1, -1, r->logit.token);
    logit_part(j, "position", -1, -1, r->logit.position);
    for (int l = 0; l < r->s->e.L; l++)
        logit_layer(j, r, l);
    logit_part(j, "final bias", -1, -1, r->logit.final);
    if (halves_has(r->s))
        logit_part(j, "counts", -1, -1, r->logit.counts);
    json_end_array(j);
    json_end(j);
}

/* --- embeddings --- */

static void near_characters(Json *j, const Tensor *table, int id)
{
    int    near[NEAR];
    double cosine[NEAR];
    int    n = explain_embed_near(table, id, NEAR, near, cosine);
    json_object(j, NULL);
    json_int(j, "id", id);
    json_array(j, "near");
    for (int k = 0; k < n; k++) {
        json_object(j, NULL);
        json_int(j, "id", near[k]);
        json_number(j, "cosine", cosine[k], 6);
        json_end(j);
    }
    json_end_array(j);
    json_end(j);
}

static bool in_prompt(const Explain *e, int id)
{
    for (int i = 0; i < e->T; i++)
        if (e->ids[i] == id)
            return true;
    return false;
}

/* In a large vocabulary only the prompt's characters: all pairs would take too long. */
static void embeddings(Json *j, const Explain *e)
{
    int most = e->g->wpe ? POSITIONS : 0, m = e->g->config.context < most ? e->g->config.context : most;
    json_object(j, "embeddings");
    json_array(j, "near");
    for (int id = 0; id < e->V; id++)
        if (e->V <= NEAR_ALL || in_prompt(e, id))
            near_characters(j, e->g->wte, id);
    json_end_array(j);
    json_int(j, "positions_first", 0);
    json_array(j, "positions");
    for (int i = 0; i < m; i++) {
        json_array(j, NULL);
        for (int k = 0; k < m; k++)
            json_number(j, NULL, explain_embed_cosine(e->g->wpe, i, k), 6);
        json_end_array(j);
    }
    json_end_array(j);
    json_end(j);
}

void explain_json_parts(Json *j, const Report *r)
{
    trace(j, r);
    paths(j, r);
    json_array(j, "lens");
    for (int l = 0; l <= r->s->e.L; l++)
        lens_row(j, &r->lens[l], l);
    json_end_array(j);
    logit(j, r);
    embeddings(j, &r->s->e);
}
