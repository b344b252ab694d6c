/* The sentences, word for word, from measures written by hand. */
#include "check_main.h"
#include "cli/explain/words.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 32 };

static const char prompt[] = "a green thumb in gar";
enum { A, GREEN, THUMB, IN, GAR, WORDS };

/* The prompt, its words and characters, and the answers d and a. */
typedef struct Hand {
    Subject      s;
    Gpt          g;
    Prior        prior;
    ExplainCause c;
    uint32_t     chars[128];
    int          ids[MOST];
    CauseUnit    units[MOST];
    CauseFound   found[MOST];
} Hand;

static Hand h;

/* A trial whose answers have these probabilities in percent; `third`, that of the likeliest other token. */
static CauseTrial trial(double target, double rival, double third)
{
    double other = fmax(rival, third);
    return (CauseTrial){ log(target / rival), log(target / other), target / 100, rival / 100 };
}

static void lay(double target, double rival)
{
    static const int spans[WORDS][2] = { { 0, 0 }, { 2, 6 }, { 8, 12 }, { 14, 15 }, { 17, 19 } };
    int T = (int)strlen(prompt);
    h = (Hand){ .c = { .target = 'd', .rival = 'a', .now = trial(target, rival, 0.1), .words = WORDS, .last = GAR } };
    for (int i = 0; i < 128; i++)
        h.chars[i] = (uint32_t)i;
    for (int i = 0; i < T; i++)
        h.ids[i] = prompt[i];
    h.s.model.file.vocab = (Vocab){ .n = 128, .chars = h.chars };
    h.s.e.ids = h.ids;
    h.s.e.T = T;
    h.s.e.g = &h.g;
    h.g.prior = &h.prior;
    h.c.n = h.c.tried = WORDS + T;
    h.c.words_tried = WORDS;
    h.c.units = h.units;
    h.c.found = h.found;
    for (int k = 0; k < h.c.n; k++) {
        CauseSpan at = { k < WORDS, k < WORDS ? spans[k][0] : k - WORDS, k < WORDS ? spans[k][1] : k - WORDS };
        h.units[k] = (CauseUnit){ at, h.c.now, h.c.now, h.c.now, h.c.now.odds, h.c.now.odds, 3, 0 };
    }
}

static void set(int k, CauseTrial deleted, CauseTrial replaced, CauseTrial masked)
{
    h.units[k].deleted = deleted;
    h.units[k].replaced = replaced;
    h.units[k].masked = masked;
}

static void says(const char *want)
{
    char got[2048];
    cause_verdict(&h.c);
    ck_assert_str_eq(words_cause(got, sizeof got, &h.s, &h.c, 0, false), want);
}

/* Nothing decides between the two, but without the word a third answer comes. */
START_TEST(a_word_without_which_a_third_answer_comes_is_needed)
{
    lay(99.8, 0.1);
    set(THUMB, trial(19, 0.02, 79), trial(10.5, 0.01, 85), trial(17, 0.02, 80));
    says("No earlier word decides between 'd' (99.8 %) and 'a' (0.1 %), but \"thumb\" (8 to 12) is needed: with it "
         "deleted, 'd' has 19.0 %; replaced, 10.5 %; masked, 17.0 %.");
    set(IN, trial(30, 0.03, 60), trial(30, 0.03, 60), h.c.now);
    says("No earlier word decides between 'd' (99.8 %) and 'a' (0.1 %), but \"thumb\" (8 to 12) is needed: with it "
         "deleted, 'd' has 19.0 %; replaced, 10.5 %; masked, 17.0 %. Also needed: \"in\" (14 to 15).");
}
END_TEST

START_TEST(a_word_decides_and_the_last_letters_leave_two)
{
    lay(99.8, 0.1);
    set(THUMB, trial(21, 78, 0), trial(35, 64, 0), trial(12, 87, 0));
    says("\"thumb\" (8 to 12) decides between 'd' (99.8 %) and 'a' (0.1 %): with it deleted, 'd' has 21.0 %; "
         "replaced, 35.0 %; masked, 12.0 %.");
    set(GAR, trial(0.2, 0.1, 60), trial(90, 5, 1), h.c.now);
    says("\"thumb\" (8 to 12) decides between 'd' (99.8 %) and 'a' (0.1 %): with it deleted, 'd' has 21.0 %; "
         "replaced, 35.0 %; masked, 12.0 %. The last letters \"gar\" (17 to 19) leave these two: with them "
         "deleted, both together have 0.3 %.");
    set(GREEN, trial(30, 69, 0), trial(36, 63, 0), h.c.now);
    set(IN, trial(0.2, 0.1, 60), trial(0.1, 0.1, 60), h.c.now);
    says("\"thumb\" (8 to 12) decides between 'd' (99.8 %) and 'a' (0.1 %): with it deleted, 'd' has 21.0 %; "
         "replaced, 35.0 %; masked, 12.0 %. So does \"green\" (2 to 6), by itself. The last letters \"gar\" (17 "
         "to 19) leave these two: with them deleted, both together have 0.3 %. Also needed: \"in\" (14 to 15).");
}
END_TEST

