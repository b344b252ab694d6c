/* Claims about context and attention, measured on models whose answers are known. */
#include "explain/claims_bench.h"
#include "explain/step.h"
#include "explain/why/content.h"
#include "explain/why/why.h"
#include "text/vocab_of_text.h"

static bool rightly(const Explain *e, const Clue *c)
{
    const double *x = e->out.logits->val + (e->T - 1) * V;
    return x[c->right] > x[c->wrong];
}

/* --- Context --- */

/* Both items of a pair end in the same character, so bigrams answer one correctly and the other not. */
START_TEST(bigrams_are_correct_half_of_the_time)
{
    static const char *const texts[] = { "", "abc", "ia ia ib dc de de ij ei ei eb eb eb",
                                         "iaiaiaiadcdcdcdcijijijij" };
    Bench b;
    start(&b, 1, pairs);
    measured(&b, texts[_i]);
    ck_assert_int_eq(b.x.items, 2 * PAIRS);
    ck_assert(b.x.bigram == 0.5);
    end(&b);
}
END_TEST

/* Single items: the right bigram more often, less often, equally often, never. */
START_TEST(bigrams_are_counted)
{
    static const struct { const char *text; double part; } rows[] = {
        { "ia ia ib dc", 1 }, { "ia ib ib de", 0 }, { "ia ib", 0.5 }, { "ia de", 0.5 }, { "ia dc de", 0.75 },
        { "i a d c", 0.5 },
        { "ia\r\nia XYZ ib dc", 1 },            /* characters that the model lacks are skipped */
    };
    Bench b;
    start(&b, 1, HEADER "x\t+\tab cd hi\ta\tb\t3\t2\n" "x\t+\tfgh cab d\tc\te\t0\t3\n");
    measured(&b, rows[_i].text);
    ck_assert_msg(b.x.bigram == rows[_i].part, "%g, not %g", b.x.bigram, rows[_i].part);
    end(&b);
}
END_TEST

START_TEST(answers_are_those_of_the_model)
{
    Bench  b;
    double right = 0;
    start(&b, _i, pairs);
    measured(&b, "");
    for (int i = 0; i < b.clues.n; i++) {
        Explain e;
        open_item(&b, &e, i);
        right += rightly(&e, &b.clues.items[i]);
        explain_close(&e);
    }
    ck_assert_msg(b.x.right == right / b.clues.n, "%g, not %g", b.x.right, right / b.clues.n);
    end(&b);
}
END_TEST

/* A model overfit to one item is correct there and wrong on the other of the pair. */
START_TEST(a_model_overfit_to_an_item_answers_it_correctly)
{
    Bench b;
    start(&b, 3, HEADER "x\t+\tab cd hi\ta\tb\t3\t2\n");
    for (int k = 0; k < 200; k++) {
        Explain     e;
        ExplainStep s;
        open_item(&b, &e, 0);
        ck_assert(explain_step(&e, 0, (ExplainRow){ 0, 0, 0 }, &s));
        for (size_t j = 0; j < b.m.g.params.len; j++)
            b.m.g.params.val[j] -= 0.05 * b.m.g.params.grad[j];
        explain_close(&e);
    }
    measured(&b, "");
    ck_assert(b.x.right == 1);
    b.clues.items[0].right = b.clues.items[0].wrong;
    b.clues.items[0].wrong = vocab_find(&b.v, 'a');
    claims_free(&b.x);
    measured(&b, "");
    ck_assert(b.x.right == 0);
    end(&b);
}
END_TEST

/* The last character and its position are the same in both items, so without attention the answer is, too. */
START_TEST(without_attention_half_are_correct)
{
    Bench b;
    start(&b, _i, pairs);
    measured(&b, "");
    ck_assert_msg(b.x.ablated == 0.5, "%g", b.x.ablated);
    end(&b);
}
END_TEST

/* Prompts that differ only in the clue are equal once it is masked. */
START_TEST(without_the_clue_half_are_correct)
{
    Bench b;
    start(&b, _i, pairs);
    measured(&b, "");
    ck_assert_msg(b.x.masked == 0.5, "%g", b.x.masked);
    end(&b);
}
END_TEST

/* The answer with the clue's scores so low that softmax gives them no weight, in all rows after the clue. */
static bool right_by_scores(Bench *b, int i)
{
    Explain     e;
    const Clue *c = &b->clues.items[i];
    open_item(b, &e, i);
    for (int l = 0; l < e.L; l++) {
        Tensor *s = e.trace.layers[l].scores;
        for (int h = 0; h < e.H; h++)
            for (int row = c->at + c->len; row < e.T; row++)
                for (int j = c->at; j < c->at + c->len; j++)
                    explain_row(s, h, row)[j] = -1e9;
        explain_replay_to(s, l + 1 < e.L ? e.trace.layers[l + 1].scores : e.out.loss);
    }
    bool right = rightly(&e, c);
    explain_close(&e);
    return right;
}

