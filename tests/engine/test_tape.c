#include "check_main.h"
#include "model/gpt.h"
#include "engine/op_row.h"
#include <stdio.h>
#include <string.h>

/* A tape with enough memory for all tests here. */
typedef struct Bench {
    Err   err;
    Arena nodes, mem;
    Tape  t;
} Bench;

static void bench_start(Bench *b)
{
    *b = (Bench){ 0 };
    ck_assert(arena_init(&b->nodes, 1 << 16, &b->err) && arena_init(&b->mem, 1 << 16, &b->err));
    b->t = (Tape){ .nodes = &b->nodes, .mem = &b->mem, .err = &b->err, .keep = true };
}

static void bench_end(Bench *b)
{
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

static Tensor *leaf(Tape *t, const char *shape)
{
    Tensor *x = op_leaf(t, shape);
    if (x)
        op_fill(x->val, tensor_len(x), 1, 1);
    return x;
}

/* Nested pushes continue unchecked, and the first error is the one reported. */
START_TEST(errors_stick)
{
    Bench b;
    bench_start(&b);
    Tensor *x = leaf(&b.t, "3x5"), *loss = sum(&b.t, x);
    size_t  mem = b.mem.used;
    ck_assert_ptr_null(sum(&b.t, gelu(&b.t, add(&b.t, x, matmul(&b.t, x, x)))));
    ck_assert_str_eq(b.err.msg, "matmul: cannot multiply [3,5] by [3,5]");
    ck_assert_ptr_null(add(&b.t, x, x));
    ck_assert_ptr_null(tape_leaf(&b.t, 0, NULL));
    ck_assert(!tape_backward(&b.t, loss));
    ck_assert_str_eq(b.err.msg, "matmul: cannot multiply [3,5] by [3,5]");
    ck_assert(!x->has_grad);
    ck_assert_uint_eq(b.mem.used, mem);
    ck_assert_ptr_eq(b.t.last, loss);
    bench_end(&b);
}
END_TEST

START_TEST(a_missing_input_is_named)
{
    Bench b;
    bench_start(&b);
    ck_assert_ptr_null(linear(&b.t, leaf(&b.t, "3"), NULL, NULL));
    ck_assert_str_eq(b.err.msg, "linear: input 2 of 2 is missing");
    bench_end(&b);
}
END_TEST

START_TEST(backward_needs_a_scalar)
{
    Bench b;
    bench_start(&b);
    ck_assert(!tape_backward(&b.t, gelu(&b.t, leaf(&b.t, "3x1"))));
    ck_assert_str_eq(b.err.msg, "backward needs a scalar to start from, not a tensor of shape [3,1]");
    bench_end(&b);
}
END_TEST

/* Without targets there is no loss; a leaf is not a result. */
START_TEST(backward_needs_a_result)
{
    Bench b;
    bench_start(&b);
    Tensor *x = leaf(&b.t, "");
    ck_assert(!tape_backward(&b.t, _i ? x : NULL));
    ck_assert_str_eq(b.err.msg, "backward needs the result of an operation to start from");
    bench_end(&b);
}
END_TEST

/* Lengths, rows and columns, and the shape as text. */
START_TEST(shapes_are_counted_and_printed)
{
    static const struct { const char *shape, *told; size_t len, rows, cols; } want[] = {
        { "", "[]", 1, 1, 1 }, { "5", "[5]", 5, 1, 5 }, { "3x5", "[3,5]", 15, 3, 5 }, 
        { "2x3x4x5", "[2,3,4,5]", 120, 24, 5 },
    };
    Bench b;
    char  s[64];
    bench_start(&b);
    for (int i = 0; i < 4; i++) {
        const Tensor *x = leaf(&b.t, want[i].shape);
        ck_assert_str_eq(tensor_str(x, s), want[i].told);
        ck_assert_uint_eq(tensor_len(x), want[i].len);
        ck_assert_uint_eq(tensor_rows(x), want[i].rows);
        ck_assert_uint_eq(tensor_cols(x), want[i].cols);
        ck_assert(tensor_same_shape(x, leaf(&b.t, want[i].shape)));
        ck_assert(!tensor_same_shape(x, leaf(&b.t, want[(i + 1) % 4].shape)));
    }
    bench_end(&b);
}
END_TEST

/* loss = sum(gelu(x)); an unused branch, before or after the loss, does not affect dx. */
START_TEST(unused_branches_get_no_gradient)
{
    Bench b;
    real  want[15];
    bench_start(&b);
    b.t.keep = _i;
    Tensor *x = leaf(&b.t, "3x5"), *alone = leaf(&b.t, "3x5"), *beside = leaf(&b.t, "3x5");
    ck_assert(tape_backward(&b.t, sum(&b.t, gelu(&b.t, alone))));
    memcpy(want, alone->grad, sizeof want);
    Tensor *before = scale(&b.t, add(&b.t, x, beside), 7);
    Tensor *loss = sum(&b.t, gelu(&b.t, x)), *after = scale(&b.t, loss, 3);
    ck_assert(tape_backward(&b.t, loss));
    ck_assert(memcmp(want, x->grad, sizeof want) == 0);
    ck_assert(x->has_grad && !beside->has_grad && !before->has_grad && !after->has_grad);
    ck_assert(!before->grad && !after->grad);
    bench_end(&b);
}
END_TEST

/* A tensor used three times sums the three gradients; leaves accumulate over passes. */
START_TEST(gradients_of_all_uses_are_added)
{
    Bench b;
    bench_start(&b);
    b.t.keep = _i;
    Tensor *x = leaf(&b.t, "5"), *y = scale(&b.t, x, 2);
    Tensor *z = add(&b.t, add(&b.t, y, scale(&b.t, y, 10)), scale(&b.t, y, 100));
    ck_assert(tape_backward(&b.t, sum(&b.t, z)));
    for (int i = 0; i < 5; i++)
        ck_assert(x->grad[i] == 222);
    ck_assert(tape_backward(&b.t, sum(&b.t, scale(&b.t, x, 3))));
    for (int i = 0; i < 5; i++)
        ck_assert(x->grad[i] == 225);
    bench_end(&b);
}
END_TEST

/* Editing a value and replaying from there equals computing with that value. */
START_TEST(replay_follows_a_change)
{
    Bench b;
    bench_start(&b);
    Tensor *x = leaf(&b.t, "5"), *y = gelu(&b.t, x), *z = scale(&b.t, y, 3), *s = sum(&b.t, z);
    real    old = s->val[0], y0 = y->val[0];
    y->val[0] = 10;
    tape_replay(&b.t, y);
    ck_assert(y->val[0] == 10 && z->val[0] == 30);
    ck_assert_double_eq_tol((double)s->val[0], (double)old + 3 * (10 - (double)y0), 1e-12);
    tape_replay(&b.t, NULL);
    ck_assert(y->val[0] == y0 && s->val[0] == old);
    x->val[4] += 1;
    tape_replay(&b.t, NULL);
    ck_assert(s->val[0] != old && y->val[0] == y0);
    bench_end(&b);
}
END_TEST

/* --- The memory of whole models ------------------------------------------------------------- */

typedef struct Case {
    Config config;
    int    B, T;
    real   dropout;
    bool   trace, keep, lean;
} Case;

#define SIZES(v, t, c, l, h) .vocab = (v), .context = (t), .channels = (c), .layers = (l), .heads = (h)

static const Case cases[] = {
    { { SIZES(7, 5, 6, 1, 2), .bias = true, .positions = POSITIONS_LEARNED }, 2, 5, 0, false, false, false },
    { { SIZES(7, 5, 6, 1, 2), .bias = true, .positions = POSITIONS_LEARNED }, 2, 5, 0, false, true, false },
    { { SIZES(7, 5, 6, 1, 2), .tied = true, .positions = POSITIONS_LEARNED }, 2, 4, (real)0.3, true, true, false },
    { { SIZES(11, 9, 15, 3, 5), .bias = true, .positions = POSITIONS_LEARNED }, 3, 7, (real)0.1, false, false, false },
    { { SIZES(1, 1, 1, 1, 1), .bias = true, .positions = POSITIONS_LEARNED }, 1, 1, 0, true, false, false },
    { { SIZES(65, 40, 24, 4, 3), .bias = true, .tied = true, .positions = POSITIONS_LEARNED },
      2, 37, 0, false, false, false },
    { { SIZES(5, 33, 8, 70, 1), .positions = POSITIONS_LEARNED }, 1, 33, (real)0.2, true, false, false },
    { { SIZES(5, 33, 8, 2, 1), .bias = true, .positions = POSITIONS_NONE }, 1, 33, 0, false, false, false },
    { { SIZES(9, 20, 24, 3, 2), .positions = POSITIONS_ROTARY, .norm = NORM_RMS, .activation = ACTIVATION_RELU2,
      .embed_norm = true,
      .qk_norm = true, .value_mix = true, .char_mix = 3 },
      2, 20, (real)0.1, false, false, false },
    { { SIZES(9, 20, 24, 3, 2), .positions = POSITIONS_ROTARY, .norm = NORM_RMS, .activation = ACTIVATION_RELU2,
      .embed_norm = true,
      .qk_norm = true, .value_mix = true, .char_mix = 3 },
      2, 20, (real)0.1, true, true, false },
    { { SIZES(11, 9, 15, 3, 5), .bias = true, .positions = POSITIONS_LEARNED }, 3, 7, 0, .lean = true },
    { { SIZES(9, 20, 24, 3, 2), .positions = POSITIONS_ROTARY, .norm = NORM_RMS, .activation = ACTIVATION_RELU2,
      .embed_norm = true,
      .qk_norm = true, .value_mix = true, .char_mix = 3 },
      2, 20, (real)0.1, .lean = true },
};
enum { N_CASES = sizeof cases / sizeof *cases };

typedef struct Model {
    Err      err;
    Arena    nodes, mem;
    Gpt      gpt;
    Tape     t;
    GptBlockActs layers[70];
    int      ids[80], targets[80];
} Model;

/* The model's parameters and one forward and backward pass, in the given arenas. */
static bool pass(Model *m, const Case *c)
{
    GptTrace trace = { .layers = m->layers };
    GptPass  p = { .B = c->B, .T = c->T, .ids = m->ids, .targets = m->targets, .dropout = c->dropout, .key = 9,
                   .trace = c->trace ? &trace : NULL };
    for (int i = 0; i < c->B * c->T; i++) {
        m->ids[i] = i * i % c->config.vocab;
        m->targets[i] = (i + 2) % c->config.vocab;
    }
    m->err = (Err){ 0 };
    m->t = (Tape){ .nodes = &m->nodes, .mem = &m->mem, .err = &m->err, .keep = c->keep,
                    .lean = c->lean };
    if (!gpt_init(&m->gpt, &c->config, &m->nodes, &m->err) ||
        !params_alloc(&m->gpt.params, PARAMS_GRADIENTS, &m->nodes, &m->mem, &m->err))
        return false;
    if (!m->mem.counting)
        params_start(&m->gpt.params, 3);
    GptOut out = gpt_forward(&m->gpt, &m->t, &p);
    return tape_backward(&m->t, out.loss);
}

/* Bytes of nodes and of numbers that the case takes, by a dry run. */
static void dry_run(Model *m, const Case *c, size_t *nodes, size_t *mem)
{
    ck_assert(arena_init(&m->nodes, gpt_nodes_bytes(&c->config), &m->err));
    arena_count(&m->mem);
    ck_assert_msg(pass(m, c), "%s", m->err.msg);
    *nodes = m->nodes.used;
    *mem = m->mem.used;
    arena_free(&m->nodes);
}

static bool real_run(Model *m, const Case *c, size_t nodes, size_t mem)
{
    ck_assert(arena_init(&m->nodes, nodes, &m->err) && arena_init(&m->mem, mem, &m->err));
    memset(m->mem.base, 0xff, mem);
    return pass(m, c);
}

static void forget(Model *m)
{
    arena_free(&m->nodes);
    arena_free(&m->mem);
}

START_TEST(dry_run_measures_memory_exactly)
{
    static Model m;
    size_t nodes, mem;
    dry_run(&m, &cases[_i], &nodes, &mem);
    ck_assert_msg(real_run(&m, &cases[_i], nodes, mem), "%s", m.err.msg);
    ck_assert_uint_eq(m.mem.used, mem);
    ck_assert_uint_eq(m.nodes.used, nodes);
    ck_assert_ptr_null(params_not_finite(&m.gpt.params, m.gpt.params.grad));
    forget(&m);
    ck_assert(!real_run(&m, &cases[_i], nodes, mem - 64));
    forget(&m);
}
END_TEST

/* Reusing the memory of gradients, and releasing values and recomputing them, saves memory and changes no
 * bit. */
START_TEST(reuse_changes_no_gradient)
{
    static Model keeping, reusing, lean;
    size_t       nodes, mem;
    Case         c = cases[_i];
    c.keep = true;
    c.lean = false;
    dry_run(&keeping, &c, &nodes, &mem);
    ck_assert(real_run(&keeping, &c, nodes, mem));
    c.keep = false;
    ck_assert(real_run(&reusing, &c, nodes, mem));
    const Params *p = &keeping.gpt.params;
    ck_assert(memcmp(p->grad, reusing.gpt.params.grad, p->len * sizeof(real)) == 0);
    ck_assert_uint_lt(reusing.mem.used, keeping.mem.used);
    c.lean = true;
    ck_assert(real_run(&lean, &c, nodes, mem));
    ck_assert(memcmp(p->grad, lean.gpt.params.grad, p->len * sizeof(real)) == 0);
    ck_assert(lean.mem.used < reusing.mem.used || c.config.vocab == 1);
    for (Tensor *x = reusing.t.first; x; x = x->next)
        ck_assert(!x->grad && x->val);
    for (Tensor *x = lean.t.first; x; x = x->next)
        ck_assert(!x->grad && !x->val);
    forget(&keeping);
    forget(&reusing);
    forget(&lean);
}
END_TEST

/* With less memory than needed, at every size: an error sentence that says which memory, and no crash. */
START_TEST(too_little_memory_is_an_error)
{
    static Model m;
    size_t nodes, mem;
    dry_run(&m, &cases[_i], &nodes, &mem);
    for (int which = 0; which < 2; which++)
        for (size_t less = 64; less <= (which ? mem : nodes); less += 64) {
            bool ok = real_run(&m, &cases[_i], nodes - (which ? 0 : less), mem - (which ? less : 0));
            ck_assert_msg(!ok && strncmp(m.err.msg, "out of memory: ", 15) == 0, "%zu bytes less of %s: \"%s\"", less,
                          which ? "numbers" : "nodes", m.err.msg);
            forget(&m);
        }
}
END_TEST

CHECK_MAIN("tape", TEST(errors_stick), TEST(a_missing_input_is_named), TEST(backward_needs_a_scalar),
           LOOP(backward_needs_a_result, 0, 2), TEST(shapes_are_counted_and_printed),
           LOOP(unused_branches_get_no_gradient, 0, 2),
           LOOP(gradients_of_all_uses_are_added, 0, 2), TEST(replay_follows_a_change),
           LOOP(dry_run_measures_memory_exactly, 0, N_CASES), LOOP(reuse_changes_no_gradient, 0, N_CASES),
           LOOP(too_little_memory_is_an_error, 0, 4))
