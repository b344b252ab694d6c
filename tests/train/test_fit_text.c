#include "train/fit_text.h"
#include "check_main.h"

typedef struct Row {
    size_t n;
    double val_frac;
    int    context;
    size_t train, held_out;                 /* expected */
    int    fits, before;
    bool   ok;
} Row;

static const Row rows[] = {
    { 1000, 0.1, 64, 900, 0, 64, 0, true },
    { 650, 0.1, 64, 585, 0, 64, 0, true },      /* 65 held out: a window and the next character */
    { 640, 0.1, 64, 640, 64, 64, 0, true },     /* 64 are too few */
    { 66, 0, 64, 66, 0, 64, 0, true },
    { 65, 0, 64, 65, 0, 63, 64, true },
    { 3, 0.1, 64, 3, 1, 1, 64, true },
    { 2, 0, 64, 2, 0, 64, 0, false },
    { 5000, 0.9999, 64, 0, 0, 64, 0, false },
};

START_TEST(a_text_bounds_a_run)
{
    const Row    *r = &rows[_i];
    Corpus        corpus = { .n = r->n };
    Config        c = { .context = r->context };
    TrainSettings s = { .val_frac = r->val_frac };
    FitText       f;
    ck_assert_int_eq(fit_text(&corpus, &c, &s, &f), r->ok);
    ck_assert_uint_eq(corpus.n_train, r->train);
    ck_assert_uint_eq(f.left, r->train);
    ck_assert_uint_eq(f.held_out, r->held_out);
    ck_assert_int_eq(c.context, r->fits);
    ck_assert_int_eq(f.context, r->before);
    ck_assert((s.val_frac > 0) == (r->val_frac > 0 && r->held_out == 0));
}
END_TEST

CHECK_MAIN("fit_text", LOOP(a_text_bounds_a_run, 0, sizeof rows / sizeof *rows))
