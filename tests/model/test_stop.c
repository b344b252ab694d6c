#include "model/stop.h"
#include "check_main.h"
#include <string.h>

/* Pushes `text` byte by byte; returns the output up to the first stop text, or all of it. */
static bool run(const char *const *texts, int n, const char *text, char *out)
{
    Stop   s;
    Err    err = { 0 };
    bool   found = false;
    size_t ready, len = 0;
    ck_assert(stop_init(&s, texts, n, &err));
    for (; *text && !found; text++) {
        found = stop_push(&s, text, 1, &ready);
        memcpy(out + len, s.held, ready);
        len += ready;
    }
    if (!found) {
        ready = stop_end(&s);
        memcpy(out + len, s.held, ready);
        len += ready;
    }
    out[len] = '\0';
    stop_free(&s);
    return found;
}

static const struct { const char *texts[3]; const char *in, *out; bool found; } cases[] = {
    { { "END" }, "the END of it", "the ", true },
    { { "END" }, "the EN", "the EN", false },
    { { "END" }, "EENEND", "EEN", true },
    { { "aab" }, "aaaab", "aa", true },
    { { "abab" }, "abaabab!", "aba", true },
    { { "\n\n" }, "one\ntwo\n\nthree", "one\ntwo", true },
    { { "b", "abc" }, "xxabc", "xxa", true },
    { { "bc", "abc" }, "xxabc", "xx", true },
    { { "abcx", "c" }, "zabcd", "zab", true },
    { { "x", "y", "z" }, "hello", "hello", false },
    { { NULL }, "hello", "hello", false },
    { { "hello, world" }, "hello, worl", "hello, worl", false },
};

START_TEST(ends_before_the_text)
{
    char out[64];
    int  n = 0;
    while (n < 3 && cases[_i].texts[n])
        n++;
    ck_assert_int_eq(run(cases[_i].texts, n, cases[_i].in, out), cases[_i].found);
    ck_assert_str_eq(out, cases[_i].out);
}
END_TEST

/* Text is held back no longer than necessary. */
START_TEST(is_output_as_soon_as_possible)
{
    static const size_t want[] = { 1, 1, 0, 0, 3 };
    const char *texts[] = { "xyz" };
    Stop   s;
    Err    err = { 0 };
    size_t ready;
    ck_assert(stop_init(&s, texts, 1, &err));
    for (int i = 0; i < 5; i++) {
        ck_assert(!stop_push(&s, &"abxya"[i], 1, &ready));
        ck_assert_uint_eq(ready, want[i]);
    }
    stop_push(&s, "xy", 2, &ready);
    stop_clear(&s);
    ck_assert(!stop_push(&s, "z", 1, &ready) && ready == 1 && s.held[0] == 'z');
    ck_assert(stop_end(&s) == 0 && stop_end(&s) == 0);
    stop_free(&s);
}
END_TEST

START_TEST(an_empty_stop_text_is_an_error)
{
    const char *texts[] = { "a", "" };
    Stop s;
    Err  err = { 0 };
    ck_assert(!stop_init(&s, texts, 2, &err) && err_any(&err));
    err = (Err){ 0 };
    ck_assert(!stop_init(&s, texts + 1, 1, &err) && err_any(&err));
}
END_TEST

CHECK_MAIN("stop", LOOP(ends_before_the_text, 0, sizeof cases / sizeof *cases), TEST(is_output_as_soon_as_possible),
           TEST(an_empty_stop_text_is_an_error))
