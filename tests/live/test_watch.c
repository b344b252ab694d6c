/* Frames, edits and derivations against explain's own numbers on the same model file. */
#include "live/watch_case.h"
#include "live/numbers.h"

START_TEST(a_frame_is_what_explain_says)
{
    watch(_i);
    frame();
    expect_frame(&c.e);
    ck_assert_msg(live_watch_prompt(&c.w, prompt, N, "x", 1, &c.err) == (vocab_find(&c.m.file.vocab, 'x') >= 0), "x");
    c.err = (Err){ 0 };
    explain_close(&c.e);
    ck_assert(explain_open(&c.e, &c.m.gpt, c.ids, N, vocab_find(&c.m.file.vocab, 'r')));
    ck_assert(live_watch_prompt(&c.w, prompt, N, "r", 1, &c.err));
    frame();
    expect_frame(&c.e);
    end();
}
END_TEST

/* Parameters that arrive as floats give the frame of the model that is saved with them; a snapshot's give it back. */
START_TEST(numbers_arrive)
{
    char   *path = scratch("model.heed");
    watch(RECIPE_FAST);
    LiveRun *r = c.s.run[0];
    size_t   cells = (size_t)L * H * N * N * sizeof(double);
    float   *numbers = malloc(r->trainer.gpt.params.count * sizeof *numbers);
    double  *first = malloc(cells);
    const LiveSnapshot *at = live_past_at(&r->past, 30);
    live_watch_take(&c.w, at->numbers);
    frame();
    memcpy(first, c.w.frame.push, cells);
    live_watch_give(&c.w, numbers);
    ck_assert(memcmp(numbers, at->numbers, r->trainer.gpt.params.count * sizeof *numbers) == 0);

    ck_assert(live_session_fork(&c.s, 0, 30, &c.err) && live_run_save(c.s.run[1], path, false, &c.err));
    explain_close(&c.e);
    model_close(&c.m);
    ck_assert(model_open(&c.m, path, PARAMS_GRADIENTS, &c.err) && explain_open(&c.e, &c.m.gpt, c.ids, N, -1));
    expect_frame(&c.e);

    live_numbers_read(&r->trainer.gpt.params, r->trainer.gpt.params.val, numbers);
    live_watch_take(&c.w, numbers);
    frame();
    ck_assert(memcmp(first, c.w.frame.push, cells) != 0);
    live_watch_take(&c.w, at->numbers);
    frame();
    ck_assert(memcmp(first, c.w.frame.push, cells) == 0);
    free(numbers), free(first);
    end();
}
END_TEST

/* A score in parts is explain's, bit for bit, and leaves no trace; another view than the model's is refused. */
START_TEST(a_score_in_parts_is_what_explain_says)
{
    ExplainWhy x, y;
    bool      *letter = calloc(64, sizeof *letter);
    watch(_i);
    for (int v = 0; v < c.m.file.vocab.n; v++)
        letter[v] = c.m.file.vocab.chars[v] >= 'a';
    for (int j = 0; j < N; j += 4) {
        ExplainRow at = { j % 2, 1, N - 1 };
        ck_assert_msg(live_watch_why(&c.w, at, j, &x, &c.err), "%s", c.err.msg);
        ck_assert(explain_why(&c.e, at, j, letter, &y) && x.half[0].n == y.half[0].n && x.half[1].n == y.half[1].n);
        ck_assert(memcmp(x.cell, y.cell, (size_t)(x.half[0].n * x.half[1].n) * sizeof *x.cell) == 0);
        ck_assert(x.half[0].named == y.half[0].named && x.half[1].named == y.half[1].named && x.score == y.score);
        ck_assert(memcmp(&x.half[0].units[1].freed, &y.half[0].units[1].freed, sizeof(WhyRemoval)) == 0);
    }
    frame();
    expect_frame(&c.e);
    ck_assert(!live_watch_why(&c.w, (ExplainRow){ 0, 0, 2 }, 3, &x, &c.err) && strstr(c.err.msg, "does not exist"));
    ck_assert(live_watch_view(&c.w, 2, false, NULL, 0, &c.err));
    c.err = (Err){ 0 };
    ck_assert(!live_watch_why(&c.w, (ExplainRow){ 0, 0, 2 }, 1, &x, &c.err) && strstr(c.err.msg, "the model itself"));
    free(letter);
    end();
}
END_TEST

