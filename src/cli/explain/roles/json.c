#include "cli/explain/roles/census.h"

enum { DIGITS = 12, SENTENCE = 2048 };

static void source(Json *j, const Census *c)
{
    char text[SENTENCE];
    json_text(j, "schema", "heed-roles-1");
    json_text(j, "model", c->path);
    json_text(j, "text", c->files.text);
    json_text(j, "part", c->validation ? "validation" : "all");
    json_text(j, "sentences_file", *c->files.clues ? c->files.clues : NULL);
    json_int(j, "window", c->r.T);
    json_int(j, "windows", c->r.windows);
    json_int(j, "replays", c->r.replays);
    json_int(j, "sentences", c->r.sentences);
    json_bool(j, "limited", c->r.limited);
    json_number(j, "loss", c->r.loss, DIGITS);
    json_number(j, "factor", ROLES_FACTOR, DIGITS);
    json_number(j, "least", ROLES_LEAST, DIGITS);
    json_number(j, "excess", ROLES_EXCESS, DIGITS);
    json_number(j, "part_of_both", ROLES_PART, DIGITS);
    json_text(j, "sentence", census_sentence(text, sizeof text, c));
}

static const char *label(const RolesHead *h) { return h->label < 0 ? NULL : census_names[h->label]; }

static void roles(Json *j, const Roles *r)
{
    json_array(j, "roles");
    for (int k = 0; k < ROLES; k++) {
        json_object(j, NULL);
        json_text(j, "name", census_names[k]);
        json_text(j, "place", census_places[k]);
        json_number(j, "chance", r->chance[k], DIGITS);
        json_int(j, "positions", r->positions[k]);
        json_end(j);
    }
    json_end_array(j);
}

static void heads(Json *j, const Roles *r)
{
    json_array(j, "heads");
    for (int k = 0; k < r->n; k++) {
        const RolesHead *h = &r->heads[k];
        json_object(j, NULL);
        json_int(j, "layer", h->layer);
        json_int(j, "head", h->head);
        json_text(j, "label", label(h));
        json_numbers(j, "share", h->share, ROLES, DIGITS);
        json_number(j, "cost", h->cost, DIGITS);
        json_end(j);
    }
    json_end_array(j);
}

static void place(Json *j, const char *key, const RolesHead *h)
{
    json_array(j, key);
    json_int(j, NULL, h->layer);
    json_int(j, NULL, h->head);
    json_end_array(j);
}

static void pairs(Json *j, const Roles *r)
{
    json_array(j, "pairs");
    for (int k = 0; k < r->n_pairs; k++) {
        const RolesPair *p = &r->pairs[k];
        json_object(j, NULL);
        place(j, "a", &r->heads[p->a]);
        place(j, "b", &r->heads[p->b]);
        json_text(j, "label", label(&r->heads[p->a]));
        json_number(j, "both", p->both, DIGITS);
        json_number(j, "excess", p->excess, DIGITS);
        json_bool(j, "redundant", p->redundant);
        json_end(j);
    }
    json_end_array(j);
    json_int(j, "pairs_left", r->pairs_left);
}

static void object(Json *j, const char *key, const Census *c)
{
    json_object(j, key);
    source(j, c);
    roles(j, &c->r);
    heads(j, &c->r);
    pairs(j, &c->r);
    json_end(j);
}

void census_part(Json *j, const Census *c)
{
    if (c)
        object(j, "roles", c);
    else
        json_null(j, "roles");
}

bool census_json(FILE *out, const Census *c)
{
    Json j = { .out = out };
    object(&j, NULL, c);
    return !j.lost && putc('\n', out) != EOF;
}
