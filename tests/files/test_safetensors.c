#include "files/safetensors.h"
#include "base/bytes.h"
#include "check_main.h"
#include "scratch.h"
#include <math.h>

/* Parses bytes as the contents of a file. */
static bool parse(Safetensors *f, const void *bytes, size_t n, Err *err)
{
    *f = (Safetensors){ .file = { malloc(n ? n : 1), n, n } };
    memcpy(f->file.p, bytes, n);
    bool ok = safetensors_read(f, err);
    ck_assert(ok == !err_any(err));
    ck_assert(ok || (!f->file.p && !f->list && !f->notes));
    return ok;
}

/* The length, the header and `zeros` zero bytes of numbers, in *n bytes. */
static char *compose(const char *header, uint64_t length, size_t zeros, size_t *n)
{
    size_t len = strlen(header);
    char  *bytes = calloc(1, 8 + len + zeros + 1);
    store_u64(bytes, length);
    memcpy(bytes + 8, header, len);
    *n = 8 + len + zeros;
    return bytes;
}

static bool parse_header(Safetensors *f, const char *header, size_t zeros, Err *err)
{
    size_t n;
    char  *bytes = compose(header, strlen(header), zeros, &n);
    bool   ok = parse(f, bytes, n, err);
    free(bytes);
    return ok;
}

#define J "{\"test\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}"
#define T(shape, offsets) "{\"test\":{\"dtype\":\"I32\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"
#define F(name, begin, end) "\"" name "\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[" #begin "," #end "]}"

