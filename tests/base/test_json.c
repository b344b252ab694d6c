#include "base/json.h"
#include "check_main.h"
#include <math.h>
#include <string.h>

static char  *text;
static size_t size;

static Json begin(void) { return (Json){ .out = open_memstream(&text, &size) }; }

static void end_is(Json *j, const char *want)
{
    fclose(j->out);
    ck_assert_str_eq(text, want);
    free(text);
}

START_TEST(values_are_separated_by_commas)
{
    Json j = begin();
    json_object(&j, NULL);
    json_int(&j, "a", -3);
    json_array(&j, "b");
    json_bool(&j, NULL, true);
    json_null(&j, NULL);
    json_object(&j, NULL);
    json_end(&j);
    json_array(&j, NULL);
    json_end_array(&j);
    json_end_array(&j);
    json_text(&j, "c", "x");
    json_text(&j, "d", NULL);
    json_end(&j);
    end_is(&j, "{\n\"a\":-3,\n\"b\":[true,null,{},[]],\n\"c\":\"x\",\n\"d\":null\n}\n");
}
END_TEST

/* The bytes that json_bytes writes for the text into a buffer; the caller frees it. */
static Buffer plain_text(const char *s, size_t n)
{
    Buffer b = { 0 };
    Json   j = { .to = &b, .plain = true };
    json_bytes(&j, NULL, s, n);
    return b;
}

START_TEST(plain_text_escapes_what_json_requires)
{
    static const char want[] = "\"a\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\\u0000z<\xff\"";
    Buffer            b = plain_text("a\"\\\n\x01\x7f\xc3\xa9\0z<\xff", 12);
    ck_assert_uint_eq(b.len, sizeof want - 1);
    ck_assert_mem_eq(b.p, want, b.len);
    buffer_free(&b);
}
END_TEST

START_TEST(keys_and_spaces)
{
    Buffer b = { 0 };
    Json   j = { .to = &b, .plain = true, .spaced = true };
    json_object(&j, NULL);
    json_key(&j, "\"", 1);
    json_array(&j, NULL);
    json_int(&j, NULL, 1);
    json_int(&j, NULL, 2);
    json_end_array(&j);
    json_key(&j, "b", 1);
    json_object(&j, NULL);
    json_line(&j);
    json_key(&j, "x", 1);
    json_decimal(&j, NULL, 0.25, 6);
    json_int(&j, "y", 1);
    json_line(&j);
    json_end(&j);
    json_end(&j);
    buffer_u8(&b, 0);
    ck_assert_str_eq(b.p, "{\n\"\\\"\": [1,2],\n\"b\": {\n\"x\": 0.250000,\"y\": 1\n}\n}\n");
    buffer_free(&b);
}
END_TEST

START_TEST(compact_has_no_lines)
{
    Buffer b = { 0 };
    Json   j = { .to = &b, .compact = true };
    json_object(&j, NULL);
    json_int(&j, "a", 1);
    json_bool(&j, "b", false);
    json_end(&j);
    buffer_u8(&b, 0);
    ck_assert_str_eq(b.p, "{\"a\":1,\"b\":false}");
    buffer_free(&b);
}
END_TEST

START_TEST(numbers_keep_their_digits)
{
    Json j = begin();
    json_numbers(&j, NULL, (double[]){ 1.0 / 3, -0.0, NAN, INFINITY, 1e300, 5 }, 6, 6);
    json_number(&j, NULL, 1.0 / 3, 12);
    json_numbers(&j, NULL, NULL, 0, 6);
    end_is(&j, "[\n0.333333,\n-0,\nnull,\nnull,\n1e+300,\n5\n]\n,0.333333333333,[\n]\n");
}
END_TEST

/* No text can end the string, the script element around it or a line of JavaScript. */
START_TEST(text_is_escaped)
{
    static const char bad[] = "</script><!--&\"\\'\n\0\x7f\xe2\x80\xa8\xe2\x80\xa9\xc2\x85\xef\xbb\xbf";
    Json j = begin();
    json_bytes(&j, NULL, bad, sizeof bad - 1);
    end_is(&j, "\"\\u003c/"
               "script\\u003e\\u003c!--"
               "\\u0026\\u0022\\u005c\\u0027\\u000a\\u0000\\u007f\\u2028\\u2029\\u0085\\ufeff\"");
}
END_TEST

START_TEST(invalid_utf8_is_replaced)
{
    static const char mixed[] = "\xc3\xa9\xe2\x98\x83\xf0\x9f\x99\x82|\xff\xc3|\xed\xa0\x80";
    Json j = begin();
    json_bytes(&j, NULL, mixed, sizeof mixed - 1);
    end_is(&j, "\"\xc3\xa9\xe2\x98\x83\xf0\x9f\x99\x82|\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd\"");
}
END_TEST

/* Each type of value, into a full buffer. */
START_TEST(a_failed_write_is_remembered)
{
    char  little[2];
    FILE *f = fmemopen(little, sizeof little, "w");
    ck_assert_ptr_nonnull(f);
    setvbuf(f, NULL, _IONBF, 0);
    Json j = { .out = f, .depth = 2 };
    json_int(&j, NULL, 7);
    ck_assert(!j.lost);
    for (int i = 0; i < 5; i++) {
        j.lost = false;
        if (i == 0)
            json_int(&j, NULL, 12);
        else if (i == 1)
            json_text(&j, NULL, "text");
        else if (i == 2)
            json_number(&j, NULL, 1.5, 6);
        else if (i == 3)
            json_null(&j, NULL);
        else
            json_end(&j);
        ck_assert_msg(j.lost, "%d", i);
    }
    fclose(f);
}
END_TEST

CHECK_MAIN("json", TEST(values_are_separated_by_commas), TEST(plain_text_escapes_what_json_requires),
           TEST(keys_and_spaces), TEST(compact_has_no_lines), TEST(numbers_keep_their_digits), TEST(text_is_escaped),
           TEST(invalid_utf8_is_replaced), TEST(a_failed_write_is_remembered))
