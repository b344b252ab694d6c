#include "cli/near.h"
#include "check_main.h"
#include <string.h>

START_TEST(distance_counts_edits)
{
    static const struct {
        const char *a, *b;
        int         distance;
    } rows[] = {
        { "", "", 0 },           { "", "abc", 3 },        { "train", "train", 0 },     { "train", "trains", 1 },
        { "train", "rain", 1 },  { "train", "brain", 1 }, { "train", "trian", 1 },     { "train", "rtain", 1 },
        { "train", "plot", 5 },  { "kitten", "sitting", 3 }, { "abcdef", "badcfe", 3 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(near_distance(rows[i].a, rows[i].b) == rows[i].distance, "%s %s: %d", rows[i].a,
                      rows[i].b, near_distance(rows[i].a, rows[i].b));
        ck_assert_int_eq(near_distance(rows[i].b, rows[i].a), rows[i].distance);
    }
}
END_TEST

/* Nobody types such words, but scripts may pass them. */
START_TEST(long_words_are_far)
{
    char a[200], b[200];
    memset(a, 'x', sizeof a), memset(b, 'x', sizeof b);
    a[199] = b[63] = '\0';
    ck_assert_int_ge(near_distance(a, "x"), 63);
    ck_assert_int_ge(near_distance("x", a), 63);
    ck_assert_int_eq(near_distance(b, "x"), 62);
}
END_TEST

/* The suggestion for each word, given these known ones. */
START_TEST(suggests_the_intended_word)
{
    static const char *const known[] = { "steps", "stop", "temp", "top-k", "top-p", "layers", "accumulate" };
    static const struct {
        const char *word, *best;
    } rows[] = {
        { "step", "steps" },   { "temperature", "temp" }, { "layer", "layers" }, { "topk", "top-k" },
        { "spot", NULL },      { "xyz", NULL },           { "", NULL },          { "acumullate", "accumulate" },
        { "acc", "accumulate" }, { "to", NULL },          { "stpo", "stop" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Near near = { .word = rows[i].word };
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            near_offer(&near, known[k]);
        ck_assert_msg((near.best == NULL) == (rows[i].best == NULL), "%s: %s", rows[i].word, near.best);
        if (rows[i].best)
            ck_assert_str_eq(near.best, rows[i].best);
    }
}
END_TEST

CHECK_MAIN("near", TEST(distance_counts_edits), TEST(long_words_are_far), TEST(suggests_the_intended_word))
