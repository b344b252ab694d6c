/* Sampling during a run, in the memory of a step: the same logits as a reader's, and the run goes on as without it. */
#include "alloc_count.h"
#include "model/reader.h"
#include "train_case.h"

/* The validation windows of trainer.validated, as it was called. */
static size_t seen[16], n_seen;

static void count(void *context, size_t windows, size_t of)
{
    ck_assert_ptr_eq(context, seen);
    ck_assert_uint_eq(of, 10);
    seen[n_seen++] = windows;
}

START_TEST(logits_are_those_of_a_reader)
{
    static Run    r;
    Reader        reader;
    Config        c = plain;
    TrainSettings s = settings();
    int           ids[T];
    variant(_i, &c, &s);
    start(&r, &c, &s, fill_noisy);
    for (int i = 0; i < 5; i++)
        step(&r);
    for (int i = 0; i < T; i++)
        ids[i] = (int)(rng_bits(5, 5, (uint64_t)i) % V);
    for (int n = 1; n <= T; n++) {
        real got[V];
        const real *x = trainer_logits(&r.t, ids, n, &r.err);
        ck_assert_msg(x != NULL, "%s", r.err.msg);
        memcpy(got, x, sizeof got);
        ck_assert_msg(reader_init(&reader, &r.t.gpt, s.precision == PRECISION_BF16, &r.err), "%s", r.err.msg);
        const real *want = reader_feed(&reader, ids, (size_t)n, &r.err);
        for (int v = 0; s.precision != PRECISION_BF16 && v < V; v++)
            ck_assert_msg(memcmp(&got[v], &want[v], sizeof *got) == 0, "%d tokens: %g, not %g", n, (double)got[v],
                          (double)want[v]);
        reader_free(&reader);
    }
    end(&r);
}
END_TEST

/* Nothing is allocated, and the parameters have the same bits. */
START_TEST(a_run_goes_on_as_without_samples)
{
    static Run    one, other;
    Config        c = plain;
    TrainSettings s = settings();
    int           ids[T] = { 0 };
    variant(_i, &c, &s);
    start(&one, &c, &s, fill_noisy);
    start(&other, &c, &s, fill_noisy);
    AllocCount before = alloc_count();
    for (int i = 0; i < 12; i++) {
        LogRow row;
        double done = (double)one.ck.state.step / (double)s.steps;
        bool   ok = trainer_step(&one.t, done, &row, &one.err) && trainer_step(&other.t, done, &row, &other.err);
        for (int n = 1; ok && n <= T; n += 5)
            ok = trainer_logits(&one.t, ids, n, &one.err) != NULL;
        if (!ok)
            ck_abort_msg("%s%s", one.err.msg, other.err.msg);
    }
    AllocCount after = alloc_count();
    ck_assert(!alloc_counts() || after.calls == before.calls);
    const Params *p = &one.t.gpt.params;
    ck_assert_mem_eq(p->val, other.t.gpt.params.val, p->len * sizeof *p->val);
    end(&one), end(&other);
}
END_TEST

START_TEST(an_evaluation_reports_its_progress)
{
    static Run    r;
    TrainSettings s = settings();
    double        loss;
    start(&r, &plain, &s, fill_random);
    r.t.validated = count;
    r.t.validated_context = seen;
    ck_assert(trainer_validate(&r.t, true, &loss, &r.err));
    ck_assert(n_seen == 3 && seen[0] == 4 && seen[1] == 8 && seen[2] == 10);      /* batches of 4 */
    end(&r);
}
END_TEST

CHECK_MAIN("trainer_logits", LOOP(logits_are_those_of_a_reader, 0, VARIANTS),
           LOOP(a_run_goes_on_as_without_samples, 0, VARIANTS), TEST(an_evaluation_reports_its_progress))