START_TEST(no_word_decides)
{
    lay(67.7, 32);
    set(GREEN, trial(62.7, 37, 0), trial(64, 35, 0), trial(66, 33, 0));
    set(GAR, trial(0.2, 0.1, 60), trial(0.2, 0.1, 60), h.c.now);
    says("No earlier word decides between 'd' (67.7 %) and 'a' (32.0 %); \"green\" (2 to 6) comes closest: with "
         "it deleted, 'd' has 62.7 %; replaced, 64.0 %; masked, 66.0 %. The last letters \"gar\" (17 to 19) "
         "leave these two: with them deleted, both together have 0.3 %.");
    lay(99.8, 0.1);
    set(GREEN, trial(95, 4.9, 0), trial(93, 6.9, 0), (CauseTrial){ NAN, NAN, NAN, NAN });
    says("No earlier word decides between 'd' (99.8 %) and 'a' (0.1 %); \"green\" (2 to 6) does most: with it "
         "deleted, 'd' has 95.0 %; replaced, 93.0 %.");
}
END_TEST

START_TEST(third_answers_and_near_ties)
{
    lay(3, 2.5);
    says("'d' (3.0 %) and 'a' (2.5 %) are nearly even. No earlier word tips the balance.");
    set(GREEN, trial(2, 2.1, 0), trial(2, 2.1, 0), h.c.now);
    says("'d' (3.0 %) and 'a' (2.5 %) are nearly even. No earlier word tips the balance. \"green\" (2 to 6) "
         "changes the answer only narrowly.");
    set(THUMB, trial(2, 5, 0), trial(1.5, 4, 0), h.c.now);
    set(GAR, trial(3, 2.5, 9), h.c.now, h.c.now);
    says("'d' (3.0 %) and 'a' (2.5 %) are nearly even. \"thumb\" (8 to 12) tips the balance: with it deleted, 'd' "
         "has 2.0 % to 5.0 % for 'a'; replaced, 1.5 % to 4.0 %; masked, 3.0 % to 2.5 %. The last letters \"gar\" (17 "
         "to 19) limit what can come: with them deleted, another answer leads with 9.0 %. \"green\" (2 to 6) "
         "changes the answer only narrowly.");
}
END_TEST

/* No difference is reported that the digits do not show, and an impossible answer is not one of two. */
START_TEST(an_impossible_answer)
{
    lay(0.001, 99.9);
    set(THUMB, trial(0.002, 99.7, 0), trial(0.003, 99.6, 0), h.c.now);
    set(GAR, trial(0.001, 3, 60), trial(0.001, 3, 60), h.c.now);
    says("No earlier word decides that 'a' (99.9 %) beats 'd' (0.0 %). The last letters \"gar\" (17 to 19) leave 'a': "
         "with them deleted, 'a' has 3.0 %.");
}
END_TEST

START_TEST(why_not_this_one)
{
    lay(0.2, 99.7);
    set(THUMB, trial(45, 54, 0), trial(63, 36, 0), trial(46, 53, 0));
    set(GREEN, trial(0.01, 99.9, 0), trial(0.005, 99.9, 0), h.c.now);
    says("\"thumb\" (8 to 12) decides that 'a' (99.7 %) beats 'd' (0.2 %): with it deleted, 'd' has 45.0 %; "
         "replaced, 63.0 %; masked, 46.0 %.");
    set(GREEN, trial(0.0001, 99.9, 0), trial(0.0001, 99.9, 0), h.c.now);
    says("\"thumb\" (8 to 12) decides that 'a' (99.7 %) beats 'd' (0.2 %): with it deleted, 'd' has 45.0 %; "
         "replaced, 63.0 %; masked, 46.0 %. \"green\" (2 to 6) favours 'd'.");
}
END_TEST

START_TEST(disagreement_is_said)
{
    lay(99.8, 0.1);
    set(THUMB, trial(21, 78, 0), trial(35, 64, 0), trial(99.99, 0.0001, 0));
    h.units[THUMB].integrated = -1.5;
    says("No earlier word decides between 'd' (99.8 %) and 'a' (0.1 %). The measures disagree on \"thumb\" (8 to "
         "12): with it deleted, 'd' has 21.0 %; replaced, 35.0 %; masked, 100.0 %; integrated gradients, -1.50 "
         "nats.");
}
END_TEST

