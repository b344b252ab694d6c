#include "base/human.h"
#include "cli/explain/versus/versus.h"

enum { DIGITS = 12, SENTENCE = 1024 };

static void effect(Json *j, const char *key, VersusEffect x)
{
    json_object(j, key);
    json_number(j, "into_a", x.into_a, DIGITS);
    json_number(j, "into_b", x.into_b, DIGITS);
    json_end(j);
}

/* The n effects of one direction. */
static void effects(Json *j, const char *key, const VersusEffect *x, int n, bool into_b)
{
    json_array(j, key);
    for (int k = 0; k < n; k++)
        json_number(j, NULL, into_b ? x[k].into_b : x[k].into_a, DIGITS);
    json_end_array(j);
}

static void tokens_of_b(Json *j, const Contrast *c)
{
    json_array(j, "characters");
    for (int i = 0; i < c->v.n_b; i++) {
        uint32_t x = subject_char(c->s, c->v.ids_b[i]);
        char     text[TEXT_ENCODED];
        json_object(j, NULL);
        json_int(j, "i", i);
        json_int(j, "id", c->v.ids_b[i]);
        json_bytes(j, "text", text, (size_t)text_encode(x, text));
        json_text(j, "show", human_char(x, true).s);
        json_end(j);
    }
    json_end_array(j);
}

static void alignment(Json *j, const Contrast *c)
{
    const Versus *v = &c->v;
    json_array(j, "pairs");
    for (int k = 0; k < v->n_pairs; k++) {
        json_array(j, NULL);
        json_int(j, NULL, v->pairs[k].at[0]);
        json_int(j, NULL, v->pairs[k].at[1]);
        json_end_array(j);
    }
    json_end_array(j);
    json_array(j, "spans");
    for (int k = 0; k < v->n_spans; k++) {
        json_object(j, NULL);
        json_int(j, "a", v->spans[k].a);
        json_int(j, "a_end", v->spans[k].a_end);
        json_int(j, "b", v->spans[k].b);
        json_int(j, "b_end", v->spans[k].b_end);
        json_end(j);
    }
    json_end_array(j);
}

static void answers(Json *j, const Versus *v)
{
    json_array(j, "answers");
    json_int(j, NULL, v->answer[0]);
    json_int(j, NULL, v->answer[1]);
    json_end_array(j);
    json_bool(j, "same", v->same);
    json_numbers(j, "p_a", v->p[0], 2, DIGITS);
    json_numbers(j, "p_b", v->p[1], 2, DIGITS);
    json_numbers(j, "log_odds", v->odds, 2, DIGITS);
}

static void heads(Json *j, const Versus *v)
{
    json_array(j, "heads");
    for (int h = 0; h < v->e->L * v->e->H; h++) {
        json_object(j, NULL);
        json_int(j, "layer", h / v->e->H);
        json_int(j, "head", h % v->e->H);
        json_number(j, "into_a", v->heads[h].into_a, DIGITS);
        json_number(j, "into_b", v->heads[h].into_b, DIGITS);
        json_number(j, "last_into_a", v->heads_last[h].into_a, DIGITS);
        json_number(j, "last_into_b", v->heads_last[h].into_b, DIGITS);
        json_end(j);
    }
    json_end_array(j);
    effect(j, "all_heads", v->all_heads);
    if (v->e->trace.counts)
        effect(j, "counts", v->counts);
}

static void residual(Json *j, const Versus *v)
{
    json_array(j, "residual");
    for (int l = 0; l <= v->e->L; l++) {
        json_object(j, NULL);
        effects(j, "into_a", v->residual + versus_cell(v, l, 0), v->n_pairs, false);
        effects(j, "into_b", v->residual + versus_cell(v, l, 0), v->n_pairs, true);
        json_end(j);
    }
    json_end_array(j);
}

static void reading(Json *j, const Versus *v, const VersusReading *r)
{
    json_object(j, "reading");
    json_int(j, "pair", r->pair);
    json_bool(j, "everywhere", r->everywhere);
    json_int(j, "row", v->pairs[r->pair].at[0]);
    json_int(j, "first", r->first);
    json_int(j, "end", r->end);
    json_int(j, "first_b", r->first_b);
    json_int(j, "end_b", r->end_b);
    json_int(j, "after", r->after);
    json_number(j, "weight", r->weight, DIGITS);
    json_bool(j, "into_b", r->into_b);
    json_number(j, "unmasked", r->unmasked, DIGITS);
    json_number(j, "masked", r->masked, DIGITS);
    json_number(j, "lost", r->lost, DIGITS);
    json_number(j, "lost_b", r->lost_b, DIGITS);
    json_bool(j, "in_b", r->in_b);
    json_bool(j, "survives", r->survives);
    json_end(j);
}

static void carriers(Json *j, const Versus *v)
{
    json_text(j, "verdict", versus_verdicts[v->verdict]);
    json_array(j, "carriers");
    for (int k = 0; k < v->n_set; k++) {
        const VersusHead *h = &v->set[k];
        json_object(j, NULL);
        json_int(j, "layer", h->head / v->e->H);
        json_int(j, "head", h->head % v->e->H);
        effects(j, "rows_into_a", h->rows, v->n_pairs, false);
        effects(j, "rows_into_b", h->rows, v->n_pairs, true);
        reading(j, v, &h->reading);
        json_end(j);
    }
    json_end_array(j);
    effect(j, "together", v->together);
}

void contrast_json(Json *j, const Contrast *c)
{
    char text[SENTENCE];
    if (!c) {
        json_null(j, "versus");
        return;
    }
    json_object(j, "versus");
    json_text(j, "sentence", contrast_sentence(text, sizeof text, c, true));
    json_text(j, "control", contrast_control(text, sizeof text, c, true));
    json_text(j, "words_a", contrast_words(text, sizeof text, c, false, true));
    json_text(j, "words_b", contrast_words(text, sizeof text, c, true, true));
    tokens_of_b(j, c);
    alignment(j, c);
    answers(j, &c->v);
    heads(j, &c->v);
    residual(j, &c->v);
    carriers(j, &c->v);
    json_end(j);
}
