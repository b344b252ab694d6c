/* Forward of the fast recipe's ops against their formulas, written with libm. test_grad checks backward. */
#include "check_main.h"
#include "engine/op_row.h"
#include <math.h>

static Err   err;
static Arena nodes, mem;
static Tape  t = { .nodes = &nodes, .mem = &mem, .err = &err };

static Tensor *leaf(const char *shape, double spread)
{
    if (!mem.size)
        ck_assert(arena_init(&nodes, 1 << 16, &err) && arena_init(&mem, 1 << 20, &err));
    Tensor *x = op_leaf(&t, shape);
    op_fill(x->val, tensor_len(x), 17 + tensor_len(x), spread);
    return x;
}

static void near(double got, double want) { ck_assert_double_eq_tol(got, want, 1e-13); }

static double rms(const real *x, size_t n)
{
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        squares += (double)(x[i] * x[i]);
    return sqrt(squares / (double)n + 1e-5);
}

START_TEST(rms_norm_divides_by_the_root_of_the_mean_square)
{
    Tensor *x = leaf("2x3x7", 0.01), *w = leaf("7", 2), *y = rms_norm(&t, x, w), *z = rms_norm(&t, x, NULL);
    for (size_t i = 0; i < 42; i++) {
        near((double)z->val[i], (double)x->val[i] / rms(x->val + i / 7 * 7, 7));
        near((double)y->val[i], (double)(z->val[i] * w->val[i % 7]));
    }
}
END_TEST

START_TEST(relu2_squares_what_is_above_zero)
{
    Tensor *x = leaf("41", 3), *y = relu2(&t, x);
    x->val[0] = (real)NAN;
    y->op->forward(y);
    ck_assert(isnan(y->val[0]));
    for (size_t i = 1; i < 41; i++)
        near((double)y->val[i], x->val[i] > 0 ? (double)(x->val[i] * x->val[i]) : 0);
}
END_TEST

/* (B,T,3C) of 3 heads of 4; they have a gain each, or share one. */
START_TEST(qk_norm_normalizes_queries_and_keys)
{
    Tensor *x = leaf("2x2x36", 2), *gain = leaf(_i ? "1" : "3", 2), *y = qk_norm(&t, x, gain, 3);
    for (size_t i = 0; i < 4 * 36; i++) {
        size_t part = i % 36 / 12, h = i % 12 / 4;
        double want = (double)x->val[i];
        if (part < 2)
            want *= (part == 0 ? (double)gain->val[_i ? 0 : h] : 1) / rms(x->val + i / 4 * 4, 4);
        near((double)y->val[i], want);
    }
}
END_TEST

/* Two sequences of 5 positions, 2 heads of 6, the first position being _i. */
START_TEST(rotary_rotates_pairs_by_position)
{
    Tensor *x = leaf("2x5x36", 1), *y = rotary(&t, x, 2, _i);
    for (size_t i = 0; i < 10 * 36; i++) {
        size_t part = i % 36 / 12, d = i % 6, pair = d % 3, at = i - d + pair;
        double angle = ((double)(i / 36 % 5) + _i) * pow(10000, -2.0 * (double)pair / 6);
        double a = (double)x->val[at], b = (double)x->val[at + 3];
        double turned = d < 3 ? a * cos(angle) - b * sin(angle) : b * cos(angle) + a * sin(angle);
        ck_assert_double_eq_tol((double)y->val[i], part < 2 ? turned : (double)x->val[i], 1e-12);
    }
}
END_TEST

/* Tables grow with longer sequences; earlier tapes stay valid, and each head width has its own table. */
START_TEST(rotary_gives_the_same_on_every_tape)
{
    Tensor *x = leaf("1x3x12", 1), *wide = leaf("1x3x24", 1);
    Tensor *y = rotary(&t, x, 1, 2), *far = rotary(&t, x, 1, 500), *other = rotary(&t, wide, 1, 2);
    real    before = y->val[13], beyond = far->val[13], beside = other->val[13];
    rotary(&t, wide, 1, 900);
    tape_replay(&t, NULL);
    ck_assert(y->val[13] == before && far->val[13] == beyond && other->val[13] == beside && before != beyond);
}
END_TEST

START_TEST(value_mix_adds_the_first_layers_values)
{
    Tensor *x = leaf("2x2x9", 1), *first = leaf("2x2x9", 5), *w = leaf("2", 1), *y = value_mix(&t, x, first, w);
    op_fill(first->val, 36, 3, 1);
    y->op->forward(y);
    for (size_t i = 0; i < 36; i++)
        near((double)y->val[i],
             i % 9 < 6 ? (double)x->val[i] : (double)(w->val[0] * x->val[i] + w->val[1] * first->val[i]));
}
END_TEST

START_TEST(soft_cap_is_a_hyperbolic_tangent)
{
    Tensor *x = leaf("60", 100), *y = soft_cap(&t, x, 15);
    for (size_t i = 0; i < 60; i++)
        near((double)y->val[i], 15 * tanh((double)x->val[i] / 15));
}
END_TEST

CHECK_MAIN("op_values", TEST(rms_norm_divides_by_the_root_of_the_mean_square), TEST(relu2_squares_what_is_above_zero),
           LOOP(qk_norm_normalizes_queries_and_keys, 0, 2), LOOP(rotary_rotates_pairs_by_position, 0, 40),
           TEST(rotary_gives_the_same_on_every_tape), TEST(value_mix_adds_the_first_layers_values),
           TEST(soft_cap_is_a_hyperbolic_tangent))
