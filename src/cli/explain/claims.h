#ifndef CLI_EXPLAIN_CLAIMS_H
#define CLI_EXPLAIN_CLAIMS_H
#include "cli/explain/options.h"
#include "cli/term.h"

/* Prints what is said of queries, keys and values, claim by claim, with the number measured on o->model
 * and its held-out items (o->clues, o->text), and PASS or FAIL. *failed counts the latter. False with
 * a sentence when a file cannot be read. */
bool show_claims(const Term *t, const ExplainOptions *o, int *failed, Err *err);
#endif
