/* Claims about gradients, layers and characters; measuring leaves the model unchanged. */
#include "explain/claims_bench.h"
#include "explain/lens.h"
#include "explain/move.h"
#include "explain/step.h"
#include "explain/trace.h"

/* --- Gradients --- */

/* Every item if there are few; the mean is weighted by the push of the row. */
START_TEST(steps_equal_explain_step)
{
    Bench  b;
    double agree = 0, layer = 0, stepped = 0, pushes = 0, predicted = 0, step_predicted = 0;
    start(&b, _i, pairs);
    measured(&b, "");
    ck_assert_int_eq(b.x.steps, b.clues.n);
    for (int i = 0; i < b.clues.n; i++) {
        Explain     e;
        ExplainMove y;
        ExplainStep s;
        open_item(&b, &e, i);
        ExplainRow at = explain_trace_most_pushed(&e, -1, -1, e.T - 1);
        double       push = explain_trace_push(&e, at);
        ck_assert(explain_move(&e, at, &y) && explain_step(&e, 0, at, &s));
        agree += y.row * push, layer += y.layer * push, stepped += s.agree * push;
        pushes += push;
        predicted += fabs(y.actual - y.predicted) / fabs(y.actual) / b.clues.n;
        step_predicted += fabs(s.actual - s.first) / fabs(s.actual) / b.clues.n;
        explain_close(&e);
    }
    EXPLAIN_NEAR(b.x.agree, agree / pushes, 1e-12);
    EXPLAIN_NEAR(b.x.agree_layer, layer / pushes, 1e-12);
    EXPLAIN_NEAR(b.x.agree_step, stepped / pushes, 1e-12);
    EXPLAIN_NEAR(b.x.predicted, predicted, 1e-9 * predicted);
    EXPLAIN_NEAR(b.x.predicted_step, step_predicted, 1e-9 * step_predicted);
    ck_assert_msg(b.x.agree > 0.5 && b.x.agree <= 1 && b.x.predicted > 0 && b.x.predicted < 10, "%g %g", b.x.agree,
                  b.x.predicted);
    end(&b);
}
END_TEST

/* 32 of many items, spread over the file: here some of either kind. */
START_TEST(many_items_are_sampled_evenly)
{
    static const char *const kinds[] = { "x\t+\tab cd hi\ta\tb\t3\t2\n", "x\t+\tfgh cab d\tc\te\t0\t3\n" };
    Bench  b;
    char   items[8192];
    double predicted[3];
    for (int k = 0; k < 3; k++) {
        strcpy(items, HEADER);
        for (int i = 0; i < 75; i++)
            strcat(items, kinds[k < 2 ? k : i >= 40]);
        start(&b, 0, items);
        measured(&b, "");
        ck_assert(b.x.steps == 32 && b.x.items == 75);
        predicted[k] = b.x.predicted;
        end(&b);
    }
    double part = (predicted[2] - predicted[0]) / (predicted[1] - predicted[0]);
    ck_assert_msg(part > 0.4 && part < 0.6, "%g", part);
}
END_TEST

START_TEST(hard_attention_passes_nothing)
{
    Bench b;
    start(&b, _i, pairs);
    measured(&b, "");
    const ExplainSweep *hard = &b.x.sweep[SWEEP_ROWS - 2];
    ck_assert_str_eq(hard->name, "hard");
    ck_assert(hard->ds == 0 && hard->dq == 0 && hard->dk == 0 && hard->dv > 0);
    const ExplainSweep *soft = &b.x.sweep[3];
    ck_assert_str_eq(soft->name, "x 1");
    ck_assert(soft->ds > 0 && soft->dq > 0 && soft->dk > 0 && soft->dv > 0);
    end(&b);
}
END_TEST

START_TEST(paths_add_up_to_one)
{
    Bench  b;
    double sum = 0;
    start(&b, _i, pairs);
    measured(&b, "");
    for (int k = 0; k < PATHS; k++)
        sum += b.x.path[k];
    EXPLAIN_NEAR(sum, 1, 1e-12);
    ck_assert(b.x.path_error >= 0 && b.x.path_error < 1e-12);
    end(&b);
}
END_TEST

