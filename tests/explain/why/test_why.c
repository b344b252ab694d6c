#include "explain/why/why.h"
#include "check_main.h"
#include "explain/dot.h"
#include "explain/explain_model.h"
#include "explain/why/turn.h"

/* Tokens 0 to 5 are letters, so that there are words of several lengths. */
static const bool letter[11] = { true, true, true, true, true, true };

/* Does `what` for every score of a random model. */
#define EVERY_SCORE(m, x, what)                                                                    \
    do {                                                                                           \
        for (int l = 0; l < (m).e.L; l++)                                                          \
            for (int h = 0; h < (m).e.H; h++)                                                      \
                for (int i = 0; i < (m).T; i += 2)                                                 \
                    for (int j = 0; j <= i; j++) {                                                 \
                        const ExplainChunk *mark = (m).e.chunks;                                   \
                        ck_assert_msg(explain_why(&(m).e, (ExplainRow){ l, h, i }, j, letter, &(x)), "%s",         \
                                      (m).e.err.msg);                                              \
                        what;                                                                      \
                        explain_forget(&(m).e, mark);                                              \
                    }                                                                              \
    } while (0)

static double size_of(const ExplainWhy *x)
{
    double most = 1;
    for (int c = 0; c < x->half[0].n * x->half[1].n; c++)
        most = fmax(most, fabs(x->cell[c]));
    return most;
}

static void adds_up(const Explain *e, const ExplainWhy *x)
{
    double sum = 0, sums[2] = { 0 };
    for (int c = 0; c < x->half[0].n * x->half[1].n; c++)
        sum += x->cell[c];
    EXPLAIN_NEAR(sum, x->score, 1e-12 * size_of(x));
    EXPLAIN_NEAR(x->error, 0, 1e-12 * size_of(x));
    EXPLAIN_NEAR(x->score, explain_row(e->trace.layers[x->at.layer].scores, x->at.head, x->at.row)[x->key], 0);
    for (int key = 0; key < 2; key++)
        for (int u = 0; u < x->half[key].n; u++)
            sums[key] += x->half[key].units[u].sum;
    EXPLAIN_NEAR(sums[0], x->score, 1e-12 * size_of(x));
    EXPLAIN_NEAR(sums[1], x->score, 1e-12 * size_of(x));
}

START_TEST(cells_sum_to_the_score)
{
    ExplainModel m;
    ExplainWhy   x;
    explain_begin(&m, _i);
    EXPLAIN_UNCHANGED(&m.e, explain_why(&m.e, (ExplainRow){ m.e.L - 1, 0, m.T - 1 }, 1, letter, &x));
    EVERY_SCORE(m, x, adds_up(&m.e, &x));
    explain_end(&m);
}
END_TEST

/* The engine's operations, run on a stream that lacks the parts, agree cell by cell. */
START_TEST(removal_with_norms_held_gives_the_cells)
{
    ExplainModel m;
    ExplainWhy   x;
    explain_begin(&m, _i);
    EVERY_SCORE(m, x, EXPLAIN_NEAR(x.checked, 0, 1e-12 * size_of(&x)));
    explain_end(&m);
}
END_TEST

/* The parts of a side add up to the engine's query or key, one by one. */
START_TEST(parts_add_up_to_query_and_key)
{
    ExplainModel m;
    explain_begin(&m, _i);
    for (int l = 0; l < m.e.L; l++)
        for (int i = 0; i < m.T; i++)
            for (int key = 0; key < 2; key++) {
                WhySide s;
                double  sum[16] = { 0 }, cs[16];
                int     D = m.e.D;
                ck_assert(why_side_open(&s, &m.e, (ExplainRow){ l, m.e.H - 1, i }, key));
                for (int k = 0; k < s.n * D; k++)
                    sum[k % D] += s.part[k];
                why_turn_angles(D, i, cs);
                if (why_op_of(&m.e, l, &op_rotary))
                    why_turn(D, cs, sum, sum);
                for (int d = 0; d < D; d++)
                    EXPLAIN_NEAR(sum[d], why_side_whole(&s)[d], 1e-12 * (1 + fabs(sum[d])));
            }
    explain_end(&m);
}
END_TEST

/* With nothing removed, held or free, the engine's query or key comes out; with everything removed, nothing is left of
 * a held one. */
START_TEST(with_nothing_removed_it_is_the_pass)
{
    ExplainModel m;
    bool         all[64];
    explain_begin(&m, _i);
    memset(all, true, sizeof all);
    for (int key = 0; key < 2; key++)
        for (int i = 0; i < m.T; i++) {
            WhySide s;
            WhyRun  r;
            ck_assert(why_side_open(&s, &m.e, (ExplainRow){ m.e.L - 1, 0, i }, key) && why_run_open(&r, &s));
            for (int held = 0; held < 2; held++) {
                why_run_without(&r, NULL);
                const double *v = why_run(&r, held);
                for (int d = 0; d < m.e.D; d++)
                    EXPLAIN_NEAR(v[d], why_side_whole(&s)[d], 1e-12 * (1 + fabs(v[d])));
            }
            why_run_without(&r, all);
            const double *v = why_run(&r, true);
            for (int d = 0; d < m.e.D; d++)
                EXPLAIN_NEAR(v[d], 0, 1e-11);
            why_run_close(&r);
        }
    explain_end(&m);
}
END_TEST

