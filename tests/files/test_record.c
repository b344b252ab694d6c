#include "files/record.h"
#include "base/rng.h"
#include "check_main.h"
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct Thing {
    int      whole;
    long     large;
    double   real, loss, spare;
    uint64_t bits;
    bool     flag;
} Thing;

static const RecordField fields[] = {
    { "whole", RECORD_INT, offsetof(Thing, whole), -5, 70000, false },
    { "large", RECORD_LONG, offsetof(Thing, large), 0, 9e15, false },
    { "real", RECORD_REAL, offsetof(Thing, real), -1e308, 1e308, false },
    { "loss", RECORD_LOSS, offsetof(Thing, loss), 0, 0, false },
    { "spare", RECORD_REAL, offsetof(Thing, spare), -1, 1, true },
    { "bits", RECORD_BITS, offsetof(Thing, bits), 0, 0, false },
    { "flag", RECORD_FLAG, offsetof(Thing, flag), 0, 1, false },
};

enum { N = sizeof fields / sizeof *fields };

static const char good[] = "whole 7\nlarge 12\nreal 0.1\nloss nan\nbits 00000000000000ff\nflag 1\n";

static bool reads(const char *text, Thing *t, Err *err)
{
    *err = (Err){ 0 };
    return record_read(t, fields, N, text, strlen(text), err);
}

START_TEST(lines_are_as_described)
{
    Thing t = { .whole = 7, .large = 12, .real = 0.1, .loss = -NAN, .bits = 255, .flag = true };
    char  out[N * RECORD_LINE];
    size_t len = record_write(&t, fields, N, out);
    ck_assert_uint_eq(len, strlen(good));
    ck_assert_mem_eq(out, good, len);
}
END_TEST

START_TEST(reads_any_order_and_skips_x_lines)
{
    Thing t;
    Err   err;
    ck_assert_msg(reads("flag 0\nx-note by ~hand~\nspare -0.5\nbits ffffffffffffffff\nloss inf\nreal -3\nlarge 0\n"
                        "x- \nwhole -5\n", &t, &err), "%s", err.msg);
    ck_assert(t.whole == -5 && t.large == 0 && t.real == -3 && t.loss == INFINITY && t.spare == -0.5 &&
              t.bits == UINT64_MAX && !t.flag);
    ck_assert(reads("whole 70000\nlarge 9000000000000000\nreal 1e+308\nloss 0\nbits 0000000000000000\nflag 1\n"
                    "spare 1\n", &t, &err));
    t.spare = 9;
    ck_assert(reads(good, &t, &err) && t.spare == 0 && isnan(t.loss));
}
END_TEST

/* Any double, made of random bits, in every locale of this machine. */
START_TEST(reals_round_trip_exactly)
{
    static const char *locales[] = { "C", "de_DE.UTF-8", "fr_FR.UTF-8", "fa_IR.UTF-8" };
    setlocale(LC_ALL, locales[_i]);
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t bits = rng_bits(1, 0, i);
        Thing    t = { .real = 1 }, u;
        Err      err = { 0 };
        char     out[N * RECORD_LINE];
        memcpy(i & 1 ? &t.real : &t.loss, &bits, 8);
        if ((i & 1) && !(fabs(t.real) <= 1e308))
            continue;
        size_t len = record_write(&t, fields, N, out);
        ck_assert_msg(record_read(&u, fields, N, out, len, &err), "%s in %.*s", err.msg, (int)len, out);
        ck_assert(memcmp(&t.real, &u.real, 8) == 0);
        ck_assert(isnan(t.loss) ? isnan(u.loss) : memcmp(&t.loss, &u.loss, 8) == 0);
    }
}
END_TEST

/* A line of `good` in another form, and a part of the expected error. */
static const struct { const char *from, *to, *said; } bad[] = {
    { "whole 7", "whole 70001", "from -5 to 70000" },
    { "whole 7", "whole -6", "from -5" },
    { "whole 7", "whole 4294967303", "cannot be" },
    { "whole 7", "whole 07", "\"whole\" cannot be \"07\"" },
    { "whole 7", "whole  7", "cannot be" },
    { "whole 7", "whole 7 ", "cannot be" },
    { "whole 7", "whole", "key value" },
    { "whole 7", "whole ", "cannot be" },
    { "whole 7", "whale 7", "unknown line \"whale\"" },
    { "whole 7", "whole 7\nwhole 7", "twice" },
    { "whole 7\n", "", "\"whole\" is missing" },
    { "whole 7\n", "\n", "key value" },
    { "whole 7", "whole \t7", "key value" },
    { "large 12", "large 99999999999999999999999", "cannot be" },
    { "large 12", "large -1", "from 0" },
    { "real 0.1", "real 0,1", "cannot be" },
    { "real 0.1", "real nan", "must be" },
    { "real 0.1", "real inf", "must be" },
    { "real 0.1", "real 0x1p3", "cannot be" },
    { "real 0.1", "real 1e400", "cannot be" },
    { "real 0.1", "real 0.10000000000000000000000000000000000000000000000000000000", "cannot be" },
    { "loss nan", "loss NaN", "cannot be" },
    { "bits 00000000000000ff", "bits ff", "cannot be" },
    { "bits 00000000000000ff", "bits 100000000000000ff", "cannot be" },
    { "flag 1", "flag 2", "cannot be" },
    { "flag 1\n", "flag 1", "no end" },
};

START_TEST(errors_say_what_is_wrong)
{
    char  text[512];
    Thing t;
    Err   err;
    const char *at = strstr(good, bad[_i].from);
    ck_assert_ptr_nonnull(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, bad[_i].to, at + strlen(bad[_i].from));
    ck_assert_msg(!reads(text, &t, &err), "read: %s", text);
    ck_assert_msg(strstr(err.msg, bad[_i].said) != NULL, "%s", err.msg);
}
END_TEST

CHECK_MAIN("record", TEST(lines_are_as_described), TEST(reads_any_order_and_skips_x_lines),
           LOOP(reals_round_trip_exactly, 0, 4), LOOP(errors_say_what_is_wrong, 0, sizeof bad / sizeof *bad))
