/* Fields of tables: separated and trimmed, names compared, numbers exact to the last bit. */
#include "plot/read/field.h"
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

/* A record, its separator, and its fields, separated by '!'. */
static const struct { const char *text; char sign; const char *fields; } lines[] = {
    { " step , \"a,b\" ,,'x',\"c\"\r", ',', "step!a,b!!x!c" },
    { "1,\"{\"\"lr\"\": 0.1, \"\"n\"\": 3}\",3", ',', "1!{\"\"lr\"\": 0.1, \"\"n\"\": 3}!3" },
    { "1,\"one\ntwo\",3", ',', "1!one\ntwo!3" },
    { "1,\"open,2", ',', "1!open!2" },
    { "  step \t loss  ", ' ', "step!loss" },
    { "1;\"a;b\";2", ';', "1!a;b!2" },
    { "\"\",\"\"", ',', "!" },
    { "a,", ',', "a!" },
};

START_TEST(records_are_split)
{
    char text[80] = "";
    const char *at = lines[_i].text, *end = at + strlen(at);
    for (int n = 0; at; n++) {
        Field f = field_next(&at, end, lines[_i].sign);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s", n ? "!" : "", (int)f.n, f.s);
    }
    ck_assert_str_eq(text, lines[_i].fields);
}
END_TEST

START_TEST(names_agree_but_for_case_and_punctuation)
{
    ck_assert(field_same_name(field("Train/Loss"), field("train_loss")) && field_same_name(field("_step"),
        field("step")));
    ck_assert(field_same_name(field("Wall time"), field("wall_time")));
    ck_assert(!field_same_name(field("steps"), field("step")) && !field_same_name(field(""), field("step")));
    ck_assert(!field_same_name(field("perte \xc3\xa9"), field("perte \xc3\xa8")));
}
END_TEST

/* Thousands are separated by the sign that is not the decimal point. */
static const struct { const char *text; char point; double x; } thousands[] = {
    { "1,000", '.', 1000 }, { "12,345,678.5", '.', 12345678.5 }, { "-1,000", '.', -1000 }, { "1,234.5e2", '.', 123450 },
    { "1.234,5", ',', 1234.5 }, { "1.234", ',', 1.234 }, { "3,25", ',', 3.25 },
    { "0,250", '.', NAN }, { "1,00", '.', NAN }, { "1,0000", '.', NAN }, { "1,000,00", '.', NAN }, { "1,", '.', NAN },
};

START_TEST(thousands_are_separated)
{
    double x = NAN;
    FieldKind kind = field_number(field(thousands[_i].text), thousands[_i].point, &x);
    ck_assert_msg(kind == (isnan(thousands[_i].x) ? FIELD_WORD : FIELD_NUMBER), "%s", thousands[_i].text);
    if (kind == FIELD_NUMBER)
        ck_assert_double_eq(x, thousands[_i].x);
}
END_TEST

CHECK_MAIN("field", TEST(numbers_match_strtod), LOOP(fields_are_classified, 0, sizeof numbers / sizeof *numbers),
           LOOP(records_are_split, 0, sizeof lines / sizeof *lines), TEST(names_agree_but_for_case_and_punctuation),
           LOOP(thousands_are_separated, 0, sizeof thousands / sizeof *thousands))
