#ifndef CLI_EXPLAIN_SHOW_HEAD_H
#define CLI_EXPLAIN_SHOW_HEAD_H
#include "cli/explain/show/show.h"
#include "explain/cause/head.h"

/* The head and row in the overview's picture: the one that reads what decides (explain_cause_head) or, if there is none
 * or the user asked for a layer or head, that whose ablation changes the loss most (x->reads is NULL, x->change that of
 * the ablation). False with s->e.err set. */
bool head_choose(Subject *s, const ExplainCause *c, CauseHead *x);

/* A paragraph: what changes without it, and where it attends. */
void head_say(const Term *t, const Subject *s, const CauseHead *x);
#endif
