/* The head that the answer needs most: chosen on some items, measured on others. */
#include "explain/claims_bench.h"
#include "explain/why/lesson.h"
#include "explain/why/writes.h"

/* Logits grow with the last norm's weight. */
static void sharpen(Gpt *g)
{
    for (size_t k = 0; k < tensor_len(g->ln_f_w); k++)
        g->ln_f_w->val[k] *= 20;
}

/* The change of the loss with the scores of the clue so low in the last row of one head that softmax gives them no
 * weight. */
static double cost_of(Bench *b, int item, int layer, int head)
{
    Explain     e;
    const Clue *c = &b->clues.items[item];
    open_item(b, &e, item);
    Tensor *s = e.trace.layers[layer].scores;
    for (int j = c->at; j < c->at + c->len; j++)
        explain_row(s, head, e.T - 1)[j] = -1e9;
    double cost = explain_replay(&e, s) - e.loss;
    explain_close(&e);
    return cost;
}

/* Items 2, 3, 6 and 7 choose, by trying all heads. */
START_TEST(the_needed_head_costs_most_where_it_is_chosen)
{
    Bench b;
    start(&b, _i, pairs);
    measured(&b, "");
    int    H = b.m.g.config.heads, n = b.m.g.config.layers * H;
    double most = -1;
    for (int k = 0; k < n; k++) {
        double cost = 0;
        for (int i = 0; i < b.clues.n; i++)
            cost += i / 2 % 2 ? cost_of(&b, i, k / H, k % H) / 4 : 0;
        EXPLAIN_NEAR(b.x.needed.cost[k], cost, 1e-12);
        most = fmax(most, cost);
    }
    ck_assert_int_eq(b.x.needed.sentences, 4);
    ck_assert_int_eq(b.x.measured, 4);
    EXPLAIN_NEAR(b.x.needed.cost[b.x.needed.layer * H + b.x.needed.head], most, 1e-12);
    end(&b);
}
END_TEST

/* One pair alone has no others to measure. */
START_TEST(two_items_choose_and_are_measured)
{
    Bench b;
    start(&b, 0, HEADER "x\t+\tab cd hi\ta\tb\t3\t2\n" "x\t-\tab ef hi\tb\ta\t3\t2\n");
    measured(&b, "");
    ck_assert_int_eq(b.x.needed.sentences, 2);
    ck_assert_int_eq(b.x.measured, 2);
    end(&b);
}
END_TEST

/* Both senses of 32 pairs out of 100; the first 50 pairs are of one kind, so that half of those chosen are. */
START_TEST(pairs_choose_evenly)
{
    Bench b;
    char  items[16384] = HEADER;
    for (int i = 0; i < 100; i++)
        strcat(items, i < 50 ? "x\t+\tab cd hi\ta\tb\t3\t2\n" "x\t-\tab ef hi\tb\ta\t3\t2\n" :
                               "x\t+\tfgh cab d\tc\te\t0\t3\n" "x\t-\tbad cab d\te\tc\t0\t3\n");
    start(&b, 0, items);
    measured(&b, "");
    ck_assert_int_eq(b.x.needed.sentences, 64);
    ck_assert_int_eq(b.x.measured, 100);
    int    layer = b.x.needed.layer, head = b.x.needed.head;
    double kind[2] = { cost_of(&b, 0, layer, head) + cost_of(&b, 1, layer, head),
                       cost_of(&b, 198, layer, head) + cost_of(&b, 199, layer, head) };
    ck_assert(fabs(kind[0] - kind[1]) > 1e-3);
    EXPLAIN_NEAR(b.x.needed.cost[layer * b.m.g.config.heads + head], (kind[0] + kind[1]) / 4, 1e-12);
    end(&b);
}
END_TEST

/* The clue's key with the largest weight. */
static int on_the_clue(const Explain *e, const Clue *c, ExplainRow at)
{
    const double *a = explain_row(e->trace.layers[at.layer].weights, at.head, at.row);
    int           key = c->at;
    for (int j = 1; j < c->len; j++)
        key = a[c->at + j] > a[key] ? c->at + j : key;
    return key;
}

static void add_lesson(Explain *e, ExplainRow at, WhyShown *want)
{
    WhyLesson x;
    ck_assert(explain_why_lesson(e, at.layer, at.head, 0, &x));
    want->lessons++;
    want->predicted += fabs(1 - x.together.loss[0] / x.together.loss[1]);
    for (int m = LESSON_Q; m <= LESSON_K; m++)
        for (int k = 0; k < x.matrix[m].n; k++) {
            const LessonTerm *t = &x.matrix[m].term[k];
            want->meant += t->partner >= 0 && t->meant < 0 && !isnan(t->moved);
            want->raised += t->partner >= 0 && t->meant < 0 && t->moved > 0;
        }
}

static void add_writes(Explain *e, const Clue *c, ExplainRow at, WhyShown *want)
{
    WhyWrites w;
    ck_assert(explain_why_writes(e, at, on_the_clue(e, c, at), &w));
    double fall = w.logit[0] - w.logit[1] - (w.logit[0] - w.total[0] - (w.logit[1] - w.total[1]));
    want->prompts++;
    want->lowered += fall > 0;
    want->nats += fall;
}

/* The numbers of claims 12 and 13 are those of the needed head: what it writes on items 0, 1, 4 and 5, where its mask
 * costs 0.1; its lessons on all. The logits are made larger, so that there are such items. */
START_TEST(what_the_needed_head_writes_and_learns)
{
    Bench    b;
    WhyShown want = { 0 };
    start(&b, _i, pairs);
    sharpen(&b.m.g);
    measured(&b, "");
    for (int i = 0; i < b.clues.n; i++) {
        Explain    e;
        double     cost = cost_of(&b, i, b.x.needed.layer, b.x.needed.head);
        open_item(&b, &e, i);
        ExplainRow at = { b.x.needed.layer, b.x.needed.head, e.T - 1 };
        add_lesson(&e, at, &want);
        if (i / 2 % 2 == 0 && cost >= 0.1)
            add_writes(&e, &b.clues.items[i], at, &want);
        explain_close(&e);
    }
    ck_assert_int_eq(b.x.shown.prompts, want.prompts);
    ck_assert_int_eq(b.x.shown.lessons, want.lessons);
    ck_assert_int_eq(b.x.shown.lowered, want.lowered);
    ck_assert_int_eq(b.x.shown.meant, want.meant);
    ck_assert_int_eq(b.x.shown.raised, want.raised);
    ck_assert(want.meant > 0 && b.x.shown.writes_error < 1e-12 && b.x.shown.lesson_error < 1e-12);
    ck_assert_int_gt(want.prompts, 0);
    EXPLAIN_NEAR(b.x.shown.nats, want.nats, 1e-10 * fabs(want.nats));
    EXPLAIN_NEAR(b.x.shown.predicted, want.predicted, 1e-6 * want.predicted);
    end(&b);
}
END_TEST

CHECK_MAIN("why_needed", LOOP(the_needed_head_costs_most_where_it_is_chosen, 0, EXPLAIN_MODELS),
           TEST(two_items_choose_and_are_measured), TEST(pairs_choose_evenly),
           LOOP(what_the_needed_head_writes_and_learns, 0, EXPLAIN_COUNTS))