/* Clues of any position and length, up to the second last character; single items. */
START_TEST(masking_equals_very_low_scores)
{
    Bench  b;
    char   items[4096] = HEADER;
    double right = 0;
    for (int at = 0; at < 7; at++)
        for (int len = 1; at + len <= 7; len++)
            sprintf(items + strlen(items), "x\t+\tab cd hi\t%c\t%c\t%d\t%d\n", letters[1 + at],
                    letters[3 + at], at, len);
    start(&b, _i, items);
    measured(&b, "");
    for (int i = 0; i < b.clues.n; i++)
        right += right_by_scores(&b, i);
    ck_assert_msg(b.x.masked == right / b.clues.n, "%g, not %g", b.x.masked, right / b.clues.n);
    end(&b);
}
END_TEST

/* --- Attention --- */

/* Uniform attention gives the clue exactly its share. */
START_TEST(uniform_attention_has_share_one)
{
    Bench b;
    start(&b, _i, pairs);
    look_everywhere(&b.m.g);
    measured(&b, "");
    EXPLAIN_NEAR(b.x.share, 1, 1e-12);
    EXPLAIN_NEAR(b.x.previous, 1, 1e-12);
    if (b.m.g.config.positions == POSITIONS_ROTARY) {
        EXPLAIN_NEAR(b.x.content, 1, 1e-12);
        EXPLAIN_NEAR(b.x.deleted, 1, 1e-12);
    } else
        ck_assert(isnan(b.x.content) && isnan(b.x.deleted));
    end(&b);
}
END_TEST

/* The same for the previous character, all rows of all items. */
START_TEST(the_previous_character_is_that_of_the_best_head)
{
    Bench  b;
    double most = 0, chance = 0, share[16] = { 0 };
    start(&b, _i, pairs);
    measured(&b, "");
    for (int x = 0; x < b.clues.n; x++) {
        Explain e;
        open_item(&b, &e, x);
        for (int i = 1; i < e.T; i++)
            chance += 1.0 / (i + 1);
        for (int k = 0; k < e.L * e.H; k++)
            for (int i = 1; i < e.T; i++)
                share[k] += explain_row(e.trace.layers[k / e.H].weights, k % e.H, i)[i - 1];
        explain_close(&e);
    }
    for (int k = 0; k < 16; k++)
        most = fmax(most, share[k]);
    EXPLAIN_NEAR(b.x.previous, most / chance, 1e-12);
    ck_assert(share[b.x.previous_layer * b.m.g.config.heads + b.x.previous_head] == most);
    end(&b);
}
END_TEST

START_TEST(the_share_is_that_of_the_best_head)
{
    Bench  b;
    double share[16] = { 0 };
    start(&b, _i, pairs);
    measured(&b, "");
    for (int i = 0; i < b.clues.n; i++) {
        Explain     e;
        const Clue *c = &b.clues.items[i];
        open_item(&b, &e, i);
        for (int k = 0; k < e.L * e.H; k++)
            for (int j = 0; j < c->len; j++)
                share[k] += explain_row(e.trace.layers[k / e.H].weights, k % e.H, e.T - 1)[c->at + j] /
                            c->len * e.T / b.clues.n;
        explain_close(&e);
    }
    int heads = b.m.g.config.heads;
    for (int k = 0; k < b.m.g.config.layers * heads; k++)
        ck_assert_msg(share[k] <= b.x.share + 1e-12, "head %d: %g > %g", k, share[k], b.x.share);
    EXPLAIN_NEAR(b.x.share, share[b.x.layer * heads + b.x.head], 1e-12);
    end(&b);
}
END_TEST

/* Softmax of the means that explain_why has for each score, on the item or on its text without the clue. */
static double content_share(Bench *b, const Clue *c, bool deleted)
{
    Explain e;
    double  s[16], sum = 0, seen = 0;
    int     ids[16] = { 0 }, n = 0;
    bool    letter[V] = { false };
    for (int i = 0; i < c->n; i++)
        if (!deleted || i < c->at || i >= c->at + c->len)
            ids[n++] = c->ids[i];
    int len = n - c->at < c->len ? n - c->at : c->len;
    ck_assert_msg(explain_open(&e, &b->m.g, ids, n, c->right), "%s", e.err.msg);
    for (int j = 0; j < n; j++) {
        ExplainWhy x;
        ck_assert(explain_why(&e, (ExplainRow){ b->x.needed.layer, b->x.needed.head, n - 1 }, j, letter, &x));
        sum += s[j] = exp(x.mean);
    }
    for (int j = c->at; j < c->at + len; j++)
        seen += s[j] / sum;
    explain_close(&e);
    return seen * n / len;
}

