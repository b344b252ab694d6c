/* A run that is advanced, copied and changed. */
#include "live/live_case.h"
#include "live/freeze.h"
#include "model/recipe.h"

static LiveSession s;
static Err err;

/* The same steps and evaluations by hand, with the trainer alone, as `train` makes them: the same bytes. */
START_TEST(an_unchanged_run_is_that_of_the_trainer)
{
    live_begin(&s, _i);
    LiveRun   *r = s.run[0];
    Checkpoint ck = r->ck;
    Trainer    t;
    LogRow     row;
    double     loss;
    ck_assert(trainer_init(&t, &ck, &s.corpus, 0, &err));
    trainer_begin(&t);
    live_steps(r, 1000);
    for (long step = 0; step < 60; step++) {
        double warmup = (double)ck.settings.warmup;
        ck_assert(trainer_step(&t, ((double)step - warmup) / (60 - warmup), &row, &err));
        if ((step + 1) % 20 == 0)
            ck_assert(trainer_validate(&t, false, &loss, &err));
    }
    ck_assert_int_eq(r->ck.state.step, 60);
    ck_assert(memcmp(t.gpt.params.val, r->trainer.gpt.params.val, t.gpt.params.len * sizeof(real)) == 0);
    ck_assert(loss == r->ck.state.val_loss && loss < 2.9);
    ck_assert(r->ck.state.best_step > 0 && r->ck.state.best_loss <= loss);
    trainer_free(&t);
    live_session_close(&s);
}
END_TEST

/* Also from a snapshot, and in the middle of an evaluation. */
START_TEST(a_fork_without_a_change_stays_the_same)
{
    LiveStep step;
    live_begin(&s, RECIPE_FAST);
    live_steps(s.run[0], 19);
    ck_assert(live_run_advance(s.run[0], &step, &err) && step.stepped && s.run[0]->evaluating);
    ck_assert_msg(live_session_fork(&s, 0, _i ? 10 : -1, &err), "%s", err.msg);
    long at = s.run[1]->ck.state.step;
    ck_assert_int_eq(at, _i ? 10 : 20);
    live_steps(s.run[1], 40 - at);
    live_steps(s.run[0], 20);
    ck_assert_int_eq(s.run[0]->ck.state.step, 40);
    ck_assert(live_same(s.run[0], s.run[1]) || (_i && sizeof(real) > sizeof(float)));   /* snapshots are floats */
    ck_assert(!live_session_fork(&s, 0, -1, &err) && strstr(err.msg, "two runs already"));
    live_session_close(&s);
}
END_TEST

/* A finished run goes on, and ends where its longer plan says. */
START_TEST(a_run_can_be_extended)
{
    LiveStep step;
    live_begin(&s, RECIPE_FAST);
    live_steps(s.run[0], 100);
    ck_assert(live_run_advance(s.run[0], &step, &err) && step.done && !step.stepped && step.step == 60);
    live_run_extend(s.run[0], 15);
    live_steps(s.run[0], 100);
    ck_assert_int_eq(s.run[0]->ck.state.step, 75);
    live_session_close(&s);
}
END_TEST

/* Every change makes a difference; without it there is none (above). */
START_TEST(a_fork_with_a_change_differs)
{
    live_begin(&s, RECIPE_FAST);
    live_steps(s.run[0], 10);
    ck_assert(live_session_fork(&s, 0, -1, &err));
    LiveRun *r = s.run[1];
    ck_assert(_i != 0 || live_run_soften(r, 2, &err));
    ck_assert(_i != 1 || live_run_soften(r, INFINITY, &err));
    ck_assert(_i != 2 || live_run_mask(r, "cat", 3, &err));
    ck_assert(_i != 3 || live_run_freeze(r, 1, 0, &err));
    if (_i == 4)
        live_run_positions(r, false);
    live_steps(s.run[0], 1);
    live_steps(r, 1);
    ck_assert(!live_same(s.run[0], r));
    live_steps(r, 20);
    ck_assert(trainer_sound(&r->trainer, &err));
    live_session_close(&s);
}
END_TEST

