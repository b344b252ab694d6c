#include "cli/explain/why/why.h"
#include <stdio.h>

enum { DIGITS = 12, SENTENCE = 1024 };

static void source(Json *j, const WhySource *x)
{
    bool head = x->kind == WHY_HEAD;
    json_text(j, "kind", explain_why_kinds[x->kind]);
    if (head || x->kind == WHY_MLP)
        json_int(j, "layer", x->layer);
    else
        json_null(j, "layer");
    if (head)
        json_int(j, "head", x->head);
    else
        json_null(j, "head");
    if (x->back >= 0)
        json_int(j, "back", x->back);
    else
        json_null(j, "back");
}

static void removal(Json *j, const char *key, const WhyRemoval *x)
{
    json_object(j, key);
    json_number(j, "score", x->score, DIGITS);
    json_number(j, "weight", x->weight, DIGITS);
    json_number(j, "effect", x->effect, DIGITS);
    json_end(j);
}

static void reads(Json *j, const WhyReads *x, bool known)
{
    if (!known) {
        json_null(j, "reads");
        return;
    }
    json_object(j, "reads");
    json_bool(j, "survives", x->survives);
    json_int(j, "first", x->first);
    json_int(j, "last", x->last);
    json_int(j, "after", x->after);
    json_number(j, "weight", x->weight, DIGITS);
    json_number(j, "effect", x->effect, DIGITS);
    json_end(j);
}

static void half(Json *j, const Reason *r, bool key)
{
    const WhyHalf *h = &r->x.half[key];
    char           text[SENTENCE];
    json_object(j, key ? "key_side" : "query_side");
    json_text(j, "sentence", reason_half(text, sizeof text, r, key, true));
    json_int(j, "parts", h->n);
    json_array(j, "units");
    for (int u = 0; u < h->n_units; u++) {
        json_object(j, NULL);
        source(j, &h->units[u].source);
        json_number(j, "sum", h->units[u].sum, DIGITS);
        json_number(j, "over", h->units[u].over, DIGITS);
        json_number(j, "content", h->units[u].content, DIGITS);
        removal(j, "held", &h->units[u].held);
        removal(j, "free", &h->units[u].freed);
        json_end(j);
    }
    json_end_array(j);
    if (h->named < 0)
        json_null(j, "cause");
    else
        json_int(j, "cause", h->named);
    json_array(j, "together");
    for (int k = 0; k < h->n_set; k++)
        json_int(j, NULL, h->set[k]);
    json_end_array(j);
    if (h->n_set)
        removal(j, "together_free", &h->together);
    else
        json_null(j, "together_free");
    reads(j, &h->reads, h->named >= 0 && h->units[h->named].source.kind == WHY_HEAD);
    json_end(j);
}

/* Rows of the query's parts, columns of the key's. */
static void table(Json *j, const char *key, const Reason *r, const double *cell)
{
    int n1 = r->x.half[1].n;
    json_array(j, key);
    for (int a = 0; a < r->x.half[0].n; a++)
        json_numbers(j, NULL, cell + a * n1, n1, DIGITS);
    json_end_array(j);
}

static void pair(Json *j, const char *key, const Reason *r, const double x[WRITES_TOKENS])
{
    json_numbers(j, key, x, r->w.token[WRITES_RIVAL] < 0 ? 1 : WRITES_TOKENS, DIGITS);
}

static void writes(Json *j, const Reason *r)
{
    const WhyWrites *w = &r->w;
    const Explain   *e = &r->s->e;
    char             text[SENTENCE];
    json_object(j, "writes");
    json_text(j, "sentence", reason_writes(text, sizeof text, r, true));
    json_array(j, "tokens");
    for (int k = 0; k < WRITES_TOKENS && w->token[k] >= 0; k++)
        json_int(j, NULL, w->token[k]);
    json_end_array(j);
    json_numbers(j, "p", w->p, 2, DIGITS);
    json_number(j, "size", w->size, DIGITS);
    pair(j, "logits", r, w->logit);
    pair(j, "total", r, w->total);
    pair(j, "direct", r, w->direct);
    pair(j, "norm", r, w->norm);
    json_array(j, "heads");
    for (int k = 0; k < e->L * e->H; k++)
        pair(j, NULL, r, w->head[k]);
    json_end_array(j);
    json_array(j, "mlps");
    for (int l = 0; l < e->L; l++)
        pair(j, NULL, r, w->mlp[l]);
    json_end_array(j);
    json_number(j, "error", w->error, DIGITS);
    json_end(j);
}

void reason_json(Json *j, const Reason *r)
{
    char text[SENTENCE];
    if (!r) {
        json_null(j, "why");
        return;
    }
    json_object(j, "why");
    json_int(j, "layer", r->x.at.layer);
    json_int(j, "head", r->x.at.head);
    json_int(j, "query", r->x.at.row);
    json_int(j, "key", r->x.key);
    json_text(j, "place", reason_place(text, sizeof text, r, true));
    json_text(j, "positions", reason_positions(text, sizeof text, r));
    json_number(j, "score", r->x.score, DIGITS);
    json_number(j, "weight", r->x.weight, DIGITS);
    json_number(j, "content", r->x.mean, DIGITS);
    json_number(j, "at_zero", r->x.zero, DIGITS);
    json_number(j, "error", r->x.error, DIGITS);
    json_number(j, "checked", r->x.checked, DIGITS);
    half(j, r, false);
    half(j, r, true);
    table(j, "cells", r, r->x.cell);
    table(j, "free", r, r->x.freed);
    table(j, "content_cells", r, r->x.content);
    writes(j, r);
    json_end(j);
}