START_TEST(what_was_not_tried_is_said)
{
    lay(99.8, 0.1);
    h.c.words_tried = 2;
    h.c.tried = 5;
    says("None of the words tried decides between 'd' (99.8 %) and 'a' (0.1 %). Tried, because the model is "
         "large: 2 of 5 words, 3 of 20 characters.");
}
END_TEST

/* At most six of a list by name. */
START_TEST(long_lists_end)
{
    lay(99.8, 0.1);
    h.c.words = 0;                          /* characters only */
    h.c.last = h.c.n - 1;
    for (int i = 0; i < 9; i++)
        set(WORDS + i, trial(21, 78 + i, 0), trial(21, 78, 0), h.c.now);
    h.c.n = h.c.tried = (int)strlen(prompt);
    h.c.units += WORDS;
    h.c.last = h.c.n - 1;
    says("'a' (0) decides between 'd' (99.8 %) and 'a' (0.1 %): with it deleted, 'd' has 21.0 %; replaced, 21.0 "
         "%; masked, 99.8 %. So do space (1), 'g' (2), 'r' (3), 'e' (4), 'e' (5), 'n' (6) and 2 more, each by "
         "itself.");
}
END_TEST

START_TEST(nothing_to_compare)
{
    lay(99.8, 0.1);
    h.s.e.T = 1;
    says("'d' (99.8 %) has one character of context, 'a': there is no other to change.");
    h.c.rival = -1;
    says("'d' is the only character in the vocabulary: there is no other answer.");
}
END_TEST

/* A mask hides a word from attention, not from counts, where their context reaches it. */
START_TEST(a_masked_word_may_still_be_counted)
{
    static const char want[] = "\"thumb\" (8 to 12) decides between 'd' (99.8 %%) and 'a' (0.1 %%): with it deleted, "
                               "'d' has 21.0 %%; replaced, 35.0 %%; masked%s, 12.0 %%.";
    char said[256];
    for (int order = 7; order <= 8; order++) {
        lay(99.8, 0.1);
        h.g.config.counts = true;
        h.prior.discounts.order = order;
        set(THUMB, trial(21, 78, 0), trial(35, 64, 0), trial(12, 87, 0));
        sprintf(said, want, order == 8 ? " (still counted)" : "");
        says(said);
    }
}
END_TEST

/* In little room: the cause always, then what fits. */
START_TEST(a_short_sentence_points_to_the_rest)
{
    static const char cause[] = "\"thumb\" (8 to 12) decides between 'd' (99.8 %) and 'a' (0.1 %): with it deleted, "
                                "'d' has 21.0 %; replaced, 35.0 %; masked, 12.0 %. So does \"green\" (2 to 6), by "
                                "itself.",
                      last[] = " The last letters \"gar\" (17 to 19) leave these two: with them deleted, both together "
                               "have 0.3 %.",
                      more[] = " More: --cause.";
    char got[2048], want[2048];
    lay(99.8, 0.1);
    set(THUMB, trial(21, 78, 0), trial(35, 64, 0), trial(12, 87, 0));
    set(GREEN, trial(30, 69, 0), trial(36, 63, 0), h.c.now);
    set(GAR, trial(0.2, 0.1, 60), trial(90, 5, 1), h.c.now);
    cause_verdict(&h.c);
    size_t all = strlen(cause) + strlen(last);
    for (size_t room = 1; room <= all + 20; room++) {
        sprintf(want, "%s%s", cause, room < all ? more : last);
        ck_assert_str_eq(words_cause(got, sizeof got, &h.s, &h.c, room, false), want);
    }
}
END_TEST

/* Cut off, never written past the end. */
START_TEST(a_short_buffer_is_kept)
{
    char out[40];
    memset(out, '#', sizeof out);
    lay(99.8, 0.1);
    set(THUMB, trial(21, 78, 0), trial(35, 64, 0), trial(12, 87, 0));
    cause_verdict(&h.c);
    ck_assert_str_eq(words_cause(out, 30, &h.s, &h.c, 0, false), "\"thumb\" (8 to 12) decides bet");
    ck_assert_int_eq(out[30], '#');
}
END_TEST

CHECK_MAIN("words_cause", TEST(a_word_without_which_a_third_answer_comes_is_needed),
           TEST(a_word_decides_and_the_last_letters_leave_two), TEST(no_word_decides),
           TEST(third_answers_and_near_ties), TEST(an_impossible_answer), TEST(why_not_this_one),
           TEST(disagreement_is_said),
           TEST(what_was_not_tried_is_said), TEST(long_lists_end), TEST(nothing_to_compare),
           TEST(a_masked_word_may_still_be_counted),
           TEST(a_short_sentence_points_to_the_rest), TEST(a_short_buffer_is_kept))
