#ifndef TEXT_COUNTING_DISCOUNT_H
#define TEXT_COUNTING_DISCOUNT_H
#include "text/counting/followers.h"

/* Modified Kneser-Ney smoothing, interpolated (Chen and Goodman 1999, section 3; Kneser and Ney 1995). With a context
 * of k tokens, of which n is the count of the token, `total` that of all, and N_r of the tokens counted r times:
 *
 *     p_k = (n - D_k(n) + (D_k(1) N_1 + D_k(2) N_2 + D_k(3) N_3+) p_{k-1}) / total,   p_{-1} = 1 / V
 *
 * D_k(0) = 0 and D_k(n) = D_k(3) for n > 3. What the counts give up, the shorter context distributes: the sum stays 1.
 * Counts of the longest context are occurrences; of the others, distinct tokens before. */
typedef struct CountLevel {
    uint32_t n, total, kinds[3];
} CountLevel;

enum { COUNT_LEVELS = SORTED_DEPTH + 1 };   /* contexts of 0 .. SORTED_DEPTH tokens */

typedef struct Discounts {
    double of[COUNT_LEVELS][3];
    int    order;                           /* tokens of the longest context: those of an n-gram less 1 */
    int    V;
} Discounts;

/* Which of three discounts a count n > 0 has. */
static inline int discount_kind(uint32_t n) { return n < 3 ? (int)n - 1 : 2; }

/* The share that shorter contexts have, and p_k of a token from p_{k-1}. */
static inline double discount_share(const CountLevel *l, const double d[3])
{
    return (d[0] * l->kinds[0] + d[1] * l->kinds[1] + d[2] * l->kinds[2]) / l->total;
}

/* What a token's own count gives it. */
static inline double discount_kept(const CountLevel *l, const double d[3])
{
    return l->n ? (l->n - d[discount_kind(l->n)]) / l->total : 0;
}

static inline double discount_step(const CountLevel *l, const double d[3], double lower)
{
    return discount_kept(l, d) + discount_share(l, d) * lower;
}

/* p of a token whose context has been seen up to levels[depth], depth <= d->order; -1: p_{-1}. */
double discount_probability(const Discounts *d, const CountLevel *levels, int depth);
#endif
