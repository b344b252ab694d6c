/* Training: it learns, a step depends on seed, step and text alone, and its measurements are right. */
#include "kernel/pool.h"
#include "scratch.h"
#include "train/train_case.h"

static bool same_values(const Run *a, const Run *b)
{
    const Params *p = &a->t.gpt.params, *q = &b->t.gpt.params;
    return p->len == q->len && memcmp(p->val, q->val, p->len * sizeof *p->val) == 0;
}

/* The loss of one window by the composed, traced forward pass, in separate memory. */
static double direct(Run *r, size_t at)
{
    static char room[1 << 22];
    Arena    nodes = { 0 }, mem = { .base = room, .size = sizeof room };
    GptBlockActs layers[4];
    GptTrace trace = { .layers = layers };
    int      ids[T], targets[T];
    ck_assert(arena_init(&nodes, 1 << 17, &r->err));
    for (size_t i = 0; i < T; i++) {
        ids[i] = r->tokens[at + i];
        targets[i] = r->tokens[at + i + 1];
    }
    Tape    tape = { .nodes = &nodes, .mem = &mem, .err = &r->err };
    Tensor *loss = gpt_forward(&r->t.gpt, &tape, &(GptPass){ .B = 1, .T = T, .ids = ids, .targets = targets,
                                                              .trace = &trace }).loss;
    ck_assert_msg(loss != NULL, "%s", r->err.msg);
    double value = (double)loss->val[0];
    arena_free(&nodes);
    return value;
}

/* --- Learning --- */

START_TEST(learns_a_cyclic_text)
{
    Run r;
    TrainSettings s = settings();
    double before, after;
    start(&r, &plain, &s, fill_cycle);
    ck_assert(trainer_validate(&r.t, true, &before, &r.err));
    ck_assert_double_eq_tol(before, log(V), 0.1);
    LogRow first = step(&r), last = first;
    for (int i = 1; i < 60; i++)
        last = step(&r);
    ck_assert_double_eq_tol(first.train_loss, log(V), 0.1);
    ck_assert_double_lt(last.train_loss, 0.1);
    ck_assert(trainer_validate(&r.t, true, &after, &r.err));
    ck_assert_msg(after < 0.1, "%g: another character than the next one was learned", after);
    end(&r);
}
END_TEST

START_TEST(a_row_reports_the_progress)
{
    Run r;
    TrainSettings s = settings();
    s.accumulate = 3;
    s.warmup = 2;
    start(&r, &plain, &s, fill_random);
    LogRow one = step(&r), two = step(&r), three = step(&r);
    ck_assert_int_eq(one.step, 1);
    ck_assert_int_eq(three.step, 3);
    ck_assert_double_eq(two.tokens, 2 * 3 * 4 * T);
    ck_assert_double_eq_tol(two.epoch, two.tokens / (double)r.text.n_train, 1e-12);
    ck_assert_double_eq_tol(one.lr, s.lr / 3, 1e-12);
    ck_assert_double_eq_tol(two.lr, s.lr * 2 / 3, 1e-12);
    ck_assert_double_gt(three.lr, s.min_lr);
    ck_assert(isnan(one.val_loss));
    double parts = one.grad_embedding * one.grad_embedding + one.grad_qkv * one.grad_qkv +
                   one.grad_attention_out * one.grad_attention_out + one.grad_mlp * one.grad_mlp +
                   one.grad_output * one.grad_output;
    ck_assert_double_gt(one.grad_norm * one.grad_norm, parts);          /* the norms' share is left */
    ck_assert_double_lt(one.grad_norm * one.grad_norm, parts * 1.5);
    end(&r);
}
END_TEST

/* --- Determinism --- */