/* What a head writes, too; and the frame is as before. */
START_TEST(what_is_written_is_what_explain_says)
{
    WhyWrites x, y;
    watch(_i);
    for (int j = 0; j < N; j += 4) {
        ExplainRow at = { j % 2, 1, N - 1 };
        ck_assert_msg(live_watch_writes(&c.w, at, j, &x, &c.err), "%s", c.err.msg);
        ck_assert(explain_why_writes(&c.e, at, j, &y) && x.token[0] == y.token[0] && x.token[1] == y.token[1]);
        ck_assert(memcmp(x.total, y.total, sizeof x.total) == 0 && memcmp(x.p, y.p, sizeof x.p) == 0);
        ck_assert(memcmp(x.head, y.head, L * H * sizeof *x.head) == 0 && memcmp(x.mlp, y.mlp, L * sizeof *x.mlp) == 0);
        ck_assert(x.total[0] != 0 && x.error < 1e-12);
    }
    frame();
    expect_frame(&c.e);
    ck_assert(!live_watch_writes(&c.w, (ExplainRow){ 0, 0, 2 }, 3, &x, &c.err) && strstr(c.err.msg, "does not exist"));
    ck_assert(live_watch_view(&c.w, 2, false, NULL, 0, &c.err));
    c.err = (Err){ 0 };
    ck_assert(!live_watch_writes(&c.w, (ExplainRow){ 0, 0, 2 }, 1, &x, &c.err));
    ck_assert(strstr(c.err.msg, "the model itself"));
    end();
}
END_TEST

/* Every finite difference agrees, in every row and head; the derivation's parts are those of the trace. */
START_TEST(finite_differences_agree)
{
    watch(_i);
    int pushed = 0;
    for (int k = 0; k < L * H * N; k += 3)
        for (int j = 0; j <= k % N; j += 2) {
            ExplainRow     at = { k / N / H, k / N % H, k % N };
            LiveDerivation d;
            ExplainTrace   t;
            ck_assert_msg(live_watch_derive(&c.w, at, j, &d, &c.err), "%s", c.err.msg);
            ck_assert(d.key.ok && d.key.error < 1e-9 && isfinite(d.key.fd));
            ck_assert(explain_trace(&c.e, at, &t) && t.n == d.trace.n);
            ck_assert_double_eq(d.key.fd, t.keys[j].fd);
            ck_assert_double_eq(d.key.ds, t.keys[j].ds);
            ck_assert_double_eq_tol(d.key.ds, d.key.a * (d.key.da - d.trace.mean_da), 1e-15);
            pushed += fabs(d.key.ds) > 1e-6;
        }
    ck_assert_int_gt(pushed, 10);
    end();
}
END_TEST

static void expect_edit(const ExplainEdit *d)
{
    ExplainLossChange mine, theirs;
    double            row[N + 1];
    ck_assert_msg(live_watch_edit(&c.w, d, &mine, &c.err), "%s", c.err.msg);
    ck_assert_msg(explain_edit(&c.e, d, &theirs), "%s", c.e.err.msg);
    ck_assert(memcmp(&mine, &theirs, sizeof mine) == 0 && mine.actual != 0);
    frame();
    ck_assert_double_eq_tol(c.w.frame.loss, c.e.loss + theirs.actual, 1e-12);
    explain_edit_make(&c.e, d, row);
    ck_assert(explain_backward(&c.e));
    if (d->kind != EDIT_ABLATE)
        expect_frame(&c.e);
    else
        for (int k = 0; k < N * N; k++)
            ck_assert(c.w.frame.push[cell(1, 0, 0, 0) + (size_t)k] == 0);
    explain_replay(&c.e, NULL);
    ck_assert(explain_backward(&c.e));
}

