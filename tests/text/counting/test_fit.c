#include "base/rng.h"
#include "check_main.h"
#include "text/counting/fit.h"
#include <math.h>

enum { N = 4000, V = 50 };
static FitPoint points[N];

/* Counts that agree with each other as those of a text do: n <= total, and n is one of the kinds. */
static CountLevel made_up(uint64_t seed, uint64_t i)
{
    CountLevel l = { .n = (uint32_t)(rng_bits(seed, 1, i) % 6) };
    for (int r = 0; r < 3; r++)
        l.kinds[r] = (uint32_t)(rng_bits(seed, 2 + (uint64_t)r, i) % 4);
    if (l.n)
        l.kinds[discount_kind(l.n)]++;
    l.kinds[0] += l.kinds[0] + l.kinds[1] + l.kinds[2] == 0;
    l.total = l.kinds[0] + 2 * l.kinds[1] + 4 * l.kinds[2] + (l.n > 3 ? l.n - 4 : 0);
    return l;
}

static void make(void)
{
    for (size_t i = 0; i < N; i++) {
        points[i].depth = (int)(rng_bits(7, 0, i) % 4);
        for (int k = 0; k <= points[i].depth; k++) {
            points[i].distinct[k] = made_up(10 + (uint64_t)k, i);
            points[i].often[k] = made_up(20 + (uint64_t)k, i);
        }
    }
}

static double loss(const Discounts *d)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++) {
        CountLevel l[COUNT_LEVELS];
        int depth = points[i].depth < d->order ? points[i].depth : d->order;
        for (int k = 0; k <= depth; k++)
            l[k] = k < d->order ? points[i].distinct[k] : points[i].often[k];
        sum -= log(discount_probability(d, l, depth));
    }
    return sum / N;
}

/* No discount can be changed for the better. */
START_TEST(a_minimum)
{
    Discounts d;
    make();
    ck_assert(fit_discounts(&d, points, N, V));
    double best = loss(&d);
    for (int k = 0; k <= d.order; k++)
        for (int r = 0; r < 3; r++)
            for (int up = -1; up <= 1; up += 2) {
                Discounts e = d;
                e.of[k][r] = fmin(fmax(e.of[k][r] + 0.03 * up, 1 / 64.0), r + 1);
                ck_assert_msg(loss(&e) > best - 2e-5, "order %d, discount %d %d: %.9g, not %.9g", d.order, k, r, best,
                              loss(&e));
            }
}
END_TEST

/* Longer contexts that no point has change nothing, and one that helps all points is taken. */
START_TEST(the_lowest_of_equal_orders)
{
    Discounts d;
    make();
    for (size_t i = 0; i < N; i++) {
        points[i].depth = _i;
        for (int k = 0; k <= _i; k++)
            points[i].often[k] = points[i].distinct[k] = (CountLevel){ 9u << k, 10u << k, { 1u << k, 0, 1 } };
    }
    ck_assert(fit_discounts(&d, points, N, V));
    ck_assert_int_eq(d.order, _i);
}
END_TEST

START_TEST(without_points)
{
    Discounts d;
    ck_assert(fit_discounts(&d, NULL, 0, V));
    ck_assert(d.order == 2 && d.V == V && d.of[1][2] == 1.5);
}
END_TEST

CHECK_MAIN("fit", TEST(a_minimum), LOOP(the_lowest_of_equal_orders, 0, 4), TEST(without_points))