START_TEST(the_same_seed_gives_the_same_bits)
{
    static Run a, b;
    Config c;
    TrainSettings s;
    double loss;
    variant(_i, &c, &s);
    start(&a, &c, &s, fill_random);
    start(&b, &c, &s, fill_random);
    for (int i = 0; i < 4; i++) {
        step(&a);
        ck_assert(trainer_validate(&b.t, i % 2, &loss, &b.err));        /* validation changes nothing */
        ck_assert(trainer_rehearse(&b.t, &b.err));
        step(&b);
    }
    ck_assert(same_values(&a, &b));
    ck_assert_double_eq(a.ck.state.train_loss, b.ck.state.train_loss);
    end(&a);
    end(&b);
}
END_TEST

/* Windows and dropout depend on the seed and on the step; the initialization stays the same. */
START_TEST(another_seed_or_step_gives_other_windows)
{
    static Run a, b;
    TrainSettings s = settings(), other = s;
    other.seed = 4;
    start(&a, &plain, &s, fill_random);
    start(&b, &plain, &other, fill_random);
    params_start(&b.t.gpt.params, s.seed);
    ck_assert(same_values(&a, &b));
    ck_assert_double_ne(step(&a).train_loss, step(&b).train_loss);
    end(&a);
    end(&b);
    s.lr = s.min_lr = s.weight_decay = 0;                               /* no change but the step */
    start(&a, &plain, &s, fill_random);
    ck_assert_double_ne(step(&a).train_loss, step(&a).train_loss);
    end(&a);
}
END_TEST

START_TEST(dropout_depends_on_seed_and_step)
{
    static Run a, b;
    TrainSettings s = settings(), other;
    s.lr = s.min_lr = s.weight_decay = 0;
    start(&a, &plain, &s, fill_same);
    ck_assert_double_eq(step(&a).train_loss, step(&a).train_loss);
    end(&a);
    s.dropout = 0.3;
    other = s;
    other.seed = 4;
    start(&a, &plain, &s, fill_same);
    start(&b, &plain, &other, fill_same);
    params_start(&b.t.gpt.params, s.seed);
    double first = step(&a).train_loss;
    ck_assert_double_ne(first, step(&a).train_loss);
    ck_assert_double_ne(first, step(&b).train_loss);
    end(&a);
    end(&b);
}
END_TEST

/* The model file of a run of `steps` steps, resumed after `middle` of them unless 0. */
static const char *run_to(const char *name, int i, int steps, int middle)
{
    static Run r;
    Config c;
    TrainSettings s;
    const char *path = scratch(name);
    variant(i, &c, &s);
    start(&r, &c, &s, fill_random);
    for (int n = 1; n <= steps; n++) {
        step(&r);
        if (n != middle)
            continue;
        ck_assert_msg(checkpoint_save(path, &r.ck, &r.t.gpt.params, &r.err), "%s", r.err.msg);
        end(&r);
        s.seed = 77;                                    /* overridden by the file */
        start(&r, &c, &s, fill_random);
        ck_assert_msg(checkpoint_open(&r.ck, path, &r.err), "%s", r.err.msg);
        ck_assert_msg(checkpoint_load(&r.ck, &r.t.gpt.params, &r.err), "%s", r.err.msg);
    }
    ck_assert_msg(checkpoint_save(path, &r.ck, &r.t.gpt.params, &r.err), "%s", r.err.msg);
    end(&r);
    if (middle)
        checkpoint_close(&r.ck);
    return path;
}

START_TEST(a_resumed_run_equals_an_uninterrupted_one)
{
    FileData whole = { 0 }, parts = { 0 }, shorter = { 0 };
    Err err = { 0 };
    ck_assert(file_read(run_to("whole", _i, 6, 0), &whole, &err));
    ck_assert(file_read(run_to("parts", _i, 6, 3), &parts, &err));
    ck_assert(file_read(run_to("shorter", _i, 5, 0), &shorter, &err));
    ck_assert_uint_eq(whole.len, parts.len);
    ck_assert_msg(memcmp(whole.p, parts.p, whole.len) == 0, "the model files differ");
    ck_assert(shorter.len != whole.len || memcmp(whole.p, shorter.p, whole.len) != 0);
    file_free(&whole);
    file_free(&parts);
    file_free(&shorter);
}
END_TEST

/* --- Gradients --- */

