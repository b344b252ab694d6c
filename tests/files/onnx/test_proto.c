/* The wire format: the examples of protobuf.dev/programming-guides/encoding, limits, and invalid bytes. */
#include "check_main.h"
#include "files/onnx/proto.h"
#include <string.h>

static void assert_bytes(Buffer *b, const char *bytes, size_t n)
{
    ck_assert_uint_eq(b->len, n);
    ck_assert_mem_eq(b->p, bytes, n);
    buffer_free(b);
}
#define ASSERT_BYTES(b, s) assert_bytes(b, s, sizeof s - 1)

START_TEST(examples)
{
    Buffer b = { 0 };
    proto_int(&b, 1, 150);
    ASSERT_BYTES(&b, "\x08\x96\x01");
    proto_text(&b, 2, "testing");
    ASSERT_BYTES(&b, "\x12\x07testing");
    proto_int(&b, 1, -2);
    ASSERT_BYTES(&b, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    proto_float(&b, 20, 1);
    ASSERT_BYTES(&b, "\xa5\x01\x00\x00\x80\x3f");
    size_t at = proto_begin(&b, 3);
    proto_int(&b, 1, 150);
    proto_end(&b, at);
    ASSERT_BYTES(&b, "\x1a\x03\x08\x96\x01");
}
END_TEST

/* Messages whose lengths take one, two and three bytes. */
START_TEST(messages_move_for_their_length)
{
    static const size_t lengths[] = { 0, 1, 127, 128, 16383, 16384 };
    Buffer b = { 0 };
    for (int i = 0; i < 6; i++) {
        size_t outer = proto_begin(&b, 7), inner = proto_begin(&b, 5);
        for (size_t k = 0; k < lengths[i]; k++)
            buffer_u8(&b, (uint8_t)k);
        proto_end(&b, inner);
        proto_end(&b, outer);
    }
    Err        err = { 0 };
    ProtoRead  r = { b.p, b.len, 0, &err };
    ProtoField f, g;
    for (int i = 0; i < 6; i++) {
        ck_assert(proto_next(&r, &f) && f.number == 7 && f.wire == PROTO_BYTES);
        ProtoRead in = { f.p, f.n, 0, &err };
        ck_assert(proto_next(&in, &g) && g.number == 5 && g.n == lengths[i] && in.at == in.len);
        for (size_t k = 0; k < g.n; k++)
            ck_assert(g.p[k] == (char)k);
    }
    ck_assert(!proto_next(&r, &f) && !err_any(&err));
    buffer_free(&b);
}
END_TEST

START_TEST(integers_come_back)
{
    static const int64_t x[] = { 0, 1, 127, 128, 1 << 14, INT32_MAX, INT64_MAX, -1, INT64_MIN };
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        Buffer b = { 0 };
        Err    err = { 0 };
        proto_int(&b, 1 << 20, x[i]);
        ProtoRead  r = { b.p, b.len, 0, &err };
        ProtoField f;
        ck_assert(proto_next(&r, &f) && (int64_t)f.x == x[i] && f.number == 1 << 20 && f.wire == PROTO_VARINT);
        buffer_free(&b);
    }
}
END_TEST

START_TEST(fixed_sizes)
{
    static const char bytes[] = "\x0d\x01\x02\x03\x04\x09\x01\x02\x03\x04\x05\x06\x07\x08";
    Err        err = { 0 };
    ProtoRead  r = { bytes, sizeof bytes - 1, 0, &err };
    ProtoField f;
    ck_assert(proto_next(&r, &f) && f.wire == PROTO_4_BYTES && f.x == 0x04030201);
    ck_assert(proto_next(&r, &f) && f.wire == PROTO_8_BYTES && f.x == 0x0807060504030201);
    ck_assert(!proto_next(&r, &f) && !err_any(&err));
}
END_TEST

#define CASE(bytes, says) { bytes, sizeof bytes - 1, says }

static const struct { const char *bytes; size_t n; const char *says; } invalid[] = {
    CASE("\x08", "truncated"), CASE("\x08\x96", "truncated"), CASE("\x88", "truncated"), CASE("\x12", "truncated"),
    CASE("\x12\x03" "ab", "truncated"), CASE("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" "ab", "truncated"),
    CASE("\x0d\x01\x02\x03", "truncated"), CASE("\x09\x01\x02\x03\x04\x05\x06\x07", "truncated"),
    CASE("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "more than 64 bits"),
    CASE("\x0b\x0c", "unknown wire type 3"), CASE("\x0c", "unknown wire type 4"), CASE("\x0f", "unknown wire type 7"),
};

START_TEST(invalid_bytes_are_refused)
{
    Err        err = { 0 };
    ProtoRead  r = { invalid[_i].bytes, invalid[_i].n, 0, &err };
    ProtoField f;
    ck_assert(!proto_next(&r, &f));
    ck_assert_msg(strstr(err.msg, invalid[_i].says) != NULL, "%s", err.msg);
    ck_assert(!proto_next(&r, &f));
}
END_TEST

CHECK_MAIN("onnx_proto", TEST(examples), TEST(messages_move_for_their_length), TEST(integers_come_back),
           TEST(fixed_sizes), LOOP(invalid_bytes_are_refused, 0, sizeof invalid / sizeof *invalid))
