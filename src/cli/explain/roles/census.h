#ifndef CLI_EXPLAIN_ROLES_CENSUS_H
#define CLI_EXPLAIN_ROLES_CENSUS_H
#include "base/json.h"
#include "cli/explain/options.h"
#include "cli/explain/show/claims_text.h"
#include "cli/term.h"
#include "explain/roles/roles.h"
#include "files/model.h"

/* explain --roles: what every head of a model does on a text. */
typedef struct Census {
    const char *path;                       /* of the model, as given or found                                */
    Model      *model;                      /* the caller's                                                   */
    ClaimsText  files;                      /* the text and its sentences; clues "" without any               */
    bool        validation;                 /* only the validation part, of the text that it was trained on   */
    Clues       clues;
    Roles       r;
} Census;

/* Short for columns and JSON; and where such a head looks, for sentences. */
extern const char *const census_names[ROLES], *const census_places[ROLES];

/* Whether --roles is a part of the report on a prompt, for --html, and for --json with one. */
static inline bool census_in_report(const ExplainOptions *o)
{
    return o->roles && (o->html || (o->json && (o->prompt || o->replay)));
}

/* Measures the model, called `path`, on o->text and o->clues, or those that it records (claims_text.h). The model's
 * weights are unpacked then. Call census_close in either case. False with *err set. */
bool census_open(Census *c, const ExplainOptions *o, Model *model, const char *path, Err *err);
void census_close(Census *c);

/* Opens o->model, measures, and prints the view, or with o->json one object: schema heed-roles-1 of model, text,
 * part (validation or all), sentences_file (null: none), window, windows, replays, sentences, limited, loss;
 * factor, least, excess, part_of_both: the thresholds of src/explain/roles/roles.h, which defines every number;
 * sentence; roles of {name, place, chance, positions}; heads of {layer, head, label: a role's name or null,
 * share: of each role, cost}; pairs of {a, b: [layer, head], label, both, excess, redundant}, pairs_left. Not
 * finite: null. False with *err set. */
bool census_run(const Term *t, const ExplainOptions *o, Err *err);

/* What the heads do, which costs most, which are redundant; to out (size bytes). Returns out. */
const char *census_sentence(char *out, size_t size, const Census *c);

/* The terminal's view. False: out of memory. */
bool census_show(const Term *t, const Census *c);
bool census_json(FILE *out, const Census *c);

/* The same object as the key "roles" of a report; null for NULL. */
void census_part(Json *j, const Census *c);
#endif
