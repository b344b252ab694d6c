/* The fused op_attention against its composition of single ops, on two tapes. */
#include "check_main.h"
#include "kernel/kernel.h"
#include "kernel/pool.h"
#include "engine/op_row.h"
#include <math.h>
#include <string.h>

enum { MAX_T = 70, MEMORY = 8 << 20, CLASSES = 7 };

/* A shape, the dropout, and whether the gradient of qkv held a sum before. */
typedef struct Shape {
    int      B, T, H, D;
    real     p;
    uint64_t key;
    bool     held;
    const AttentionChange *change;
} Shape;

/* One of the two: y (B,T,C), and qkv with its gradient. */
typedef struct Way {
    Err     err;
    Arena   nodes, mem;
    Tape    t;
    Tensor *qkv, *weights, *y;
} Way;

static Tensor *in_steps(Way *w, const Shape *s)
{
    Tape   *t = &w->t;
    Tensor *q = split_heads(t, w->qkv, 0, s->H), *k = split_heads(t, w->qkv, 1, s->H);
    Tensor *v = split_heads(t, w->qkv, 2, s->H);
    real    factor = s->change && !isinf(s->change->factor) ? s->change->factor : 1;
    Tensor *scores = scale(t, matmul_nt(t, q, k), factor / (real)sqrt((double)s->D));
    w->weights = dropout(t, causal_softmax_changed(t, scores, s->change), s->p, s->key);
    return merge_heads(t, matmul(t, w->weights, v));
}

/* The loss is the cross-entropy of y times a random matrix, so that all elements of y have different gradients. */
static Tensor *random_loss(Tape *t, Tensor *y, int rows)
{
    static int targets[2 * MAX_T];
    Tensor    *w = y ? tape_leaf(t, 2, (int[]){ CLASSES, y->dim[2] }) : NULL;
    if (w)
        op_fill(w->val, tensor_len(w), 8, 2);
    for (int i = 0; i < rows; i++)
        targets[i] = i % CLASSES;
    return cross_entropy(t, linear(t, y, w, NULL), targets);
}

static void ways_init(Way *fused, Way *steps)
{
    *fused = *steps = (Way){ 0 };
    ck_assert(kernel_use(NULL) && pool_start(2, &fused->err));
    ck_assert(arena_init(&fused->nodes, 32768, &fused->err) && arena_init(&fused->mem, MEMORY, &fused->err));
    ck_assert(arena_init(&steps->nodes, 32768, &steps->err) && arena_init(&steps->mem, MEMORY, &steps->err));
}

static void ways_free(Way *fused, Way *steps)
{
    arena_free(&fused->nodes);
    arena_free(&fused->mem);
    arena_free(&steps->nodes);
    arena_free(&steps->mem);
    pool_stop();
}

/* Memory of the last shape is NaN until it is written. */
static void way_run(Way *w, const Shape *s, bool fused)
{
    memset(w->mem.base, 0xff, w->mem.used);
    w->nodes.used = w->mem.used = 0;
    w->t = (Tape){ .nodes = &w->nodes, .mem = &w->mem, .err = &w->err };
    w->qkv = tape_leaf(&w->t, 3, (int[]){ s->B, s->T, 3 * s->H * s->D });
    ck_assert(w->qkv != NULL);
    op_fill(w->qkv->val, tensor_len(w->qkv), 3, 2);
    op_fill(w->qkv->grad, tensor_len(w->qkv), 4, s->held ? 1 : (double)NAN);
    w->qkv->has_grad = s->held;
    w->y = fused ? attention_changed(&w->t, w->qkv, s->H, s->p, s->key, s->change) : in_steps(w, s);
    ck_assert_msg(tape_backward(&w->t, random_loss(&w->t, w->y, s->B * s->T)), "%s", w->err.msg);
}

/* Equal within 1e-12 of the number itself, or of a hundredth of the largest if that is more. */
static void expect_equal(const real *x, const real *y, size_t n, const char *what, const Shape *s)
{
    double top = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, fabs(y[i]));
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs(x[i] - y[i]) <= 1e-12 * fmax(fabs(y[i]), 0.01 * top),
                      "B %d T %d H %d D %d p %g: %s %zu is %.17g fused and %.17g in steps", s->B, s->T, s->H, s->D,
                      s->p, what, i, x[i], y[i]);
}

static void compare(Way *fused, Way *steps, const Shape *s)
{
    way_run(fused, s, true);
    way_run(steps, s, false);
    expect_equal(fused->y->val, steps->y->val, tensor_len(steps->y), "value", s);
    expect_equal(fused->qkv->grad, steps->qkv->grad, tensor_len(steps->qkv), "gradient", s);
}