/* In the needed head; the control has what follows the clue in its place. */
START_TEST(content_is_the_share_with_distance_averaged_out)
{
    Bench  b;
    double content = 0, deleted = 0;
    start(&b, _i, pairs);
    measured(&b, "");
    for (int i = 0; i < b.clues.n; i++) {
        content += content_share(&b, &b.clues.items[i], false) / b.clues.n;
        deleted += content_share(&b, &b.clues.items[i], true) / b.clues.n;
    }
    EXPLAIN_NEAR(b.x.content, content, 1e-10 * content);
    EXPLAIN_NEAR(b.x.deleted, deleted, 1e-10 * deleted);
    ck_assert(fabs(content - b.x.read) > 1e-3 && fabs(content - deleted) > 1e-3);
    end(&b);
}
END_TEST

/* --- Nearest embeddings --- */

/* The first and last characters of each class and their neighbours in ASCII: upper case and digits are nearest to
 * their own class, a vowel to a consonant; a character that is neither letter nor digit is ignored even where it is
 * nearest. */
START_TEST(nearest_neighbours_are_of_four_classes)
{
    static const char chars[] = "09:@AZ[`az{";
    static const int  place[V] = { 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2 };
    Bench b;
    start(&b, 0, pairs);
    vocab_free(&b.v);
    clues_free(&b.clues);
    ck_assert(vocab_of_text(&b.v, chars, strlen(chars), VOCAB_CAP, &b.err) && b.v.n == V);
    ck_assert(clues_read(&b.clues, scratch_text("clues.tsv", HEADER "x\t+\t09AZ\ta\tz\t0\t1\n"), &b.v, 12, &b.err));
    Tensor *wte = b.m.g.wte;
    size_t  C = tensor_cols(wte);
    for (size_t i = 0; i < V; i++)
        for (size_t j = 0; j < C; j++)
            wte->val[i * C + j] = j == (size_t)place[i];
    for (size_t i = 0; i < V; i++)
        ck_assert_int_eq(vocab_find(&b.v, (uint32_t)chars[i]), (int)i);
    measured(&b, "");
    EXPLAIN_NEAR(b.x.alike, 4 / 6.0, 1e-12);
    EXPLAIN_NEAR(b.x.shuffled, 4 / 30.0, 1e-12);
    end(&b);
}
END_TEST

/* --- Errors --- */

START_TEST(an_item_that_cannot_be_run_is_an_error)
{
    Bench b;
    start(&b, 0, pairs);
    b.clues.items[2].right = V;
    ck_assert(!measure(&b, ""));
    ck_assert_msg(strstr(b.err.msg, "item 3: target 11 is outside the vocabulary of 11") != NULL, "%s", b.err.msg);
    end(&b);
}
END_TEST

/* Item 3 is the first that is run, to choose a head. */
START_TEST(a_damaged_model_is_an_error)
{
    Bench b;
    start(&b, 0, pairs);
    b.m.g.params.val[b.m.g.params.len / 2] = NAN;
    ck_assert(!measure(&b, ""));
    ck_assert_msg(strstr(b.err.msg, "item 3: ") && strstr(b.err.msg, "damaged"), "%s", b.err.msg);
    end(&b);
}
END_TEST

CHECK_MAIN("claims", LOOP(bigrams_are_correct_half_of_the_time, 0, 4), LOOP(bigrams_are_counted, 0, 7),
           LOOP(answers_are_those_of_the_model, 0, EXPLAIN_MODELS),
            TEST(a_model_overfit_to_an_item_answers_it_correctly),
           LOOP(without_attention_half_are_correct, 0, EXPLAIN_MODELS),
           LOOP(without_the_clue_half_are_correct, 0, EXPLAIN_UNMIXED),
           LOOP(masking_equals_very_low_scores, 0, EXPLAIN_UNMIXED),
           LOOP(uniform_attention_has_share_one, 0, EXPLAIN_MODELS),
           LOOP(the_previous_character_is_that_of_the_best_head, 0, EXPLAIN_MODELS),
           LOOP(the_share_is_that_of_the_best_head, 0, EXPLAIN_MODELS),
           LOOP(content_is_the_share_with_distance_averaged_out, 6, 7),
           LOOP(content_is_the_share_with_distance_averaged_out, 8, 9),
           TEST(nearest_neighbours_are_of_four_classes),
           TEST(an_item_that_cannot_be_run_is_an_error), TEST(a_damaged_model_is_an_error))
