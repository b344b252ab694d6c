#include "explain/embed.h"
#include "check_main.h"
#include "explain/explain_model.h"

static double table[] = { 1, 0,  2, 0,  0, 3,  -1, 0,  1, 1,  0, 0 };
static const Tensor rows = { .rank = 2, .dim = { 6, 2 }, .val = table };

START_TEST(cosine_ignores_length)
{
    EXPLAIN_NEAR(explain_embed_cosine(&rows, 0, 1), 1, 1e-15);
    EXPLAIN_NEAR(explain_embed_cosine(&rows, 0, 2), 0, 1e-15);
    EXPLAIN_NEAR(explain_embed_cosine(&rows, 0, 3), -1, 1e-15);
    EXPLAIN_NEAR(explain_embed_cosine(&rows, 0, 4), sqrt(0.5), 1e-15);
    EXPLAIN_NEAR(explain_embed_cosine(&rows, 0, 5), 0, 0);
}
END_TEST

START_TEST(neighbours_are_the_nearest_rows)
{
    int    near[8];
    double cosine[8];
    const int want[] = { 1, 4, 2, 5, 3 };
    ck_assert_int_eq(explain_embed_near(&rows, 0, 3, near, cosine), 3);
    ck_assert(memcmp(near, want, 3 * sizeof *want) == 0);
    EXPLAIN_NEAR(cosine[1], sqrt(0.5), 1e-15);
    ck_assert_int_eq(explain_embed_near(&rows, 0, 8, near, cosine), 5);
    ck_assert(memcmp(near, want, sizeof want) == 0);
    ck_assert_int_eq(explain_embed_near(&rows, 0, 0, near, cosine), 0);
}
END_TEST

CHECK_MAIN("explain_embed", TEST(cosine_ignores_length), TEST(neighbours_are_the_nearest_rows))