/* Each kind, one after the other; undone, the frame is the first again. */
START_TEST(edits_are_those_of_explain)
{
    bool masked[N] = { [4] = true, [5] = true, [6] = true };
    watch(_i);
    frame();
    expect_edit(&(ExplainEdit){ .kind = EDIT_SCORE, .layer = 1, .head = 1, .i = N - 1, .j = 4, .by = 1.5 });
    expect_edit(&(ExplainEdit){ .kind = EDIT_WEIGHT, .head = 1, .i = N - 1, .j = 4, .by = 0.5 });
    expect_edit(&(ExplainEdit){ .kind = EDIT_ABLATE, .layer = 1 });
    expect_edit(&(ExplainEdit){ .kind = EDIT_MASK, .masked = masked });
    for (int i = 7; i < N; i++)
        ck_assert(c.w.frame.weights[cell(1, 1, i, 5)] == 0);
    LiveDerivation d;
    ck_assert(live_watch_derive(&c.w, (ExplainRow){ 1, 1, N - 1 }, 4, &d, &c.err));     /* of the model unedited */
    ck_assert_double_eq(d.key.a, explain_row(c.e.trace.layers[1].weights, 1, N - 1)[4]);
    live_watch_undo(&c.w);
    frame();
    expect_frame(&c.e);
    ExplainLossChange x;
    ck_assert(!live_watch_edit(&c.w, &(ExplainEdit){ .layer = 5 }, &x, &c.err) && err_any(&c.err));
    c.err = (Err){ 0 };
    ck_assert(!live_watch_edit(&c.w, &(ExplainEdit){ .i = 1, .by = NAN }, &x, &c.err) && strstr(c.err.msg, "by nan"));
    end();
}
END_TEST

/* The score arrives; nothing but the head's queries and keys has changed. */
START_TEST(a_score_is_pulled)
{
    watch(_i);
    Params *p = &c.w.model.gpt.params;
    double *before = malloc(p->len * sizeof *before);
    memcpy(before, p->val, p->len * sizeof *before);
    frame();
    double s = c.w.frame.scores[cell(1, 1, N - 1, 4)];
    double reached = live_watch_pull(&c.w, (ExplainRow){ 1, 1, N - 1 }, 4, 0.75, &c.err);
    ck_assert_double_eq_tol(reached, 0.75, 1e-5);
    frame();
    ck_assert_double_eq_tol(c.w.frame.scores[cell(1, 1, N - 1, 4)], s + 0.75, 1e-5);
    size_t w = (size_t)(c.w.model.gpt.blocks[1].qkv_w->val - p->val), C = 16, D = 8, moved = 0;
    for (size_t k = 0; k < p->len; k++) {
        bool own = k >= w && k < w + 2 * C * C && (k - w) / C % C >= D;
        ck_assert_msg(own || p->val[k] == before[k], "number %zu has moved", k - w);
        moved += p->val[k] != before[k];
    }
    ck_assert_uint_gt(moved, D * C);
    ck_assert(isnan(live_watch_pull(&c.w, (ExplainRow){ 1, 1, N - 1 }, N, 1, &c.err)) && err_any(&c.err));
    free(before);
    end();
}
END_TEST

/* The loss of the target after the prompt without a word and the blank before it. */
static double loss_without(CauseSpan word)
{
    int     ids[N], n = 0;
    Explain e;
    for (int j = 0; j < N; j++)
        if (j < word.first - (word.first > 0) || j > word.last + (word.first == 0))
            ids[n++] = c.ids[j];
    ck_assert(explain_open(&e, &c.m.gpt, ids, n, c.w.frame.target));
    double loss = e.loss;
    explain_close(&e);
    return loss;
}

/* No other word's deletion costs as much, and the reader is the head whose mask of it changes the loss most. */
static void expect_need(const LiveNeed *x)
{
    static const CauseSpan words[] = { { true, 0, 0 }, { true, 2, 4 }, { true, 6, 8 }, { true, 10, 11 },
                                       { true, 13, 15 } };
    bool masked[N] = { false };
    ck_assert_double_eq_tol(-log(x->word.deleted.p), loss_without(x->word.at), 1e-12);
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        ck_assert(loss_without(words[k]) <= loss_without(x->word.at) + 1e-12 || x->word.replaced.p < x->word.deleted.p);
    for (int j = x->word.at.first; j <= x->word.at.last; j++)
        masked[j] = true;
    for (int k = 0; k < L * H; k++) {
        bool              heads[L * H] = { false };
        ExplainLossChange change;
        heads[k] = true;
        ExplainEdit d = { .kind = EDIT_MASK, .masked = masked, .heads = heads };
        ck_assert(explain_edit(&c.e, &d, &change) && fabs(change.actual) <= fabs(x->change) + 1e-12);
        ck_assert(k != x->at.layer * H + x->at.head || fabs(change.actual - x->change) < 1e-12);
    }
}