/* Queries of 0: no gradient through keys. Blocks that output 0: all of it through the skip connection. */
START_TEST(closed_paths_have_no_share)
{
    Bench b;
    start(&b, _i, pairs);
    look_everywhere(&b.m.g);
    measured(&b, "");
    ck_assert(b.x.path[PATH_K] == 0 && b.x.path[PATH_V] != 0 && b.x.path[PATH_SKIP] > 0);
    claims_free(&b.x);
    for (int l = 0; l < b.m.g.config.layers; l++) {
        const GptBlockParams *y = &b.m.g.blocks[l];
        memset(y->out_w->val, 0, tensor_len(y->out_w) * sizeof(double));
        memset(y->proj_w->val, 0, tensor_len(y->proj_w) * sizeof(double));
    }
    measured(&b, "");
    EXPLAIN_NEAR(b.x.path[PATH_SKIP], 1, 1e-12);
    end(&b);
}
END_TEST

/* --- Masked keys --- */

/* The row of the head whose weights on the clue add up to most. */
static ExplainRow attending(const Explain *e, const Clue *c)
{
    ExplainRow best = { 0, 0, e->T - 1 };
    double     seen[2] = { 0 };
    for (int l = e->L - 1; l >= 0; l--)
        for (int h = e->H - 1; h >= 0; h--) {
            seen[1] = 0;
            for (int j = 0; j < c->len; j++)
                seen[1] += explain_row(e->trace.layers[l].weights, h, e->T - 1)[c->at + j];
            if (seen[1] >= seen[0])
                seen[0] = seen[1], best.layer = l, best.head = h;
        }
    return best;
}

static void masked(ClaimsKeys *sum, Explain *e, ExplainRow at)
{
    ExplainKeys x;
    ck_assert(explain_keys(e, at, &x) && !isnan(x.rank));
    sum->rank += x.rank, sum->rows++;
    sum->least = fmin(sum->least, x.rank), sum->most = fmax(sum->most, x.rank);
    for (int j = 0; j < x.n; j++) {
        sum->large += fabs(x.keys[j].masked) >= 0.1;
        sum->misjudged += x.keys[j].flag == KEY_SATURATED || x.keys[j].flag == KEY_CURVED;
        sum->redundant += x.keys[j].flag == KEY_REDUNDANT;
    }
}

START_TEST(masked_keys_are_those_of_explain_keys)
{
    Bench      b;
    ClaimsKeys want[CLAIMS_ROWS] = { { .least = 1, .most = -1 }, { .least = 1, .most = -1 } };
    start(&b, _i, pairs);
    measured(&b, "");
    for (int i = 0; i < b.clues.n; i++) {
        Explain e;
        open_item(&b, &e, i);
        masked(&want[0], &e, explain_trace_most_pushed(&e, -1, -1, e.T - 1));
        masked(&want[1], &e, attending(&e, &b.clues.items[i]));
        explain_close(&e);
    }
    for (int k = 0; k < CLAIMS_ROWS; k++) {
        const ClaimsKeys *x = &b.x.keys[k];
        ck_assert_int_eq(x->rows, b.clues.n);
        EXPLAIN_NEAR(x->rank, want[k].rank / b.clues.n, 1e-15);
        ck_assert(x->least == want[k].least && x->most == want[k].most && x->least <= x->most);
        ck_assert(x->large == want[k].large && x->misjudged == want[k].misjudged);
        ck_assert_int_eq(x->redundant, want[k].redundant);
    }
    end(&b);
}
END_TEST

/* One key in each row, so there is nothing to mask and no order. */
START_TEST(prompts_of_one_character_have_no_order)
{
    Bench b;
    start(&b, 0, HEADER "x\t+\ta\tb\tc\t0\t1\n");
    measured(&b, "");
    for (int k = 0; k < CLAIMS_ROWS; k++)
        ck_assert(b.x.keys[k].rows == 0 && isnan(b.x.keys[k].rank) && b.x.keys[k].large == 0);
    end(&b);
}
END_TEST

/* --- Layers and characters --- */

START_TEST(the_lens_is_the_mean_over_items)
{
    Bench  b;
    double mean[4] = { 0 }, loss = 0;
    start(&b, _i, pairs);
    measured(&b, "");
    for (int i = 0; i < b.clues.n; i++) {
        Explain     e;
        ExplainLens y[4];
        open_item(&b, &e, i);
        loss += e.loss / b.clues.n;
        ck_assert(explain_lens(&e, y));
        for (int l = 0; l <= e.L; l++)
            mean[l] += y[l].loss / b.clues.n;
        explain_close(&e);
    }
    int L = b.m.g.config.layers;
    for (int l = 0; l <= L; l++)
        EXPLAIN_NEAR(b.x.lens[l], mean[l], 1e-12);
    EXPLAIN_NEAR(b.x.lens[L], loss, 1e-12);
    end(&b);
}
END_TEST