static bool hidden[2 * MAX_T];
static const AttentionChange sharper = { 3, NULL }, hides = { 1, hidden }, hard = { (real)INFINITY, hidden };
static const AttentionChange *const changes[] = { NULL, NULL, &sharper, &hides, &hard };

/* Every length from 1 to 70 (blocks of queries end at 32 and 64), one to four heads. */
START_TEST(fused_equals_composed)
{
    Way fused, steps;
    ways_init(&fused, &steps);
    for (int i = 0; i < 2 * MAX_T; i++)
        hidden[i] = i % 3 == 0;
    for (int T = 1; T <= MAX_T; T++)
        for (int H = 1; H <= 4; H++) {
            Shape s = { 1 + T % 2, T, H, 1 + (T + 2 * H) % 9, 0, 0, T % 3 == 0, changes[_i] };
            if (_i == 1) {
                s.p = (real)(0.1 * H + 0.2);
                s.key = rng_bits(1, 2, (uint64_t)T);
            }
            compare(&fused, &steps, &s);
        }
    ways_free(&fused, &steps);
}
END_TEST

/* With v the identity matrix, y is the weights after dropout: exactly the same ones must be 0. */
START_TEST(the_same_weights_are_dropped)
{
    enum { T = 40 };
    Shape s = { 1, T, 1, T, (real)0.4, 123456789, false, NULL };
    Way   unused, w;
    int   dropped = 0;
    ways_init(&unused, &w);
    way_run(&w, &s, false);
    for (int i = 0; i < T; i++)
        for (int j = 0; j < T; j++)
            w.qkv->val[(i * 3 + 2) * T + j] = i == j;
    tape_replay(&w.t, NULL);
    Tensor *y = attention(&w.t, w.qkv, 1, s.p, s.key);
    for (int i = 0; i < T; i++)
        for (int j = 0; j <= i; j++) {
            ck_assert_msg((y->val[i * T + j] == 0) == (w.weights->val[i * T + j] == 0), "weight %d of query %d", j, i);
            dropped += y->val[i * T + j] == 0;
        }
    double share = dropped / (T * (T + 1) / 2.0);
    ck_assert_msg(share > 0.3 && share < 0.5, "%g dropped", share);
    ways_free(&unused, &w);
}
END_TEST

/* A hidden key has weight 0 in every row but its own, exactly, and a row's weights still add up to 1; hard weights are
 * 0, and 1 for the largest score. */
START_TEST(a_change_changes_the_weights)
{
    enum { T = 40 };
    const AttentionChange *c = changes[_i];
    Shape s = { 2, T, 1, T, 0, 0, false, c };
    Way   unused, w;
    ways_init(&unused, &w);
    for (int i = 0; i < 2 * MAX_T; i++)
        hidden[i] = i % 3 == 0;
    way_run(&w, &s, false);
    for (int i = 0; i < 2 * T; i++) {
        const real *a = w.weights->val + i * T, *score = w.weights->in[0]->val + i * T;
        double      sum = 0, top = -1e9;
        for (int j = 0; j <= i % T; j++) {
            bool gone = c->hidden && c->hidden[i / T * T + j] && j < i % T;
            ck_assert_msg((a[j] == 0) == gone || (!gone && isinf(c->factor)), "key %d of row %d", j, i);
            sum += (double)a[j];
            top = gone ? top : fmax(top, (double)score[j]);
        }
        for (int j = 0; j <= i % T && isinf(c->factor); j++)
            ck_assert(a[j] == 0 || (a[j] == 1 && (double)score[j] == top));
        ck_assert_double_eq_tol(sum, 1, 1e-12);
    }
    ways_free(&unused, &w);
}
END_TEST

/* Nothing at a later position may reach an earlier one, not even a NaN. */
START_TEST(the_future_is_masked)
{
    Shape s = { 1, 70, 2, 3, 0, 0, false, NULL };
    Way   w, unused;
    real  first[70 * 6];
    ways_init(&w, &unused);
    way_run(&w, &s, true);
    memcpy(first, w.y->val, sizeof first);
    for (int from = 69; from > 0; from -= 17) {
        for (int i = from * 18; i < 70 * 18; i++)
            w.qkv->val[i] = 1e3;
        w.y->op->forward(w.y);
        ck_assert(memcmp(first, w.y->val, (size_t)from * 6 * sizeof(real)) == 0);
        ck_assert(memcmp(first + from * 6, w.y->val + from * 6, 6 * sizeof(real)) != 0);
    }
    ways_free(&w, &unused);
}
END_TEST

CHECK_MAIN("attention", LOOP(fused_equals_composed, 0, 5), LOOP(a_change_changes_the_weights, 2, 5),
           TEST(the_same_weights_are_dropped), TEST(the_future_is_masked))