/* For every target; some need none. */
START_TEST(the_needed_word_is_measured)
{
    static const char other[] = "a dog lay by the ";
    LiveNeed x;
    int      found = 0;
    size_t   n;
    watch(RECIPE_FAST);
    int *ids = vocab_tokens(&c.m.file.vocab, other, N, &n, NULL, &c.err);
    memcpy(c.ids, ids, sizeof c.ids);
    free(ids);
    for (int v = 0; v < c.m.file.vocab.n; v++) {
        char target = (char)c.m.file.vocab.chars[v];
        ck_assert_msg(live_watch_prompt(&c.w, other, N, &target, 1, &c.err), "%s", c.err.msg);
        frame();
        explain_close(&c.e);
        ck_assert(explain_open(&c.e, &c.m.gpt, c.ids, N, c.w.frame.target));
        ck_assert_msg(live_watch_needs(&c.w, &x, &c.err), "%s", c.err.msg);
        found += x.found;
        if (x.found)
            expect_need(&x);
    }
    ck_assert_int_gt(found, 0);
    frame();
    expect_frame(&c.e);
    end();
}
END_TEST

START_TEST(impossible_prompts_are_refused)
{
    watch(RECIPE_FAST);
    static const char *const wrong[][2] = {
        { "", "the prompt is empty" }, { "the \xc3\x89", "vocabulary has no" }, { "\xff", "vocabulary has no" },
        { "the cat sat on the mat. t", "25 characters, but the model's context is 24" },
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        c.err = (Err){ 0 };
        ck_assert(!live_watch_prompt(&c.w, wrong[k][0], strlen(wrong[k][0]), NULL, 0, &c.err));
        ck_assert_msg(strstr(c.err.msg, wrong[k][1]), "%s", c.err.msg);
    }
    c.err = (Err){ 0 };
    ck_assert(!live_watch_prompt(&c.w, prompt, N, "th", 2, &c.err) && strstr(c.err.msg, "one character"));
    c.err = (Err){ 0 };
    frame();                                        /* what was watched before */
    expect_frame(&c.e);
    ck_assert(live_watch_prompt(&c.w, "t", 1, NULL, 0, &c.err));
    frame();
    ck_assert(c.w.frame.weights[0] == 1 && c.w.frame.push[0] == 0);
    LiveWatch none = { 0 };
    c.err = (Err){ 0 };
    ck_assert(!live_watch_prompt(&none, "t", 1, NULL, 0, &c.err) && strstr(c.err.msg, "no model"));
    end();
}
END_TEST

/* A thousand frames, edits and derivations leave nothing behind. */
START_TEST(memory_is_steady)
{
    ExplainLossChange x;
    LiveDerivation    d;
    LiveNeed          need;
    watch(RECIPE_FAST);
    frame();
    const void *first = c.w.e.chunks;
    size_t      used = c.w.e.mem.used;
    for (int i = 0; i < 1000; i++) {
        frame();
        if (i % 10 == 0)
            ck_assert(live_watch_derive(&c.w, (ExplainRow){ 0, 0, N - 1 }, i / 10 % N, &d, &c.err) &&
                      live_watch_edit(&c.w, &(ExplainEdit){ .i = 3, .j = 2, .by = 0.1 }, &x, &c.err));
        if (i % 100 == 0)
            ck_assert(live_watch_needs(&c.w, &need, &c.err));
    }
    live_watch_undo(&c.w);
    frame();
    ck_assert(c.w.e.chunks == first && c.w.e.mem.used == used);
    expect_frame(&c.e);
    end();
}
END_TEST

CHECK_MAIN("watch", LOOP(a_frame_is_what_explain_says, 0, 2), TEST(numbers_arrive),
           LOOP(a_score_in_parts_is_what_explain_says, 0, 2), LOOP(what_is_written_is_what_explain_says, 0, 2),
           LOOP(finite_differences_agree, 0, 2), LOOP(edits_are_those_of_explain, 0, 2),
           LOOP(a_score_is_pulled, 0, 2), TEST(the_needed_word_is_measured),
           TEST(impossible_prompts_are_refused), TEST(memory_is_steady))