/* Sets the embedding of character i to the direction angle[i]. */
static void place(Bench *b, const double *angle)
{
    int C = b->m.g.config.channels;
    for (int i = 0; i < V; i++) {
        memset(b->m.g.wte->val + i * C, 0, (size_t)C * sizeof(double));
        b->m.g.wte->val[i * C] = (i + 1) * cos(angle[i]);
        b->m.g.wte->val[i * C + 1] = (i + 1) * sin(angle[i]);
    }
}

/* a to j have three vowels; the space, nearest of all, does not count. */
START_TEST(nearest_neighbours_share_a_class_or_not)
{
    /*                                  _    a    b    c    d    e    f    g    h    i    j */
    static const double apart[V] = { 0.01, 0.0, 2.0, 2.1, 2.2, 0.1, 2.3, 2.4, 2.5, 0.2, 2.6 };
    static const double mixed[V] = { 0.00, 0.0, 0.1, 1.0, 1.1, 2.0, 2.1, 3.0, 3.1, 4.0, 4.1 };
    Bench b;
    start(&b, 2, pairs);
    place(&b, apart);
    measured(&b, "");
    ck_assert_msg(b.x.alike == 1, "%g", b.x.alike);
    EXPLAIN_NEAR(b.x.shuffled, 0.3 * 2 / 9 + 0.7 * 6 / 9, 1e-12);
    claims_free(&b.x);
    place(&b, mixed);                           /* ab cd ef gh ij: c, d, g, h match */
    measured(&b, "");
    EXPLAIN_NEAR(b.x.alike, 0.4, 1e-12);
    EXPLAIN_NEAR(b.x.shuffled, 0.3 * 2 / 9 + 0.7 * 6 / 9, 1e-12);
    end(&b);
}
END_TEST

/* --- The model afterwards --- */

/* Checksum of the logits of item 0. */
static uint64_t answer_bits(Bench *b)
{
    Explain  e;
    uint64_t h = 1469598103934665603u;
    open_item(b, &e, 0);
    for (size_t i = 0; i < tensor_len(e.out.logits); i++) {
        uint64_t bits;
        memcpy(&bits, e.out.logits->val + i, sizeof bits);
        h = (h ^ bits) * 1099511628211u;
    }
    explain_close(&e);
    return h;
}

START_TEST(the_model_is_unchanged)
{
    Bench b;
    start(&b, _i, pairs);
    size_t   bytes = b.m.g.params.len * sizeof(double);
    double  *kept = malloc(bytes);
    uint64_t before = answer_bits(&b);
    ck_assert(kept != NULL);
    memcpy(kept, b.m.g.params.val, bytes);
    measured(&b, "ia ib");
    ck_assert(memcmp(kept, b.m.g.params.val, bytes) == 0);
    ck_assert(answer_bits(&b) == before);
    Claims again = b.x;
    measured(&b, "ia ib");
    ck_assert(again.right == b.x.right && again.share == b.x.share && again.agree == b.x.agree);
    ck_assert(memcmp(again.path, b.x.path, sizeof again.path) == 0 && again.lens[0] == b.x.lens[0]);
    claims_free(&again);
    free(kept);
    end(&b);
}
END_TEST

CHECK_MAIN("claims_gradients", LOOP(steps_equal_explain_step, 0, EXPLAIN_MODELS),
           TEST(many_items_are_sampled_evenly), LOOP(hard_attention_passes_nothing, 0, EXPLAIN_MODELS),
           LOOP(paths_add_up_to_one, 0, EXPLAIN_MODELS),
           LOOP(closed_paths_have_no_share, 0, EXPLAIN_MODELS),
           LOOP(masked_keys_are_those_of_explain_keys, 0, EXPLAIN_MODELS),
           TEST(prompts_of_one_character_have_no_order),
           LOOP(the_lens_is_the_mean_over_items, 0, EXPLAIN_MODELS),
           TEST(nearest_neighbours_share_a_class_or_not), LOOP(the_model_is_unchanged, 0, EXPLAIN_MODELS))