/* Headers that must be refused, and part of the reason. The first eleven are the reference implementation's. */
static const struct { const char *header; uint64_t length; size_t zeros; const char *why; } bad[] = {
    { "", 0x3c, 0, "only 0 follow" },
    { J, 0xffffffff0000003c, 16, "the limit is 100000000" },
    { "\xff", 1, 0, "does not start" },
    { "{", 1, 0, "expected a string" },
    { J "extra_bogus_data_for_polyglot_file", 0x3c, 0, "truncated, or has trailing bytes" },
    { J, 0x3c, 14, "truncated" },
    { T("[2,2]", "[0, 4]"), 0, 0, "its shape needs 16" },
    { T("[2,18446744073709551614]", "[0,16]"), 0, 16, "more than 2^64 numbers" },
    { T("[2,9223372036854775807]", "[0,16]"), 0, 16, "too large" },
    { "{" F("a", 0, 4) "," F("b", 0, 4) "}", 0, 4, "overlap" },
    { J, 0x3c, 17, "truncated" },

    { J, 0x3d, 16, "unexpected text after the end" },
    { J, 100000001, 16, "the limit is 100000000" },
    { " " J, 0, 16, "does not start" },
    { "[]", 0, 0, "does not start" },
    { T("[4]", "[0,16,16]"), 0, 16, "more than two" },
    { T("[4]", "[16]"), 0, 16, "fewer than two" },
    { T("[4]", "[0,-16]"), 0, 16, "whole number" },
    { T("[4.0]", "[0,16]"), 0, 16, "whole number" },
    { T("[-4]", "[0,16]"), 0, 16, "whole number" },
    { T("[4]", "[16,0]"), 0, 16, "must start at 0" },
    { T("[4]", "[4,20]"), 0, 20, "leave a gap" },
    { T("[4]", "[18446744073709551600,16]"), 0, 16, "must start at 0" },
    { T("[1,1,1,1,1,1,1,1,1]", "[0,4]"), 0, 4, "dimensions" },
    { "{\"t\":{\"dtype\":\"I31\",\"shape\":[],\"data_offsets\":[0,4]}}", 0, 4, "dtype \"I31\"" },
    { "{\"t\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]}}", 0, 1, "inside a byte" },
    { "{\"t\":{\"shape\":[],\"data_offsets\":[0,4]}}", 0, 4, "\"dtype\" is missing" },
    { "{\"t\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 0, 4, "comes twice" },
    { "{\"t\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"x\":1}}", 0, 4, "unknown" },
    { "{\"t\":1}", 0, 0, "expected {" },
    { "{" F("a", 0, 4) "," F("a", 4, 8) "}", 0, 8, "\"a\" comes twice" },
    { "{" F("a", 0, 4) "," F("b", 8, 12) "}", 0, 12, "leave a gap" },
    { "{" F("a", 0, 4) "," F("b", 2, 6) "}", 0, 6, "overlap" },
    { "{\"__metadata__\":{\"a\":1}}", 0, 0, "expected a string" },
    { "{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", 0, 0, "\"a\" comes twice in __metadata__" },
    { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, 0, "__metadata__ comes twice" },
    { "{\"__metadata__\":null}", 0, 0, "expected {" },
    { J "\"", 0, 16, "unexpected text after" },
};

enum { BAD = sizeof bad / sizeof *bad };

START_TEST(invalid_headers_are_refused)
{
    Safetensors f;
    Err         err = { 0 };
    size_t      n;
    uint64_t    length = bad[_i].length ? bad[_i].length : strlen(bad[_i].header);
    char       *bytes = compose(bad[_i].header, length, bad[_i].zeros, &n);
    ck_assert_msg(!parse(&f, bytes, n, &err), "%s", bad[_i].header);
    ck_assert_msg(strstr(err.msg, bad[_i].why) != NULL, "%s: %s", bad[_i].header, err.msg);
    free(bytes);
}
END_TEST

START_TEST(too_short_for_the_header_length)
{
    for (size_t n = 0; n < 8; n++) {
        Safetensors f;
        Err         err = { 0 };
        ck_assert(!parse(&f, "\0\0\0\0\0\0\0\0", n, &err));
    }
}
END_TEST

/* The reference implementation's valid vectors. */
START_TEST(valid_headers_are_accepted)
{
    Safetensors f;
    Err         err = { 0 };
    ck_assert_msg(parse_header(&f, "{}      ", 0, &err), "%s", err.msg);
    ck_assert_uint_eq(f.n, 0);
    ck_assert_ptr_null(safetensors_find(&f, "test"));
    ck_assert_ptr_null(safetensors_note(&f, "test"));
    safetensors_close(&f);
    ck_assert_msg(parse_header(&f, "{\"test\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, &err),
                  "%s", err.msg);
    ck_assert(safetensors_find(&f, "test")->rank == 0 && safetensors_find(&f, "test")->len == 1);
    safetensors_close(&f);
    ck_assert_msg(parse_header(&f, T("[2,0]", "[0, 0]"), 0, &err), "%s", err.msg);
    safetensors_close(&f);
    static const char six[] = "\x40\0\0\0\0\0\0\0"
        "{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[1,2,3],\"data_offsets\":[0,24]}}"
        "\0\0\0\0\0\0\x80?\0\0\0@\0\0@@\0\0\x80@\0\0\xa0@";
    ck_assert_msg(parse(&f, six, sizeof six - 1, &err), "%s", err.msg);
    const SafeTensor *t = safetensors_find(&f, "attn.0");
    ck_assert(t && t->rank == 3 && t->dim[2] == 3 && t->type->number);
    for (int i = 0; i < 6; i++)
        ck_assert(t->type->number(f.data + t->begin + 4 * i) == (float)i);
    safetensors_close(&f);
}
END_TEST

/* Eight numbers of a type take as many bytes as one has bits. */
START_TEST(types_have_their_sizes)
{
    static const struct { const char *name; size_t bits; } types[] = {
        { "F32", 32 }, { "F16", 16 }, { "BF16", 16 }, { "F64", 64 }, { "BOOL", 8 }, { "U8", 8 }, { "I8", 8 },
        { "I16", 16 },
        { "U16", 16 }, { "I32", 32 }, { "U32", 32 }, { "I64", 64 }, { "U64", 64 }, { "C64", 64 }, { "F8_E5M2", 8 },
        { "F8_E4M3", 8 }, { "F8_E8M0", 8 }, { "F8_E4M3FNUZ", 8 }, { "F8_E5M2FNUZ", 8 }, { "F6_E2M3", 6 },
        { "F6_E3M2", 6 }, { "F4", 4 },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        Safetensors f;
        Err  err = { 0 };
        char header[128];
        snprintf(header, sizeof header, "{\"t\":{\"dtype\":\"%s\",\"shape\":[8],\"data_offsets\":[0,%zu]}}",
                 types[i].name,
                 types[i].bits);
        ck_assert_msg(parse_header(&f, header, types[i].bits, &err), "%s: %s", types[i].name, err.msg);
        safetensors_close(&f);
    }
}
END_TEST

START_TEST(tensors_are_ordered_by_offset)
{
    Safetensors f;
    Err         err = { 0 };
    ck_assert_msg(parse_header(&f, "{\"__metadata__\":{\"b\":\"2\",\"a\":\"\\u00e9\"}," F("z", 4, 8) "," F("y", 0, 4)
                               ",\"none\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}}", 8, &err),
                  "%s", err.msg);
    ck_assert(f.n == 3 && safetensors_find(&f, "z")->begin == 4 && safetensors_find(&f, "none")->len == 0);
    ck_assert(json_text_is(*safetensors_note(&f, "a"), "\xc3\xa9") && json_text_is(*safetensors_note(&f, "b"), "2"));
    ck_assert_ptr_null(safetensors_find(&f, "__metadata__"));
    safetensors_close(&f);
}
END_TEST

static float number(const char *type, const char *bytes, size_t n)
{
    Safetensors f;
    Err         err = { 0 };
    char        header[100], all[200];
    snprintf(header, sizeof header, "{\"t\":{\"dtype\":\"%s\",\"shape\":[],\"data_offsets\":[0,%zu]}}", type, n);
    size_t len = strlen(header);
    store_u64(all, len);
    memcpy(all + 8, header, len);
    memcpy(all + 8 + len, bytes, n);
    ck_assert_msg(parse(&f, all, 8 + len + n, &err), "%s", err.msg);
    float x = f.list->type->number(f.data);
    safetensors_close(&f);
    return x;
}

/* IEEE 754 binary16: the smallest and largest, subnormal and normal. */
START_TEST(numbers_are_converted)
{
    ck_assert(number("F16", "\x00\x3c", 2) == 1 && number("F16", "\x00\xc0", 2) == -2 &&
              number("F16", "\xff\x7b", 2) == 65504);
    ck_assert(number("F16", "\x01\x00", 2) == 0x1p-24f && number("F16", "\xff\x03", 2) == 0x1.ff8p-15f);
    ck_assert(number("F16", "\x00\x04", 2) == 0x1p-14f && number("F16", "\x55\x35", 2) == 0x1.554p-2f);
    ck_assert(isinf(number("F16", "\x00\x7c", 2)) && number("F16", "\x00\xfc", 2) < 0 &&
              isnan(number("F16", "\x01\x7e", 2)));
    ck_assert(signbit(number("F16", "\x00\x80", 2)) && number("F16", "\x00\x80", 2) == 0);
    ck_assert(number("BF16", "\x80\x3f", 2) == 1 && number("BF16", "\x49\xc0", 2) == -3.140625f);
    ck_assert(number("F32", "\xdb\x0f\x49\x40", 4) == 3.14159274f);
    ck_assert(number("F64", "\x18\x2d\x44\x54\xfb\x21\x09\x40", 8) == 3.14159274f);
}
END_TEST

/* A small file written by safetensors_write, *n bytes. */
static char *written(size_t *n)
{
    static real matrix[] = { 0, 1, 2, 3, 4, 5 }, vector[] = { -1, 0.5 };
    FileTensor       list[] = {
        { .name = "w", .rank = 2, .dim = { 2, 3 }, .val = matrix },
        { .name = "b", .rank = 1, .dim = { 2, 1 }, .val = vector },
        { .name = "turned", .rank = 2, .dim = { 3, 2 }, .val = matrix, .as = FILE_TENSOR_TRANSPOSED },
        { .name = "zero", .rank = 1, .dim = { 2, 1 } },
    };
    Buffer   b = { 0 };
    SafeNote note = { { "key", 3 }, { "a\n\"b\"", 5 } };
    safetensors_write(&b, &(FileTensors){ list, 4 }, &note, 1);
    ck_assert(!b.lost);
    *n = b.len;
    return b.p;
}

/* As the reference implementation writes a file: compact, padded to 8 bytes, ordered by name. */
START_TEST(written_byte_by_byte)
{
    static real six[] = { 0, 1, 2, 3, 4, 5 };
    FileTensor       a = { .name = "attn.0", .rank = 2, .dim = { 2, 3 }, .val = six };
    Buffer      b = { 0 };
    safetensors_write(&b, &(FileTensors){ &a, 1 }, NULL, 0);
    static const char want[] = "\x40\0\0\0\0\0\0\0"
        "{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}  "
        "\0\0\0\0\0\0\x80?\0\0\0@\0\0@@\0\0\x80@\0\0\xa0@";
    ck_assert_uint_eq(b.len, sizeof want - 1);
    ck_assert_mem_eq(b.p, want, sizeof want - 1);
    buffer_free(&b);
}
END_TEST

START_TEST(reads_what_it_writes)
{
    Safetensors f;
    Err         err = { 0 };
    size_t      n;
    char       *bytes = written(&n);
    ck_assert_msg(parse(&f, bytes, n, &err), "%s", err.msg);
    ck_assert_uint_eq((size_t)(f.data - f.file.p) % 8, 0);
    const SafeTensor *b = safetensors_find(&f, "b"), *w = safetensors_find(&f, "w"),
                     *t = safetensors_find(&f, "turned");
    ck_assert(b->begin == 0 && t->begin == 8 && w->begin == 32 && safetensors_find(&f, "zero")->begin == 56);
    ck_assert(b->rank == 1 && w->dim[0] == 2 && w->dim[1] == 3 && t->dim[0] == 3 && t->dim[1] == 2);
    static const float turned[] = { 0, 3, 1, 4, 2, 5 };
    for (int i = 0; i < 6; i++)
        ck_assert(load_f32(f.data + 8 + 4 * i) == turned[i] && load_f32(f.data + 32 + 4 * i) == (float)i);
    ck_assert(load_f32(f.data) == -1 && load_f32(f.data + 56) == 0);
    ck_assert(json_text_is(*safetensors_note(&f, "key"), "a\n\"b\""));
    safetensors_close(&f);
    free(bytes);
}
END_TEST

/* Truncated anywhere, it is refused; with any bit flipped, it is refused or still consistent. */
START_TEST(truncated_or_flipped_anywhere)
{
    size_t n;
    char  *bytes = written(&n);
    for (size_t cut = 0; cut < n; cut++) {
        Safetensors f;
        Err         err = { 0 };
        ck_assert_msg(!parse(&f, bytes, cut, &err), "%zu bytes", cut);
    }
    for (size_t bit = 0; bit < 8 * n; bit++) {
        Safetensors f;
        Err         err = { 0 };
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        if (parse(&f, bytes, n, &err)) {
            uint64_t total = 0;
            for (size_t i = 0; i < f.n; i++)
                total += f.list[i].end - f.list[i].begin;
            ck_assert_uint_eq(total, n - (size_t)(f.data - f.file.p));
            safetensors_close(&f);
        }
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    free(bytes);
}
END_TEST

/* A header full of tensors stays within the memory limit, and sorting them does not take quadratic time. */
START_TEST(very_many_tensors)
{
    for (size_t many = SAFE_TENSORS; many <= SAFE_TENSORS + 1; many++) {
        Buffer      b = { 0 };
        Safetensors f;
        Err         err = { 0 };
        buffer_u64(&b, 0);
        for (size_t i = 0; i < many; i++)
            buffer_print(&b, "%c\"%zu\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}", i ? ',' : '{', i);
        buffer_u8(&b, '}');
        store_u64(b.p, b.len - 8);
        bool ok = parse(&f, b.p, b.len, &err);
        ck_assert_msg(ok == (many == SAFE_TENSORS), "%s", err.msg);
        if (ok)
            safetensors_close(&f);
        buffer_free(&b);
    }
}
END_TEST

START_TEST(opened_from_disk)
{
    Safetensors f;
    Err         err = { 0 };
    size_t      n;
    char       *bytes = written(&n);
    ck_assert_msg(safetensors_open(&f, scratch_file("a.safetensors", bytes, n), &err), "%s", err.msg);
    ck_assert_uint_eq(f.n, 4);
    safetensors_close(&f);
    ck_assert(!safetensors_open(&f, scratch_file("b", bytes, n - 1), &err));
    ck_assert_msg(strstr(err.msg, "cannot read ") == err.msg, "%s", err.msg);
    err = (Err){ 0 };
    ck_assert(!safetensors_open(&f, scratch("none"), &err));
    ck_assert_msg(strstr(err.msg, "no such file") != NULL, "%s", err.msg);
    free(bytes);
}
END_TEST

CHECK_MAIN("safetensors", LOOP(invalid_headers_are_refused, 0, BAD), TEST(too_short_for_the_header_length),
           TEST(valid_headers_are_accepted), TEST(types_have_their_sizes), TEST(tensors_are_ordered_by_offset),
           TEST(numbers_are_converted), TEST(written_byte_by_byte), TEST(reads_what_it_writes),
           TEST(truncated_or_flipped_anywhere), TEST(very_many_tensors), TEST(opened_from_disk))
