#include "cli/explain/roles/census.h"
#include "cli/explain/screen.h"
#include "cli/explain/sentence.h"
#include "cli/explain/table.h"
#include "base/text.h"
#include <math.h>
#include <stdlib.h>

enum { HEAD, DOES, SHARES, COST = SHARES + ROLES, COLUMNS, SENTENCE = 2048 };

static const Column columns[COLUMNS] = {
    [HEAD] = { "head", 6, 0, true }, [DOES] = { "does", 10, 0, true },
    [SHARES + ROLE_SELF] = { "itself", 7, 4, false }, [SHARES + ROLE_PREVIOUS] = { "prev.", 6, 1, false },
    [SHARES + ROLE_SAME] = { "same", 6, 2, false }, [SHARES + ROLE_INDUCTION] = { "induct.", 8, 2, false },
    [SHARES + ROLE_WORD] = { "word", 6, 3, false }, [SHARES + ROLE_START] = { "start", 6, 5, false },
    [SHARES + ROLE_REPLAY] = { "replay", 7, 1, false }, [SHARES + ROLE_CLUE] = { "clue", 6, 1, false },
    [COST] = { "ablated", 9, 0, false },
};

static void percent(Table *x, int k, char style, double share)
{
    char text[16] = "-";
    if (!isnan(share))
        snprintf(text, sizeof text, "%.1f", 100 * share);
    table_cell(x, k, style, text);
}

static void row(Table *x, const RolesHead *h)
{
    table_print(x, HEAD, "%d.%d", h->layer, h->head);
    table_cell(x, DOES, h->label < 0 ? 0 : 'b', h->label < 0 ? "-" : census_names[h->label]);
    for (int role = 0; role < ROLES; role++)
        percent(x, SHARES + role, role == h->label ? 'm' : 0, h->share[role]);
    table_print(x, COST, "%+.4f", h->cost);
    table_end(x);
}

static void chance(Table *x, const Roles *r)
{
    table_cell(x, HEAD, 0, "chance");
    table_cell(x, DOES, 0, "");
    for (int role = 0; role < ROLES; role++)
        percent(x, SHARES + role, 0, r->chance[role]);
    table_cell(x, COST, 0, "");
    table_end(x);
}

/* What it was measured on. */
static void source(const Term *t, const Census *c)
{
    const Roles *r = &c->r;
    char         text[SENTENCE];
    Sentence     w = { text, sizeof text, 0 };
    say(&w, "%d window%s of %d characters of %s%s", r->windows, r->windows == 1 ? "" : "s", r->T, c->files.text,
        c->validation ? " (validation part)" : "");
    if (r->sentences)
        say(&w, ", %d sentences", r->sentences);
    if (r->limited)
        say(&w, "; no more, because the model is large");
    text_harmless(text);
    screen_paragraph(t, 0, text);
}

/* The costliest heads, in order of layer and head. */
static bool rows(Table *x, const Roles *r)
{
    double *cost = malloc((size_t)r->n * sizeof *cost);
    for (int k = 0; cost && k < r->n; k++)
        cost[k] = r->heads[k].cost;
    for (int k = 0; cost && k < r->n; k++)
        if (screen_keeps(cost, r->n, k, SCREEN_ROWS))
            row(x, &r->heads[k]);
    free(cost);
    return cost != NULL;
}

bool census_show(const Term *t, const Census *c)
{
    const Roles *r = &c->r;
    char         text[SENTENCE];
    source(t, c);
    screen_paragraph(t, 0, census_sentence(text, sizeof text, c));
    Table x = table_of(t, 0, columns, COLUMNS);
    table_head(&x);
    if (!rows(&x, r))
        return false;
    chance(&x, r);
    snprintf(text, sizeof text, "In %% of attention; does: at least %.0f %% and %.0f times chance; ablated: nats.",
             100 * ROLES_LEAST, ROLES_FACTOR);
    screen_paragraph(t, 0, text);
    if (r->n > SCREEN_ROWS)
        fprintf(t->file, "The %d of %d heads whose ablation changes the loss most; more: --json.\n", SCREEN_ROWS,
                r->n);
    table_note(&x);
    return true;
}
