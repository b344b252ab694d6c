/* Training that cannot continue reports why and changes nothing; memory is allocated once. */
#include "alloc_count.h"
#include "kernel/pool.h"
#include "train/train_case.h"

START_TEST(too_high_a_learning_rate_stops_and_names_the_tensor)
{
    Run r;
    TrainSettings s = settings();
    static real before[1 << 16];
    LogRow row;
    s.lr = s.min_lr = 1e9;
    s.weight_decay = 0;
    start(&r, &plain, &s, fill_random);
    const Params *p = &r.t.gpt.params;
    size_t bytes = p->len * sizeof *p->val;
    bool   going = true;
    ck_assert(bytes <= sizeof before);
    TrainState state;
    for (int i = 0; i < 50 && going; i++) {
        memcpy(before, p->val, bytes);
        state = r.ck.state;
        going = trainer_step(&r.t, 0, &row, &r.err);
    }
    ck_assert_msg(!going, "it trained on at a rate of 1e9");
    ck_assert_msg(strstr(r.err.msg, "finite") && !strstr(r.err.msg, "--"), "%s", r.err.msg);
    bool named = false;
    for (int i = 0; i < p->n; i++)
        named |= strstr(r.err.msg, p->list[i].name) != NULL;
    ck_assert_msg(named, "no tensor is named: %s", r.err.msg);
    ck_assert(memcmp(before, p->val, bytes) == 0);
    ck_assert(memcmp(&state, &r.ck.state, sizeof state) == 0);
    end(&r);
}
END_TEST

/* Huge output weights after a norm with tiny ones: the loss is finite, the norm's gradient is not. */
START_TEST(an_infinite_gradient_stops)
{
    static Run r;
    TrainSettings s = settings();
    LogRow row;
    start(&r, &plain, &s, fill_random);
    Param *head = params_find(&r.t.gpt.params, "lm_head.weight");
    Param *norm = params_find(&r.t.gpt.params, "ln_f.weight");
    for (size_t i = 0; i < head->len; i++)
        head->tensor.val[i] = (real)((i / 3) % 2 ? 1e38 : -1e38);
    for (size_t i = 0; i < norm->len; i++)
        norm->tensor.val[i] = (real)2e-38;
    ck_assert_msg(!trainer_step(&r.t, 0, &row, &r.err), "a gradient of %g", row.grad_norm);
    ck_assert_msg(strstr(r.err.msg, "the gradient of") && strstr(r.err.msg, "not finite"), "%s", r.err.msg);
    ck_assert_int_eq(r.ck.state.step, 0);
    ck_assert_double_eq(norm->tensor.val[0], (real)2e-38);
    end(&r);
}
END_TEST

START_TEST(a_model_with_nan_is_not_sound)
{
    Run r;
    TrainSettings s = settings();
    double loss;
    start(&r, &plain, &s, fill_random);
    ck_assert(trainer_sound(&r.t, &r.err));
    Param *p = params_find(&r.t.gpt.params, "h.1.mlp.c_fc.weight");
    p->tensor.val[p->len - 1] = (real)INFINITY;
    ck_assert(!trainer_sound(&r.t, &r.err));
    ck_assert_msg(strstr(r.err.msg, "h.1.mlp.c_fc.weight"), "%s", r.err.msg);
    r.err = (Err){ 0 };
    ck_assert_msg(!trainer_validate(&r.t, true, &loss, &r.err), "a loss of %g", loss);
    ck_assert_msg(strstr(r.err.msg, "h.1.mlp.c_fc.weight"), "%s", r.err.msg);
    end(&r);
}
END_TEST

/* Refused before any memory is touched: a batch of the second row alone would fill the machine. */
START_TEST(more_memory_than_available_is_refused)
{
    static const struct {
        int    context, channels;
        long   batch;
        size_t memory;
    } rows[] = {
        { T, 24, 4, 100 << 10 }, { 60, 24, 1000000, (size_t)1 << 34 }, { T, 16384, 4, (size_t)8 << 30 },
    };
    Run r;
    TrainSettings s = settings();
    start(&r, &plain, &s, fill_random);
    end(&r);
    r.ck.config.context = rows[_i].context;
    r.ck.config.channels = rows[_i].channels;
    r.ck.config.heads = 2;
    r.ck.settings.batch = rows[_i].batch;
    ck_assert(!trainer_init(&r.t, &r.ck, &r.text, rows[_i].memory, &r.err));
    ck_assert_msg(r.t.too_large && strstr(r.err.msg, "iB of memory") && !strstr(r.err.msg, "--"), "%s", r.err.msg);
    ck_assert_msg(strstr(r.err.msg, "more than"), "before a batch of that size is made: %s", r.err.msg);
}
END_TEST