/* Whether rows `from` to `to` of the matrix x, from column `column` on, are those of `before`, x in the flat array. */
static bool rows_are(const Params *p, const Tensor *x, const real *before, int from, int to, int column)
{
    bool same = true;
    for (int i = from; i < to; i++)
        for (int k = column; k < x->dim[1]; k++) {
            size_t at = (size_t)(x->val - p->val) + (size_t)(i * x->dim[1] + k);
            same = same && p->val[at] == before[at];
        }
    return same;
}

/* Exactly the parameters of head 1.1 stand still. */
START_TEST(a_frozen_head_does_not_move)
{
    live_begin(&s, _i ? RECIPE_FAST : RECIPE_GPT2);
    LiveRun *r = s.run[0];
    Params  *p = &r->trainer.gpt.params;
    live_steps(r, 10);
    ck_assert(live_run_freeze(r, 1, 1, &err));
    bool   heads[4] = { [3] = true };
    size_t n = live_freeze_len(&r->trainer.gpt, heads), C = 16, D = 8, moved = 0, still = 0;
    ck_assert_uint_eq(n, _i ? 3 * D * C + C * D + 1 : 3 * D * C + 3 * D + C * D);
    real *before = malloc(p->len * sizeof *before), *kept = malloc(n * sizeof *kept);
    memcpy(before, p->val, p->len * sizeof *before);
    live_freeze_keep(&r->trainer.gpt, heads, kept);
    live_steps(r, 10);
    for (int k = 0; k < p->n; k++)
        for (size_t j = 0; j < p->list[k].len; j++) {
            bool same = p->val[p->list[k].at + j] == before[p->list[k].at + j];
            still += same;
            moved += !same;
        }
    ck_assert_msg(still >= n && still < n + n / 2 && moved > 2 * n, "%zu still, %zu moved, %zu frozen", still, moved,
                  n);
    const GptBlockParams *b = &r->trainer.gpt.blocks[1];
    for (int part = 0; part < 3; part++)
        ck_assert(rows_are(p, b->qkv_w, before, 16 * part + 8, 16 * part + 16, 0) &&
                  !rows_are(p, b->qkv_w, before, 16 * part, 16 * part + 8, 0));
    ck_assert(rows_are(p, b->out_w, before, 0, 16, 8) && !rows_are(p, b->out_w, before, 0, 16, 0));
    real *now = malloc(n * sizeof *now);
    live_freeze_keep(&r->trainer.gpt, heads, now);
    ck_assert(memcmp(kept, now, n * sizeof *now) == 0);
    free(before), free(kept), free(now);
    live_session_close(&s);
}
END_TEST

/* The masked word reaches no other character: replacing it changes nothing later. */
START_TEST(a_masked_word_is_not_seen)
{
    static const char *const prompts[] = { "the cat sat on", "the dog sat on" };
    const real *logits;
    real        first[2][64];
    live_begin(&s, RECIPE_GPT2);
    live_steps(s.run[0], 20);
    for (int k = 0; k < 2; k++) {
        size_t n;
        ck_assert(live_run_mask(s.run[0], prompts[k] + 4, 3, &err));
        int *ids = vocab_tokens(&s.vocab, prompts[k], strlen(prompts[k]), &n, NULL, &err);
        ck_assert((logits = trainer_logits(&s.run[0]->trainer, ids, (int)n, &err)) != NULL);
        memcpy(first[k], logits, (size_t)s.vocab.n * sizeof(real));
        free(ids);
    }
    ck_assert(memcmp(first[0], first[1], (size_t)s.vocab.n * sizeof(real)) == 0);
    ck_assert(!live_run_mask(s.run[0], "", 0, &err) && strstr(err.msg, "no word"));
    live_session_close(&s);
}
END_TEST

