/* Ops on a tape of bfloat16 products against the same on a tape of floats: values and gradients are near, and
 * not the same. */
#include "check_main.h"
#include "engine/ops.h"
#include "kernel/bf16.h"
#include "kernel/pool.h"
#include <math.h>
#include <string.h>

/* A tape and its inputs. */
typedef struct Bed {
    Err    err;
    Arena  nodes, mem;
    Tape   tape;
    Tensor *in[3];
} Bed;

static uint32_t state;

static real number(void)
{
    state = state * 1664525u + 1013904223u;
    return (real)(state >> 8) / (real)(1 << 23) - 1;
}

static void open(Bed *b, bool bf16)
{
    *b = (Bed){ 0 };
    state = 1;
    kernel_use(NULL);
    if (!kernel_bf16(kernel))
        kernel_use("ref");
    ck_assert(arena_init(&b->nodes, 1 << 14, &b->err) && arena_init(&b->mem, 1 << 21, &b->err));
    b->tape = (Tape){ .nodes = &b->nodes, .mem = &b->mem, .err = &b->err, .keep = true, .bf16 = bf16 };
}

static void shut(Bed *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

static Tensor *input(Bed *b, int rank, const int *dim)
{
    Tensor *x = tape_leaf(&b->tape, rank, dim);
    ck_assert_msg(x != NULL, "%s", b->err.msg);
    for (size_t i = 0; i < tensor_len(x); i++)
        x->val[i] = number();
    return x;
}

/* Backward from a weighted sum, with a different weight for each element. */
static void back(Bed *b, Tensor *y)
{
    ck_assert_msg(y != NULL, "%s", b->err.msg);
    y->grad = arena_new(&b->mem, real, tensor_len(y));
    ck_assert_ptr_nonnull(y->grad);
    for (size_t i = 0; i < tensor_len(y); i++)
        y->grad[i] = number();
    y->has_grad = true;
    for (int i = 0; i < 3; i++)
        if (b->in[i])
            b->in[i]->has_grad = false;
    y->op->backward(y);
}

/* The root mean square of the difference, relative to that of the reference; 0 if all are equal. */
static double apart(const real *x, const real *y, size_t n)
{
    double difference = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        difference += ((double)x[i] - (double)y[i]) * ((double)x[i] - (double)y[i]);
        squares += (double)y[i] * (double)y[i];
    }
    return sqrt(difference / squares);
}

/* Rounding changes each of two factors by at most 2^-9 of its value. */
static void compare(const char *what, const real *x, const real *y, size_t n)
{
    double d = apart(x, y, n);
    ck_assert_msg(d > 0 && d < 0.01, "%s: %g", what, d);
}

static void near(const Bed *a, const Tensor *x, const Bed *b, const Tensor *y)
{
    compare("value", x->val, y->val, tensor_len(y));
    for (int i = 0; i < 2 && b->in[i]; i++)
        compare(i ? "gradient of the weight" : "gradient of the input", a->in[i]->grad, b->in[i]->grad,
                tensor_len(b->in[i]));
}

static Tensor *linear_on(Bed *b, bool bf16, int m, int n, int k)
{
    open(b, bf16);
    b->in[0] = input(b, 2, (int[]){ m, k });
    b->in[1] = input(b, 2, (int[]){ n, k });
    b->in[2] = input(b, 1, (int[]){ n });
    Tensor *y = linear(&b->tape, b->in[0], b->in[1], b->in[2]);
    back(b, y);
    return y;
}

START_TEST(linear_is_near)
{
    static const int sizes[][3] = { { 7, 5, 9 }, { 65, 50, 33 }, { 30, 100, 64 } };
    Bed     a, b;
    Tensor *x = linear_on(&a, true, sizes[_i][0], sizes[_i][1], sizes[_i][2]);
    Tensor *y = linear_on(&b, false, sizes[_i][0], sizes[_i][1], sizes[_i][2]);
    near(&a, x, &b, y);
    ck_assert_mem_eq(a.in[2]->grad, b.in[2]->grad, tensor_len(b.in[2]) * sizeof(real)); /* a sum of floats */
    shut(&a);
    shut(&b);
}
END_TEST

static Tensor *attention_on(Bed *b, bool bf16, int T, int D, real p)
{
    open(b, bf16);
    b->in[0] = input(b, 3, (int[]){ 2, T, 3 * 2 * D });
    Tensor *y = attention(&b->tape, b->in[0], 2, p, 7);
    back(b, y);
    return y;
}

START_TEST(attention_is_near)
{
    static const int sizes[][2] = { { 3, 5 }, { 16, 8 }, { 33, 12 }, { 50, 49 } };
    Bed     a, b;
    real    p = _i % 2 ? (real)0.3 : 0;
    Tensor *x = attention_on(&a, true, sizes[_i / 2][0], sizes[_i / 2][1], p);
    Tensor *y = attention_on(&b, false, sizes[_i / 2][0], sizes[_i / 2][1], p);
    near(&a, x, &b, y);
    shut(&a);
    shut(&b);
}
END_TEST

/* Without bfloat16 kernels the ops fail when they are pushed. */
START_TEST(without_bf16_kernels_the_op_fails)
{
    Bed b;
    open(&b, true);
    for (int i = 0, found = 0; kernel_at(i) && !found; i++)
        if (!kernel_bf16(kernel_at(i))) {
            found = 1;
            kernel = kernel_at(i);
            Tensor *x = input(&b, 3, (int[]){ 1, 4, 12 }), *w = input(&b, 2, (int[]){ 3, 12 });
            ck_assert_ptr_null(_i ? attention(&b.tape, x, 2, 0, 0) : linear(&b.tape, x, w, NULL));
            ck_assert_ptr_nonnull(strstr(b.err.msg, "cannot multiply in bfloat16"));
        }
    shut(&b);
}
END_TEST

CHECK_MAIN("precision", LOOP(linear_is_near, 0, 3), LOOP(attention_is_near, 0, 8),
           LOOP(without_bf16_kernels_the_op_fails, 0, 2))