/* 4 passes of 3 draw the windows of one pass of 12: the gradients differ by rounding alone. */
START_TEST(accumulation_equals_a_larger_batch)
{
    static Run a, b;
    TrainSettings many = settings(), one = many;
    many.batch = 3;
    many.accumulate = 4;
    one.batch = 12;
    start(&a, &plain, &many, fill_random);
    start(&b, &plain, &one, fill_random);
    ck_assert(trainer_rehearse(&a.t, &a.err) && trainer_rehearse(&b.t, &b.err));
    const Params *p = &a.t.gpt.params, *q = &b.t.gpt.params;
    double apart = 0, length = 0;
    for (size_t i = 0; i < p->len; i++) {
        apart += pow((double)p->grad[i] - (double)q->grad[i], 2);
        length += pow((double)q->grad[i], 2);
    }
    ck_assert_double_gt(length, 0);
    double share = sqrt(apart / length);
    ck_assert_msg(share < 2e-6, "the gradients are %g of their length apart", share);
    ck_assert_double_eq_tol(step(&a).train_loss, step(&b).train_loss, 1e-6);
    end(&a);
    end(&b);
}
END_TEST

static double length_of(const real *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sqrt(sum);
}

/* After one step m is (1 - beta1) times the gradient given to the optimizer. */
START_TEST(a_large_gradient_is_clipped)
{
    static const double clips[] = { 0, 0.05, 1e9 };
    Run r;
    TrainSettings s = settings();
    s.clip = clips[_i];
    start(&r, &plain, &s, fill_random);
    double norm = step(&r).grad_norm, seen = length_of(r.t.gpt.params.m, r.t.gpt.params.len) / 0.1;
    ck_assert_double_gt(norm, 0.1);
    ck_assert_double_eq_tol(seen, _i == 1 ? 0.05 : norm, 1e-4 * norm);
    end(&r);
}
END_TEST

/* --- Validation --- */

START_TEST(validation_is_the_mean_over_all_windows)
{
    Run r;
    TrainSettings s = settings();
    s.dropout = 0.5;                                        /* only while training */
    start(&r, &plain, &s, fill_random);
    ck_assert_uint_eq(r.t.n_windows, 10);
    for (int i = 0; i < 20; i++)
        step(&r);
    double got, want = 0;
    for (size_t i = 0; i < 10; i++)
        want += direct(&r, r.text.n_train + i * T) / 10;
    ck_assert(trainer_validate(&r.t, true, &got, &r.err));
    ck_assert_double_eq_tol(got, want, 1e-5);
    end(&r);
}
END_TEST

/* A window is in the sample if changing its text changes the loss. */
START_TEST(a_sample_is_spread_evenly)
{
    Run r;
    TrainSettings s = settings();
    s.eval_every = _i;
    start(&r, &plain, &s, fill_random);
    size_t n = r.t.n_eval, windows = r.t.n_windows, taken = 0, last = 0;
    double before, after;
    ck_assert(n >= 1 && n < windows);
    ck_assert(trainer_validate(&r.t, false, &before, &r.err));
    for (size_t i = 0; i < windows; i++) {
        uint8_t *token = &r.tokens[r.text.n_train + i * T + T / 2];
        *token = (uint8_t)((*token + 1) % V);
        ck_assert(trainer_validate(&r.t, false, &after, &r.err));
        *token = (uint8_t)((*token + V - 1) % V);
        ck_assert_msg(i > 0 || after != before, "the first window is left out");
        if (after == before)
            continue;
        ck_assert_msg(i - last <= (windows + n - 1) / n, "nothing between windows %zu and %zu", last, i);
        last = i;
        taken++;
    }
    ck_assert_uint_eq(taken, n);
    ck_assert_msg(windows - last <= (windows + n - 1) / n, "nothing behind window %zu of %zu", last, windows);
    end(&r);
}
END_TEST