/* With one layer and no positions the order of earlier characters is unknown; with positions it is not. */
START_TEST(without_positions_order_does_not_matter)
{
    double given[SETTINGS];
    int    ids[2][4] = { { 1, 2, 3, 4 }, { 3, 1, 2, 4 } };
    live_given(given);
    given[SETTING_layers] = 1;
    given[SETTING_char_mix] = 0;
    s = (LiveSession){ 0 };
    ck_assert_msg(live_session_begin(&s, live_text(), given, _i, &err), "%s", err.msg);
    live_steps(s.run[0], 20);
    for (int on = 0; on < 2; on++) {
        double apart = 0, first[64];
        live_run_positions(s.run[0], on);
        for (int k = 0; k < 2; k++) {
            const real *x = trainer_logits(&s.run[0]->trainer, ids[k], 4, &err);
            for (int v = 0; v < s.vocab.n; v++) {
                apart = k == 1 ? fmax(apart, fabs(first[v] - (double)x[v])) : 0;
                first[v] = (double)x[v];
            }
        }
        ck_assert_msg(on ? apart > 1e-3 : apart < 1e-5, "positions %d: %g apart", on, apart);
    }
    live_session_close(&s);
}
END_TEST

START_TEST(changes_that_cannot_be_are_refused)
{
    live_begin(&s, RECIPE_FAST);
    LiveRun *r = s.run[0];
    ck_assert(!live_run_freeze(r, 2, 0, &err) && strstr(err.msg, "there is no head 2.0"));
    err = (Err){ 0 };
    ck_assert(!live_run_freeze(r, 0, -1, &err) && err_any(&err));
    err = (Err){ 0 };
    ck_assert(!live_run_soften(r, -1, &err) && strstr(err.msg, "from 0 to 1000000"));
    err = (Err){ 0 };
    ck_assert(!live_run_soften(r, NAN, &err) && err_any(&err));
    err = (Err){ 0 };
    ck_assert(!live_run_mask(r, "\xc3\x89", 2, &err) && strstr(err.msg, "vocabulary has no"));
    err = (Err){ 0 };
    ck_assert(!live_run_mask(r, "the cat sat on the mat. the cat", 31, &err) && strstr(err.msg, "context is 24"));
    ck_assert(r->trainer.change == NULL);
    live_session_close(&s);
}
END_TEST

/* After the first steps nothing is allocated but snapshots, and those only up to their bound. */
START_TEST(memory_is_steady)
{
    double given[SETTINGS];
    live_given(given);
    given[SETTING_steps] = 1200;
    given[SETTING_context] = given[SETTING_channels] = 8;
    given[SETTING_batch] = 1;
    s = (LiveSession){ .past = 1 << 18 };
    ck_assert(kernel_use(NULL) && live_session_begin(&s, live_text(), given, RECIPE_FAST, &err));
    live_steps(s.run[0], 200);
    size_t     bytes = live_session_bytes(&s), size = s.run[0]->trainer.mem.size;
    AllocCount before = alloc_count(), after;
    LiveStep   step = { 0 };
    bool       ok = true;
    while (ok && step.step < 1200)              /* no assertions here: they allocate */
        ok = live_run_advance(s.run[0], &step, &err);
    after = alloc_count();
    ck_assert(ok && after.calls == before.calls);
    ck_assert_uint_eq(live_session_bytes(&s), bytes);
    ck_assert_uint_eq(s.run[0]->trainer.mem.size, size);
    ck_assert_uint_le(s.run[0]->trainer.mem.used, size);
    ck_assert_uint_le(live_past_bytes(&s.run[0]->past), 1 << 18);
    ck_assert_uint_ge(s.run[0]->past.n, s.run[0]->past.room / 2);
    live_session_close(&s);
}
END_TEST

CHECK_MAIN("run", LOOP(an_unchanged_run_is_that_of_the_trainer, 0, 2),
           LOOP(a_fork_without_a_change_stays_the_same, 0, 2), TEST(a_run_can_be_extended),
           LOOP(a_fork_with_a_change_differs, 0, 5), LOOP(a_frozen_head_does_not_move, 0, 2),
           TEST(a_masked_word_is_not_seen), LOOP(without_positions_order_does_not_matter, 0, 2),
           TEST(changes_that_cannot_be_are_refused), TEST(memory_is_steady))