/* A removal with norms free, made by hand on the whole tape: the stream without the part at one position, everything
 * after it replayed. Only the query is read from it; the keys are those of the pass. */
static void removed_on_the_tape(Explain *e, const ExplainWhy *x, int part)
{
    const WhySide *s = &x->half[0].side;
    Tensor        *stream = e->trace.layers[x->at.layer].x, *q = e->trace.layers[x->at.layer].q;
    double         scores[16], kept[64], *row = stream->val + (x->at.row - s->source[part].back) * e->C;
    memcpy(kept, row, (size_t)e->C * sizeof *row);
    for (int c = 0; c < e->C; c++)
        row[c] -= s->written[part * e->C + c];
    explain_replay_to(stream, q);
    for (int j = 0; j <= x->at.row; j++)
        scores[j] = explain_dot(explain_row(q, x->at.head, x->at.row),
                                explain_row(e->trace.layers[x->at.layer].k, x->at.head, j), (size_t)e->D) / sqrt(e->D);
    double sum = 0;
    for (int j = 0; j <= x->at.row; j++)
        sum += exp(scores[j] - scores[x->key]);
    memcpy(row, kept, (size_t)e->C * sizeof *row);
    explain_replay(e, NULL);
    const WhyUnit *u = &x->half[0].units[part];
    EXPLAIN_NEAR(u->freed.score, scores[x->key], 1e-11);
    EXPLAIN_NEAR(u->freed.weight, 1 / sum, 1e-11);
    EXPLAIN_NEAR(u->freed.effect, -log(sum - 1) - log(x->weight / (1 - x->weight)), 1e-8);
}

START_TEST(a_free_removal_is_a_pass_without_the_part)
{
    ExplainModel m;
    ExplainWhy   x;
    explain_begin(&m, _i);
    ck_assert(explain_why(&m.e, (ExplainRow){ m.e.L - 1, m.e.H - 1, m.T - 1 }, 1, letter, &x));
    for (int k = 0; k < x.half[0].n; k++)
        if (x.half[0].side.source[k].kind != WHY_BIAS)
            removed_on_the_tape(&m.e, &x, k);
    explain_end(&m);
}
END_TEST

/* What a query's part adds to the log-odds: all parts together the whole of it, up to the mean of the others. */
static void over_sums(const Explain *e, const ExplainWhy *x)
{
    const GptBlockActs *y = &e->trace.layers[x->at.layer];
    const double       *s = explain_row(y->scores, x->at.head, x->at.row);
    const double       *a = explain_row(y->weights, x->at.head, x->at.row);
    double              want = s[x->key], rest = 0, sum = 0;
    for (int j = 0; j <= x->at.row; j++)
        rest += j == x->key ? 0 : a[j];
    for (int j = 0; j <= x->at.row && rest > 0; j++)
        want -= j == x->key ? 0 : a[j] / rest * s[j];
    for (int u = 0; u < x->half[0].n; u++)
        sum += x->half[0].units[u].over;
    EXPLAIN_NEAR(sum, want, 1e-11 * size_of(x));
}

START_TEST(over_is_the_score_above_the_others)
{
    ExplainModel m;
    ExplainWhy   x;
    explain_begin(&m, _i);
    EVERY_SCORE(m, x, over_sums(&m.e, &x));
    explain_end(&m);
}
END_TEST

/* The score as the engine computes it with the key at another distance. */
static double at_distance(const ExplainWhy *x, int distance)
{
    WhyRun r;
    double s = 0;
    ck_assert(why_run_open(&r, &x->half[1].side));
    r.position = x->at.row - distance;
    why_run_without(&r, NULL);
    s = explain_dot(why_run(&r, true), why_side_whole(&x->half[0].side), (size_t)x->half[0].side.e->D) /
        sqrt(x->half[0].side.e->D);
    why_run_close(&r);
    return s;
}

START_TEST(content_is_the_mean_over_distances)
{
    ExplainModel m;
    ExplainWhy   x;
    double       mean = 0, sum = 0;
    explain_begin(&m, _i);
    int i = m.T - 1;
    ck_assert(explain_why(&m.e, (ExplainRow){ m.e.L - 1, 0, i }, 2, letter, &x));
    ck_assert(x.rotary == (m.g.config.positions == POSITIONS_ROTARY));
    if (!x.rotary) {
        ck_assert(isnan(x.mean) && isnan(x.zero));
    } else {
        for (int d = 0; d <= i; d++)
            mean += at_distance(&x, d) / (i + 1);
        EXPLAIN_NEAR(x.mean, mean, 1e-11);
        EXPLAIN_NEAR(x.zero, at_distance(&x, 0), 1e-11);
        EXPLAIN_NEAR(x.score, at_distance(&x, i - 2), 1e-11);
        for (int c = 0; c < x.half[0].n * x.half[1].n; c++)
            sum += x.content[c];
        EXPLAIN_NEAR(sum, x.mean, 1e-11);
    }
    explain_end(&m);
}
END_TEST

