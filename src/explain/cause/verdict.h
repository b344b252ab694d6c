#ifndef EXPLAIN_CAUSE_VERDICT_H
#define EXPLAIN_CAUSE_VERDICT_H
#include "explain/cause/cause.h"

/* What the numbers of ExplainCause allow one to say of a unit: a pure function of them. A side is +1 for A, -1 for B;
 * its lead is D or -D, and what a change costs it is the fall of that lead.
 *
 * All thresholds are here. A cost below CAUSE_LEAST is never named; a lead below it is no decision. A cost is large
 * when it is at least CAUSE_LEAST and either CAUSE_SHARE of |D| or all of the lead but a rest below CAUSE_LEAST. */
#define CAUSE_LEAST 0.69314718055994531     /* ln 2: odds of 2 to 1 */
#define CAUSE_SHARE 0.5
#define CAUSE_CLOSE 0.1                     /* nats from which a word without a role is worth a mention */

typedef enum CauseRole {
    CAUSE_NONE,
    CAUSE_DECIDES,      /* deleted as well as replaced (mean), it costs the leading side its lead: CAUSE_LEAST or more,
                           with less than CAUSE_LEAST left; every change of the answer between A and B does if the lead
                           was CAUSE_LEAST                                                                           */
    CAUSE_SUPPORTS,     /* both cost its side a large part, but not the lead                                         */
    CAUSE_LIMITS,       /* without it a third answer comes: p(A) + p(B) falls below half, or another token leads where
                           A led, deleted as well as replaced; for the last unit, deleted alone, since other endings
                           may leave the same answers                                                                */
    CAUSE_TIPS,         /* the answer changes, deleted as well as replaced, but not by as much as above: possible only
                           where the lead is below CAUSE_LEAST. Never named as a cause                               */
    CAUSE_DISPUTED      /* as CAUSE_DECIDES, but its mask or its integrated gradients speak as largely for the other
                           side: named as disputed, never as a cause                                                 */
} CauseRole;

/* Sets role and side of unit k. NONE if deletion or replacement was not tried. */
CauseRole cause_role(const ExplainCause *c, int k, int *side);

/* Sets c->found, c->n_found and c->closest from the numbers; found has room for c->n. A character within a word that
 * has a role other than CAUSE_TIPS is left out, and so is one that only supports or tips. */
void cause_verdict(ExplainCause *c);
#endif
