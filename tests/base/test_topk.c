#include "base/topk.h"
#include "check_main.h"
#include <math.h>
#include <string.h>

enum { N = 40 };

/* Small integers of both signs, with many ties. */
static void fill(double *x, int seed)
{
    unsigned s = (unsigned)seed + 1;
    for (int i = 0; i < N; i++) {
        s = s * 1664525 + 1013904223;
        x[i] = (double)(s >> 24) / 16 - 8;
        x[i] = floor(x[i]);
    }
}

/* The definition: the number of candidates ahead of i. */
static int rank_of(const double *x, int i, bool magnitude)
{
    int rank = 0;
    for (int j = 0; j < N; j++) {
        double a = magnitude ? fabs(x[j]) : x[j], b = magnitude ? fabs(x[i]) : x[i];
        rank += a > b || (a == b && j < i);
    }
    return rank;
}

START_TEST(selection_is_the_definition_at_every_k)
{
    double x[N];
    fill(x, _i);
    for (int magnitude = 0; magnitude < 2; magnitude++)
        for (int k = 0; k <= N + 1; k++) {
            int index[N + 2], n = topk(x, N, k, magnitude, index);
            ck_assert_int_eq(n, k < N ? k : N);
            for (int i = 0; i < n; i++)
                ck_assert_int_eq(rank_of(x, index[i], magnitude), i);
        }
}
END_TEST

START_TEST(one_at_a_time_is_the_same_selection)
{
    double x[N];
    fill(x, _i);
    for (int k = 0; k <= N; k++) {
        int    index[N + 1], want[N], n = 0;
        double value[N + 1];
        index[k] = -7, value[k] = 0.5;
        for (int i = 0; i < N; i++)
            n = topk_add(index, value, n, k, i, x[i]);
        ck_assert_int_eq(n, topk(x, N, k, false, want));
        ck_assert(memcmp(index, want, (size_t)n * sizeof *want) == 0);
        for (int i = 0; i < n; i++)
            ck_assert(value[i] == x[index[i]]);
        ck_assert(index[k] == -7 && value[k] == 0.5);
    }
}
END_TEST

START_TEST(order_is_by_size_then_index)
{
    int       order[5];
    const int want[] = { 1, 3, 2, 0, 4 };
    ck_assert_int_eq(topk((double[]){ 0.1, 0.3, 0.2, 0.3, 0.1 }, 5, 5, false, order), 5);
    ck_assert(memcmp(order, want, sizeof want) == 0);
}
END_TEST

START_TEST(nan_is_last)
{
    const double x[] = { NAN, -INFINITY, NAN, 2, INFINITY };
    const int    want[] = { 4, 3, 1, 0, 2 };
    int          order[5], added[5], n = 0;
    double       value[5];
    topk(x, 5, 5, false, order);
    for (int i = 0; i < 5; i++)
        n = topk_add(added, value, n, 5, i, x[i]);
    ck_assert(memcmp(order, want, sizeof want) == 0 && memcmp(added, want, sizeof want) == 0);
}
END_TEST

CHECK_MAIN("topk", LOOP(selection_is_the_definition_at_every_k, 0, 8), LOOP(one_at_a_time_is_the_same_selection, 0, 8),
           TEST(order_is_by_size_then_index), TEST(nan_is_last))