/* Units named together halve the weight, held and free, and the first alone does not; none are where one suffices. The
 * same removal is made here on a run of its own. */
static int sets_well(const ExplainWhy *x)
{
    int n = 0;
    for (int key = 0; key < 2; key++) {
        const WhyHalf *h = &x->half[key];
        bool   gone[64] = { false };
        double room[16];
        WhyRun run;
        if (h->n_set == 0)
            continue;
        ck_assert(h->n_set > 1 && h->n_set <= WHY_SET && h->units[h->set[0]].freed.weight > x->weight / 2);
        ck_assert(h->named < 0 || h->units[h->named].freed.weight > x->weight / 2);
        for (int i = 0; i < h->n_set; i++)
            for (int k = 0; k < h->n; k++)
                gone[k] = gone[k] || why_covers(h, h->set[i], k);
        ck_assert(why_run_open(&run, &h->side));
        why_run_without(&run, gone);
        WhyRemoval r = why_instead(x, key, why_run(&run, false), room);
        EXPLAIN_NEAR(h->together.weight, r.weight, 0);
        ck_assert(r.weight <= x->weight / 2);
        ck_assert(why_instead(x, key, why_run(&run, true), room).effect <= -WHY_NAMED);
        why_run_close(&run);
        n++;
    }
    return n;
}

START_TEST(several_are_named_only_together)
{
    ExplainModel m;
    ExplainWhy   x;
    int          sets = 0;
    explain_begin(&m, _i);
    EVERY_SCORE(m, x, sets += sets_well(&x));
    ck_assert_msg(m.e.L == 1 || sets > 0, "no set is named");
    explain_end(&m);
}
END_TEST

/* A cause halves or doubles the odds of the weight, held and free; no other unit does more. What a head is said to read
 * carries at least half of that. */
static int named_well(const Explain *e, const ExplainWhy *x)
{
    int n = 0;
    for (int key = 0; key < 2; key++) {
        const WhyHalf *h = &x->half[key];
        double most = h->named < 0 ? INFINITY : fabs(h->units[h->named].freed.effect) / WHY_ALONE + 1e-12;
        for (int u = 0; u < h->n_units; u++) {
            double f = h->units[u].freed.effect, held = h->units[u].held.effect;
            bool   cause = fabs(f) >= WHY_NAMED && fabs(held) >= WHY_NAMED && f * held > 0;
            bool   tried = why_is_whole(h, u) || x->at.layer == 0;
            ck_assert(u == h->named ? cause && tried : !cause || !tried || fabs(f) <= most);
        }
        if (h->named < 0 || h->units[h->named].source.kind != WHY_HEAD)
            continue;
        ck_assert(h->reads.first >= 0 && h->reads.first <= h->reads.last && h->reads.last < e->T);
        ck_assert(!h->reads.survives || h->reads.effect / h->units[h->named].freed.effect >= WHY_READS);
        n += h->reads.survives;
    }
    return n;
}

START_TEST(a_named_cause_survives_its_control)
{
    ExplainModel m;
    ExplainWhy   x;
    int          readers = 0;
    explain_begin(&m, _i);
    EVERY_SCORE(m, x, readers += named_well(&m.e, &x));
    bool scores_are_small = m.e.L == 1 || _i == 1 || _i > 6;
    ck_assert_msg(scores_are_small || readers > 0, "no head is named with what it reads");
    explain_end(&m);
}
END_TEST

START_TEST(no_such_score)
{
    static const int bad[][4] = { { 9, 0, 1, 0 }, { 0, 9, 1, 0 }, { 0, 0, 99, 0 }, { 0, 0, 1, 2 }, { 0, 0, 1, -1 } };
    ExplainModel m;
    ExplainWhy   x;
    explain_begin(&m, 0);
    for (int k = 0; k < 5; k++) {
        m.e.err = (Err){ 0 };
        ck_assert(!explain_why(&m.e, (ExplainRow){ bad[k][0], bad[k][1], bad[k][2] }, bad[k][3], letter, &x));
        ck_assert(strstr(m.e.err.msg, "does not exist"));
    }
    explain_end(&m);
}
END_TEST

CHECK_MAIN("explain_why", LOOP(cells_sum_to_the_score, 0, EXPLAIN_MODELS),
           LOOP(removal_with_norms_held_gives_the_cells, 0, EXPLAIN_MODELS),
           LOOP(parts_add_up_to_query_and_key, 0, EXPLAIN_MODELS),
           LOOP(with_nothing_removed_it_is_the_pass, 0, EXPLAIN_MODELS),
           LOOP(a_free_removal_is_a_pass_without_the_part, 0, EXPLAIN_MODELS),
           LOOP(over_is_the_score_above_the_others, 0, EXPLAIN_MODELS),
           LOOP(content_is_the_mean_over_distances, 0, EXPLAIN_MODELS),
           LOOP(several_are_named_only_together, 0, EXPLAIN_MODELS),
           LOOP(a_named_cause_survives_its_control, 0, EXPLAIN_MODELS), TEST(no_such_score))
