#include "explain/output/decides.h"
#include <math.h>
#include <stdbool.h>

const char *const explain_counts_ways[COUNTS_WAYS] = { "whole", "without_counts", "without_model", "counting" };
const char *const explain_counts_verdicts[] = { "either", "attention", "counting", "together", "unclear" };

CountsVerdict explain_counts_decide(const double odds[COUNTS_WAYS])
{
    bool own = odds[COUNTS_OWN] >= COUNTS_LEAST;
    bool counts = odds[COUNTS_GAINED] >= COUNTS_LEAST &&
                  odds[COUNTS_ALONE] >= fmin(COUNTS_LEAST, COUNTS_SHARE * odds[COUNTS_GAINED]);
    if (odds[COUNTS_WHOLE] < COUNTS_LEAST)
        return COUNTS_TOGETHER;
    return own && counts ? COUNTS_EITHER : own ? COUNTS_ATTENTION : counts ? COUNTS_COUNTING : COUNTS_TOGETHER;
}

CountsVerdict explain_counts_exclude(const double others[COUNTS_WAYS])
{
    double own = others[COUNTS_OWN];
    double most = fmax(others[COUNTS_GAINED], others[COUNTS_ALONE]);
    double least = fmin(others[COUNTS_GAINED], others[COUNTS_ALONE]);
    if (others[COUNTS_WHOLE] > COUNTS_LEFT)
        return COUNTS_UNCLEAR;
    if (most <= COUNTS_LEFT)
        return own <= COUNTS_LEFT ? COUNTS_EITHER : own >= COUNTS_MUCH ? COUNTS_COUNTING : COUNTS_UNCLEAR;
    if (least < COUNTS_MUCH)
        return COUNTS_UNCLEAR;
    return own <= COUNTS_LEFT ? COUNTS_ATTENTION : own >= COUNTS_MUCH ? COUNTS_TOGETHER : COUNTS_UNCLEAR;
}