START_TEST(no_validation_text_no_loss)
{
    Run r;
    TrainSettings s = settings();
    double loss = 1;
    start(&r, &plain, &s, fill_random);
    end(&r);
    r.text.n_train = N;
    ck_assert(trainer_init(&r.t, &r.ck, &r.text, 0, &r.err));
    ck_assert(trainer_validate(&r.t, true, &loss, &r.err) && isnan(loss));
    end(&r);
}
END_TEST

/* Counts made before are taken over, and train to the same bits; a model without counts leaves them. */
START_TEST(counts_made_before_are_used)
{
    Run      a, b;
    Counting m;
    Config   c = plain;
    TrainSettings s = settings();
    c.counts = true;
    start(&a, &c, &s, fill_noisy);
    start(&b, &c, &s, fill_noisy);
    end(&b);
    ck_assert(counting_make(&m, &b.text, V, T, COUNTING_MOST));
    const uint32_t *at = m.sorted.at;
    b.ck.config.counts = false;
    ck_assert(trainer_init_counted(&b.t, &b.ck, &b.text, &m, 0, &b.err) && m.sorted.at == at);
    end(&b);
    b.ck.config.counts = true;
    ck_assert(trainer_init_counted(&b.t, &b.ck, &b.text, &m, 0, &b.err));
    ck_assert(b.t.prior.sorted.at == at && !m.sorted.at);
    trainer_begin(&b.t);
    step(&a);
    step(&b);
    ck_assert(same_values(&a, &b));
    end(&a);
    end(&b);
}
END_TEST

/* --- Matmuls in bfloat16 --- */

/* The validation loss after 200 steps. */
static double learned(int precision)
{
    Run r;
    TrainSettings s = settings();
    double loss;
    s.precision = precision, s.steps = 200, s.lr = 3e-3;
    start(&r, &plain, &s, fill_noisy);
    for (int i = 0; i < 200; i++)
        step(&r);
    ck_assert(trainer_validate(&r.t, true, &loss, &r.err));
    end(&r);
    return loss;
}

START_TEST(bf16_learns_as_well_as_float)
{
    double with = learned(PRECISION_BF16), without = learned(PRECISION_FLOAT);
    ck_assert_double_lt(without, log(V) - 0.2);
    ck_assert_double_eq_tol(with, without, 0.02);
    ck_assert_msg(with != without, "nothing was rounded");
}
END_TEST

/* A trainer after five steps of many rows, with the best kernels or ref; amx sums in a different order. */
static void five_steps(Run *r, int threads, bool ref)
{
    Config c = { SIZES(V, T, 48, 1, 2), .bias = true, .positions = POSITIONS_LEARNED };
    TrainSettings s = settings();
    s.precision = PRECISION_BF16, s.batch = 40;
    ck_assert(pool_start(threads, &r->err));
    start(r, &c, &s, fill_noisy);
    if (ref)
        kernel_use("ref");
    else if (kernel_bf16(kernel)->group > 1)
        kernel_use("avx512");
    for (int i = 0; i < 5; i++)
        step(r);
}

START_TEST(bf16_bits_are_the_same_on_any_threads_and_in_ref)
{
    static Run one, other;
    five_steps(&one, 1, false);
    five_steps(&other, _i, _i == 1);
    ck_assert(same_values(&one, &other));
    end(&one), end(&other);
    pool_stop();
}
END_TEST

CHECK_MAIN("trainer", TEST(learns_a_cyclic_text), TEST(a_row_reports_the_progress),
           LOOP(the_same_seed_gives_the_same_bits, 0, VARIANTS), TEST(another_seed_or_step_gives_other_windows),
           TEST(dropout_depends_on_seed_and_step), LOOP(a_resumed_run_equals_an_uninterrupted_one, 0, VARIANTS),
           TEST(accumulation_equals_a_larger_batch), LOOP(a_large_gradient_is_clipped, 0, 3),
           TEST(validation_is_the_mean_over_all_windows), LOOP(a_sample_is_spread_evenly, 1, 7),
           TEST(no_validation_text_no_loss), TEST(counts_made_before_are_used), TEST(bf16_learns_as_well_as_float),
           LOOP(bf16_bits_are_the_same_on_any_threads_and_in_ref, 1, 4))
