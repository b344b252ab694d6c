/* The error about a non-finite number names the tensor where it first appeared. */
#include "train/nonfinite.h"
#include "base/rng.h"
#include "check_main.h"
#include <math.h>
#include <string.h>

enum { T = 4 };

static const Config config = {
    .vocab = 5, .context = T, .channels = 6, .layers = 2, .heads = 2, .bias = true,
};

typedef struct Subject {
    Err    err;
    Arena  nodes, mem;
    Gpt    g;
    Tape   tape;
    Tensor *loss;
} Subject;

static void start(Subject *s)
{
    static int ids[T] = { 1, 0, 4, 2 }, targets[T] = { 0, 4, 2, 3 };
    *s = (Subject){ .tape = { .nodes = &s->nodes, .mem = &s->mem, .err = &s->err } };
    ck_assert(arena_init(&s->nodes, gpt_nodes_bytes(&config), &s->err));
    ck_assert(arena_init(&s->mem, 1 << 20, &s->err));
    ck_assert(gpt_init(&s->g, &config, &s->nodes, &s->err));
    ck_assert(params_alloc(&s->g.params, PARAMS_GRADIENTS, &s->nodes, &s->mem, &s->err));
    params_start(&s->g.params, 1);
    s->loss = gpt_forward(&s->g, &s->tape, &(GptPass){ .B = 1, .T = T, .ids = ids, .targets = targets }).loss;
    ck_assert_msg(s->loss && tape_backward(&s->tape, s->loss), "%s", s->err.msg);
}

static void end(Subject *s)
{
    arena_free(&s->nodes);
    arena_free(&s->mem);
}

/* The error contains `word` and no flag: flags are the command's to name. */
static void expect(const Subject *s, const char *word)
{
    ck_assert_msg(strstr(s->err.msg, word) != NULL, "'%s' is not in: %s", word, s->err.msg);
    ck_assert_msg(strstr(s->err.msg, "finite") && !strstr(s->err.msg, "--"), "%s", s->err.msg);
}

/* Any element of any parameter, the first and the last, NaN and infinity. */
START_TEST(a_parameter_is_named)
{
    Subject s;
    start(&s);
    for (int i = 0; i < s.g.params.n; i++) {
        Param *p = &s.g.params.list[i];
        real *x = &p->tensor.val[i % 2 ? p->len - 1 : 0], kept = *x;
        *x = i % 3 ? (real)NAN : (real)-INFINITY;
        s.err = (Err){ 0 };
        ck_assert(!nonfinite_in_forward(&s.g, &s.tape, &s.err));
        expect(&s, p->name);
        *x = kept;
    }
    end(&s);
}
END_TEST

START_TEST(the_first_parameter_is_named)
{
    Subject s;
    start(&s);
    s.g.params.val[0] = (real)NAN;
    params_find(&s.g.params, "lm_head.weight")->tensor.val[0] = (real)NAN;
    ck_assert(!nonfinite_in_forward(&s.g, &s.tape, &s.err));
    expect(&s, s.g.params.list[0].name);
    ck_assert_ptr_null(strstr(s.err.msg, "lm_head"));
    end(&s);
}
END_TEST

/* A NaN in the result of an op is reported with the parameter read last before it. */
START_TEST(a_result_is_named_with_its_position)
{
    static const struct { const char *reads, *op; } rows[] = {
        { "h.0.attn.c_attn.weight", "linear" }, { "h.1.mlp.c_proj.weight", "linear" },
        { "h.1.ln_1.weight", "norm" },
    };
    Subject s;
    start(&s);
    const Tensor *w = &params_find(&s.g.params, rows[_i].reads)->tensor;
    Tensor *y = s.tape.first;
    while (y && !(y->in[0] == w || y->in[1] == w))
        y = y->next;
    ck_assert_ptr_nonnull(y);
    y->val[tensor_len(y) - 1] = (real)INFINITY;
    y->next->val[0] = (real)NAN;                                        /* results computed from it are not reported */
    ck_assert(!nonfinite_in_forward(&s.g, &s.tape, &s.err));
    expect(&s, rows[_i].reads);
    expect(&s, rows[_i].op);
    end(&s);
}
END_TEST

START_TEST(a_gradient_is_named)
{
    Subject s;
    start(&s);
    Param *p = params_find(&s.g.params, "h.1.mlp.c_fc.bias");
    p->tensor.grad[p->len - 1] = (real)NAN;
    ck_assert(!nonfinite_in_gradients(&s.g, &s.err));
    expect(&s, "gradient of h.1.mlp.c_fc.bias");
    end(&s);
}
END_TEST

/* Finite numbers with infinite squares are reported, too. */
START_TEST(squares_of_finite_numbers_overflow)
{
    Subject s;
    start(&s);
    ck_assert(!nonfinite_in_gradients(&s.g, &s.err));
    expect(&s, "squared and summed");
    s.err = (Err){ 0 };
    ck_assert(!nonfinite_in_forward(&s.g, &s.tape, &s.err));
    expect(&s, "the loss is not finite");
    end(&s);
}
END_TEST

CHECK_MAIN("nonfinite", TEST(a_parameter_is_named), TEST(the_first_parameter_is_named),
           LOOP(a_result_is_named_with_its_position, 0, 3), TEST(a_gradient_is_named),
           TEST(squares_of_finite_numbers_overflow))
