/* Fields of tables: separated and trimmed, names compared, numbers exact to the last bit. */
#include "plot/field.h"
#include "base/rng.h"
#include "check_main.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static Field field(const char *s) { return (Field){ s, strlen(s) }; }

START_TEST(numbers_match_strtod)
{
    static const char *const forms[] = { "%.0f", "%.3f", "%.6f", "%.6e", "%.9g", "%.17g", "%.25f" };
    for (uint64_t i = 0; i < 20000; i++) {
        char   text[400];
        double want = (double)(int64_t)rng_bits(1, 2, i) * pow(10, (double)(rng_bits(1, 3, i) % 40) - 30), x;
        snprintf(text, sizeof text, forms[i % 7], i % 3 ? want : want / 9.3e18);
        want = strtod(text, NULL);
        ck_assert_int_eq(field_number(field(text), '.', &x), FIELD_NUMBER);
        ck_assert_msg(memcmp(&x, &want, sizeof x) == 0, "%s: %.17g, not %.17g", text, x, want);
    }
}
END_TEST

static const struct { const char *text; FieldKind kind; double x; } numbers[] = {
    { "", FIELD_EMPTY, 0 }, { "-", FIELD_EMPTY, 0 }, { "None", FIELD_EMPTY, 0 }, { "n/a", FIELD_EMPTY, 0 },
    { "nan", FIELD_NOT_FINITE, 0 }, { "-inf", FIELD_NOT_FINITE, 0 }, { "NaN", FIELD_NOT_FINITE, 0 },
    { "1e999", FIELD_NOT_FINITE, 0 }, { "Infinity", FIELD_NOT_FINITE, 0 },
    { "1.5", FIELD_NUMBER, 1.5 }, { "+2", FIELD_NUMBER, 2 }, { "-.5", FIELD_NUMBER, -0.5 }, { "3.", FIELD_NUMBER, 3 },
    { "1E3", FIELD_NUMBER, 1000 }, { "1e-3", FIELD_NUMBER, 1e-3 }, { "1,5", FIELD_NUMBER, 1.5 },
    { "1,23456789012345678901", FIELD_NUMBER, 1.23456789012345678901 },
    { "1e", FIELD_WORD, 0 }, { "1e+", FIELD_WORD, 0 }, { "0x10", FIELD_WORD, 0 }, { "1.2.3", FIELD_WORD, 0 },
    { ".", FIELD_WORD, 0 }, { "e5", FIELD_WORD, 0 }, { "12abc", FIELD_WORD, 0 }, { "1 2", FIELD_WORD, 0 },
    { "--1", FIELD_WORD, 0 },
};

START_TEST(fields_are_classified)
{
    double x = 0;
    ck_assert_msg(field_number(field(numbers[_i].text), ',', &x) == numbers[_i].kind, "%s", numbers[_i].text);
    if (numbers[_i].kind == FIELD_NUMBER)
        ck_assert_double_eq(x, numbers[_i].x);
}
END_TEST

START_TEST(lines_are_split)
{
    static const char line[] = " step , \"a,b\" ,,'x',\"c\"\r";
    static const char *const want[] = { "step", "a,b", "", "x", "c" };
    const char *at = line;
    int n = 0;
    for (; at; n++) {
        char  text[32];
        Field f = field_next(&at, line + sizeof line - 1, ',');
        ck_assert_int_lt(n, 5);
        snprintf(text, sizeof text, "%.*s", (int)f.n, f.s);
        ck_assert_str_eq(text, want[n]);
    }
    ck_assert_int_eq(n, 5);
}
END_TEST

START_TEST(separators_and_names)
{
    static const char comma[] = "a,b;c,d", semicolon[] = "a;b;c,d", tab[] = "a\tb";
    ck_assert_int_eq(field_sign(comma, comma + 7), ',');
    ck_assert_int_eq(field_sign(semicolon, semicolon + 7), ';');
    ck_assert_int_eq(field_sign(tab, tab + 3), '\t');
    ck_assert_int_eq(field_sign(tab, tab), ',');
    ck_assert(field_is(field("Train/Loss"), "train_loss") && field_is(field("_step"), "step"));
    ck_assert(field_is(field("Wall time"), "wall_time"));
    ck_assert(!field_is(field("steps"), "step") && !field_is(field(""), "step"));
    char name[6];
    field_name(field("validation"), name, sizeof name);
    ck_assert_str_eq(name, "valid");
}
END_TEST

CHECK_MAIN("field", TEST(numbers_match_strtod), LOOP(fields_are_classified, 0, sizeof numbers / sizeof *numbers),
           TEST(lines_are_split), TEST(separators_and_names))
