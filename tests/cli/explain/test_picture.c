/* The layout of the picture: what a folded prompt shows, and that nothing leaves the page. */
#include "check_main.h"
#include "cli/explain/picture.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1024 };

static double share[MOST];
static bool   blank[MOST];
static int    column[MOST];

/* A prompt whose words are separated by '_', laid out in that width. */
static PictureText text_of(const char *words, int row)
{
    PictureText t = { (int)strlen(words), row, share, blank, column };
    memset(share, 0, sizeof share);
    for (int j = 0; j < t.n; j++)
        blank[j] = words[j] == '_';
    return t;
}

/* The shown characters, a fold as '.'. */
static const char *shown(const PictureText *t, const char *words)
{
    static char out[MOST + 1];
    int n = 0;
    for (int j = 0; j < t->n; j++)
        if (t->column[j] >= 0)
            out[n++] = words[j];
        else if (j == 0 || t->column[j - 1] != t->column[j])
            out[n++] = '.';
    out[n] = 0;
    return out;
}

START_TEST(what_fits_is_shown)
{
    const char *words = "Steve_has_a_green_thumb";
    PictureText t = text_of(words, 22);
    Picture     p = picture_layout(&t, PICTURE_WIDTH);
    ck_assert_str_eq(shown(&t, words), words);
    ck_assert_int_eq(p.columns, 23);
    ck_assert_double_eq(p.cell, PICTURE_CELL_MOST);
    ck_assert_double_eq_tol(picture_x(&p, &t, 22) - picture_x(&p, &t, 0), 22 * p.cell, 1e-9);
}
END_TEST

/* 340 pixels hold 36 characters of 9: the row's word, the keys with shares, and what precedes the row. */
START_TEST(a_narrow_picture_folds)
{
    const char *words = "aaaa_bbbb_cccc_dddd_eeee_ffff_gggg_hhhh_iiii_jjjj";
    PictureText t = text_of(words, 48);
    share[11] = 0.9;
    share[1] = 0.0099;                      /* below 1 %: no reason to show it */
    Picture p = picture_layout(&t, 340);
    ck_assert_str_eq(shown(&t, words), ".cccc_.ffff_gggg_hhhh_iiii_jjjj");
    ck_assert_int_eq(column[0], -1);
    ck_assert_int_eq(column[9], -1);
    ck_assert_int_eq(column[10], 1);
    ck_assert_int_eq(column[19], -7);
    ck_assert_double_eq_tol(picture_x(&p, &t, 0), picture_x(&p, &t, 4), 1e-9);
    ck_assert(p.cell >= PICTURE_CELL_NARROW);
}
END_TEST

/* Text without blanks, as in Chinese, is folded in pieces of PIECE. */
START_TEST(without_blanks)
{
    char words[101];
    memset(words, 'x', 100);
    words[100] = 0;
    PictureText t = text_of(words, 99);
    share[30] = 1;
    picture_layout(&t, 340);
    for (int j = 0; j < 100; j++)
        ck_assert_int_eq(column[j] >= 0, (j >= 24 && j < 36) || j >= 84);
}
END_TEST

/* Whatever the prompt, the row and its strongest keys are shown if they fit, letters are not smaller than the least,
 * columns rise by at most one, and everything stands within the picture. */
START_TEST(random_prompts)
{
    char words[MOST + 1];
    srand(7);
    for (int round = 0; round < 3000; round++) {
        int n = 1 + rand() % 400, row = rand() % n, width = 280 + rand() % 2000, strongest = 0;
        for (int j = 0; j < n; j++)
            words[j] = rand() % 6 ? 'x' : '_';
        words[n] = 0;
        PictureText t = text_of(words, row);
        for (int k = 0; k < 5; k++)
            share[rand() % (row + 1)] = rand() / (double)RAND_MAX;
        for (int j = 0; j < n; j++)
            strongest = share[j] > share[strongest] ? j : strongest;
        Picture p = picture_layout(&t, width);
        ck_assert(column[row] >= 0);
        ck_assert(share[strongest] < 0.01 || column[strongest] >= 0);
        ck_assert(p.cell >= (width < PICTURE_NARROW ? PICTURE_CELL_NARROW : PICTURE_CELL_LEAST));
        ck_assert(p.left >= 0 && p.left + p.cell * p.columns <= width);
        ck_assert(p.line - p.foot - picture_rise(&p, p.cell * p.columns) - p.thick / 2 >= PICTURE_TOP - p.thick);
        for (int j = 1; j < n; j++) {
            double step = picture_x(&p, &t, j) - picture_x(&p, &t, j - 1);
            ck_assert(fabs(step - p.cell) < 1e-6 || (step == 0 && column[j] < 0));
        }
    }
}
END_TEST

START_TEST(thickness_is_proportional_down_to_the_thinnest)
{
    const char *words = "the_cat_sat_on";
    PictureText t = text_of(words, 13);
    Picture     p = picture_layout(&t, PICTURE_WIDTH);
    ck_assert_double_eq(p.thick, PICTURE_THICK_MOST);
    ck_assert_double_eq(picture_thick(&p, 1), p.thick);
    ck_assert_double_eq(picture_thick(&p, 0.5), p.thick / 2);
    ck_assert_double_eq(picture_thick(&p, 0.01), PICTURE_THIN);
}
END_TEST

CHECK_MAIN("cli_explain_picture", TEST(what_fits_is_shown), TEST(a_narrow_picture_folds), TEST(without_blanks),
           TEST(random_prompts), TEST(thickness_is_proportional_down_to_the_thinnest))
