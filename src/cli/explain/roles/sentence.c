#include "cli/explain/roles/census.h"
#include "cli/explain/sentence.h"

const char *const census_names[ROLES] = {
    [ROLE_SELF] = "itself", [ROLE_PREVIOUS] = "previous", [ROLE_SAME] = "same", [ROLE_INDUCTION] = "induction",
    [ROLE_WORD] = "word", [ROLE_START] = "start", [ROLE_REPLAY] = "replay", [ROLE_CLUE] = "clue",
};

const char *const census_places[ROLES] = {
    [ROLE_SELF] = "at the character itself", [ROLE_PREVIOUS] = "at the previous character",
    [ROLE_SAME] = "at the same character before",
    [ROLE_INDUCTION] = "at what followed the same character before (induction)",
    [ROLE_WORD] = "at the word's first character", [ROLE_START] = "at the start of the window",
    [ROLE_REPLAY] = "at what followed in the first copy of a repeated string (induction)",
    [ROLE_CLUE] = "at a sentence's clue",
};

static void say_labels(Sentence *w, const Roles *r)
{
    int of[ROLES] = { 0 }, labelled = 0;
    for (int k = 0; k < r->n; k++)
        if (r->heads[k].label != ROLES_NONE)
            of[r->heads[k].label]++;
    for (int role = 0; role < ROLES; role++) {
        if (of[role] && labelled)
            say(w, ", %d %s", of[role], census_places[role]);
        else if (of[role])
            say(w, "%d of %d heads look %s", of[role], r->n, census_places[role]);
        labelled += of[role];
    }
    if (!labelled)
        say(w, "None of the %d heads does any of these", r->n);
    else if (labelled < r->n)
        say(w, ", %d at none of these", r->n - labelled);
    say(w, ". ");
}

static void say_cost(Sentence *w, const Roles *r)
{
    int most = 0;
    for (int k = 0; k < r->n; k++)
        most = r->heads[k].cost > r->heads[most].cost ? k : most;
    const RolesHead *h = &r->heads[most];
    if (h->cost > 0)
        say(w, "Ablating %d.%d costs most: from %.3f to %.3f nats per character.", h->layer, h->head, r->loss,
            r->loss + h->cost);
    else
        say(w, "Without any one of them the loss, %.3f nats per character, is no higher.", r->loss);
}

/* The pair with the largest excess that is redundant, and how many others are. */
static void say_pairs(Sentence *w, const Roles *r)
{
    const RolesPair *p = NULL;
    int redundant = 0;
    for (int k = r->n_pairs - 1; k >= 0; k--)
        if (r->pairs[k].redundant)
            redundant++, p = &r->pairs[k];
    if (!p && r->n_pairs)
        say(w, " Of %d pair%s with one role none is redundant.", r->n_pairs, r->n_pairs == 1 ? "" : "s");
    if (!p)
        return;
    const RolesHead *a = &r->heads[p->a], *b = &r->heads[p->b];
    say(w, " %d.%d and %d.%d stand in for each other: ablated alone %+.3f and %+.3f, together %+.3f", a->layer, a->head,
        b->layer, b->head, a->cost, b->cost, p->both);
    if (r->n_pairs > 1)
        say(w, "; so do %d of %d other pairs", redundant - 1, r->n_pairs - 1);
    say(w, ".");
}

const char *census_sentence(char *out, size_t size, const Census *c)
{
    Sentence w = { out, size, 0 };
    *out = '\0';
    say_labels(&w, &c->r);
    say_cost(&w, &c->r);
    say_pairs(&w, &c->r);
    return out;
}