START_TEST(just_enough_memory_is_accepted)
{
    static Run r;
    TrainSettings s = settings();
    start(&r, &plain, &s, fill_random);
    size_t need = r.t.mem.size + r.t.nodes.size;
    end(&r);
    ck_assert_msg(trainer_init(&r.t, &r.ck, &r.text, need, &r.err), "%s", r.err.msg);
    end(&r);
    ck_assert(!trainer_init(&r.t, &r.ck, &r.text, need - 1, &r.err));
    ck_assert_msg(strstr(r.err.msg, "KiB of memory") != NULL, "%s", r.err.msg);
}
END_TEST

START_TEST(a_text_shorter_than_the_context_is_refused)
{
    Run r;
    TrainSettings s = settings();
    start(&r, &plain, &s, fill_random);
    end(&r);
    r.text.n_train = T + 1;
    ck_assert(!trainer_init(&r.t, &r.ck, &r.text, 0, &r.err));
    ck_assert_msg(strstr(r.err.msg, "17 characters") && strstr(r.err.msg, "16"), "%s", r.err.msg);
    r.err = (Err){ 0 };
    r.text.n_train = T + 2;
    ck_assert(trainer_init(&r.t, &r.ck, &r.text, 0, &r.err));
    params_start(&r.t.gpt.params, 1);
    step(&r);
    end(&r);
}
END_TEST

/* As a damaged model file can ask for; without sequences validation would never end. */
START_TEST(a_step_of_no_sequences_is_refused)
{
    static const long passes[][2] = { { 0, 1 }, { 4, 0 }, { -1, 1 }, { 4, -1 } };
    Run r;
    TrainSettings s = settings();
    start(&r, &plain, &s, fill_random);
    end(&r);
    r.ck.settings.batch = passes[_i][0];
    r.ck.settings.accumulate = passes[_i][1];
    ck_assert(!trainer_init(&r.t, &r.ck, &r.text, 0, &r.err));
    ck_assert_msg(strstr(r.err.msg, "gradient accumulation steps of") != NULL, "%s", r.err.msg);
}
END_TEST

/* --- Memory --- */

START_TEST(memory_is_allocated_once_and_as_announced)
{
    static Run r;
    Config c;
    TrainSettings s;
    LogRow row;
    double loss;
    variant(_i, &c, &s);
    if (!alloc_counts())
        return;                                             /* sanitizers count their own allocations */
    ck_assert(pool_start(2, &r.err));
    start(&r, &c, &s, fill_random);
    end(&r);
    AllocCount none = alloc_count();
    start(&r, &c, &s, fill_random);
    step(&r);
    AllocCount first = alloc_count();
    bool ok = true;                                         /* Check's assertions allocate, too */
    for (int i = 0; i < 5; i++)
        ok = ok && trainer_step(&r.t, 0, &row, &r.err);
    ok = ok && trainer_validate(&r.t, true, &loss, &r.err) && trainer_rehearse(&r.t, &r.err);
    AllocCount last = alloc_count();
    ck_assert_msg(ok, "%s", r.err.msg);
    ck_assert_uint_gt(first.calls, none.calls);
    ck_assert_uint_eq(last.calls, first.calls);
    double asked = (double)(first.bytes - none.bytes);
    double said = (double)(trainer_bytes(&r.t) - pool_scratch_bytes() - N);
    ck_assert_msg(fabs(said - asked) < 0.1 * asked, "%g bytes were asked for, %g announced", asked, said);
    size_t all = trainer_bytes(&r.t);
    r.text.n += 1000;
    ck_assert_uint_eq(trainer_bytes(&r.t), all + 1000);
    r.text.narrow = NULL;
    ck_assert_uint_eq(trainer_bytes(&r.t), all + 1000 + r.text.n);      /* two bytes a character */
    end(&r);
    pool_stop();
}
END_TEST

/* Memory no longer needed is reused, the best-fitting piece first. */
START_TEST(a_step_takes_no_more_memory_than_before)
{
    static const size_t took[VARIANTS] = { 467968, 463872, 465152, 474112, 517888 };
    static Run r;
    Config c;
    TrainSettings s;
    variant(_i, &c, &s);
    start(&r, &c, &s, fill_random);
    ck_assert_msg(r.t.mem.size < took[_i] + took[_i] / 50, "%zu bytes, it was %zu", r.t.mem.size, took[_i]);
    end(&r);
}
END_TEST

CHECK_MAIN("trainer_fails", TEST(too_high_a_learning_rate_stops_and_names_the_tensor),
           TEST(a_model_with_nan_is_not_sound), LOOP(more_memory_than_available_is_refused, 0, 3),
           TEST(an_infinite_gradient_stops), TEST(just_enough_memory_is_accepted),
           TEST(a_text_shorter_than_the_context_is_refused), LOOP(a_step_of_no_sequences_is_refused, 0, 4),
           LOOP(a_step_takes_no_more_memory_than_before, 0, VARIANTS),
           LOOP(memory_is_allocated_once_and_as_announced, 0, VARIANTS))
