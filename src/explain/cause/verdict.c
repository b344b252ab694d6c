#include "explain/cause/verdict.h"
#include <math.h>

static bool tried(const CauseUnit *u) { return !isnan(u->deleted.odds) && !isnan(u->replaced.odds); }

/* What a change to the log-odds x costs that side. */
static double cost(const ExplainCause *c, double x, int side) { return side * (c->now.odds - x); }

static bool large(const ExplainCause *c, double costs, int side)
{
    double lead = side * c->now.odds;
    bool   most = costs >= CAUSE_SHARE * fabs(c->now.odds), all = lead > 0 && lead - costs < CAUSE_LEAST;
    return costs >= CAUSE_LEAST && (most || all);
}

static bool decisive(const ExplainCause *c, double x, int side)
{
    return side * c->now.odds > 0 && cost(c, x, side) >= CAUSE_LEAST && side * x < CAUSE_LEAST;
}

/* Whether the mask or integrated gradients speak for the other side. NaN, not tried, does not. */
static bool contradicted(const ExplainCause *c, const CauseUnit *u, int side)
{
    return large(c, cost(c, u->masked.odds, -side), -side) || large(c, -side * u->integrated, -side);
}

static double together(CauseTrial x) { return x.p + x.rival; }

static bool halved(const ExplainCause *c, CauseTrial x) { return together(x) < together(c->now) / 2; }

/* Another token leads where A led by no accident. */
static bool overtaken(const ExplainCause *c, CauseTrial x)
{
    return c->now.margin >= 0 && x.margin < 0 && c->now.margin - x.margin >= CAUSE_LEAST;
}

static bool limits(const ExplainCause *c, int k, bool test(const ExplainCause *c, CauseTrial x))
{
    const CauseUnit *u = &c->units[k];
    return test(c, u->deleted) && (k == c->last || test(c, u->replaced));
}

/* Whether the answer changes with the unit deleted as well as with it replaced. */
static bool flips(const ExplainCause *c, const CauseUnit *u)
{
    if (c->now.odds < 0)
        return u->deleted.odds > 0 && u->replaced.odds > 0;
    return u->deleted.margin < 0 && u->replaced.margin < 0;
}

CauseRole cause_role(const ExplainCause *c, int k, int *side)
{
    const CauseUnit *u = &c->units[k];
    *side = c->now.odds < 0 ? -1 : 1;
    if (!tried(u))
        return CAUSE_NONE;
    if (limits(c, k, halved))
        return CAUSE_LIMITS;
    if (decisive(c, u->deleted.odds, *side) && decisive(c, u->replaced.odds, *side))
        return contradicted(c, u, *side) ? CAUSE_DISPUTED : CAUSE_DECIDES;
    if (limits(c, k, overtaken))
        return CAUSE_LIMITS;
    for (int turn = 0; turn < 2; turn++, *side = -*side)
        if (large(c, cost(c, u->deleted.odds, *side), *side) && large(c, cost(c, u->replaced.odds, *side), *side) &&
            !contradicted(c, u, *side))
            return CAUSE_SUPPORTS;
    *side = c->now.odds < 0 ? -1 : 1;
    return flips(c, u) ? CAUSE_TIPS : CAUSE_NONE;
}

/* The smaller of what deletion and replacement cost that side. */
static double strength(const ExplainCause *c, int k, int side)
{
    const CauseUnit *u = &c->units[k];
    return fmin(cost(c, u->deleted.odds, side), cost(c, u->replaced.odds, side));
}

/* The word with a role that contains character unit k. */
static bool covered(const ExplainCause *c, int k)
{
    for (int f = 0; f < c->n_found; f++) {
        CauseSpan w = c->units[c->found[f].unit].at, x = c->units[k].at;
        if (w.word && c->found[f].role != CAUSE_TIPS && x.first >= w.first && x.last <= w.last)
            return true;
    }
    return false;
}

/* Keeps the order: by role, then by falling strength. */
static void insert(ExplainCause *c, CauseFound x)
{
    int at = c->n_found++;
    for (; at > 0; at--) {
        const CauseFound *above = &c->found[at - 1];
        if (above->role < x.role || (above->role == x.role && above->strength >= x.strength))
            break;
        c->found[at] = *above;
    }
    c->found[at] = x;
}

void cause_verdict(ExplainCause *c)
{
    double most = CAUSE_CLOSE;
    c->n_found = 0;
    c->closest = -1;
    for (int k = 0; k < c->n; k++) {
        int  side;
        bool word = c->units[k].at.word;
        CauseRole role = cause_role(c, k, &side);
        if (role != CAUSE_NONE && (word || (role != CAUSE_SUPPORTS && role != CAUSE_TIPS && !covered(c, k))))
            insert(c, (CauseFound){ k, (int)role, side, strength(c, k, side) });
        double here = role == CAUSE_NONE && word && k != c->last ? strength(c, k, side) : 0;
        if (here > most) {
            most = here;
            c->closest = k;
        }
    }
}
