/* A model file of 200 KiB, truncated at every byte of its header and at many after it, and with every bit of its
 * header flipped while the checksum is right: an error or a model, in at most twice the file's size of memory.
 * scripts/fuzz tries other untrusted input. */
#include "alloc_count.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "files/made_model.h"
#include "scratch.h"

/* Memory independent of the file's size: the vocabulary's lookup table, and the structs of a one-layer model. */
enum { TABLE = VOCAB_SLOTS * 4, NODES = 100 << 10 };

static FileData file;
static size_t   numbers_at;
static char    *path;

static void begin(void)
{
    Model  m;
    Config c = made_shape(RECIPE_GPT2);
    Err    err = { 0 };
    c.channels = 64, c.layers = 1;
    made_model(&m, c);
    path = scratch("model");
    ck_assert_msg(checkpoint_save(path, &m.file, &m.gpt.params, &err) && file_read(path, &file, &err), "%s", err.msg);
    numbers_at = file.len - 4 - 4 * m.gpt.params.count;
    model_close(&m);
}

static void fix_sum(void) { store_u32(file.p + file.len - 4, hash_crc32(0, file.p, file.len - 4)); }

/* Opens the first n bytes as a model. Memory is the total requested, freed or not. */
static bool opens(size_t n, const char *what, size_t at)
{
    Model m;
    Err   err = { 0 };
    unlink(path);
    path = scratch_file("model", file.p, n);
    size_t before = alloc_count().bytes;
    bool   ok = model_open(&m, path, PARAMS_VALUES, &err);
    size_t asked = alloc_count().bytes - before;
    ck_assert_msg(asked <= 2 * n + TABLE + NODES, "%s %zu: %zu bytes for a file of %zu", what, at, asked, n);
    ck_assert_msg(ok == !err_any(&err) && (ok || strlen(err.msg) > 40), "%s %zu: %s", what, at, err.msg);
    if (ok)
        model_close(&m);
    return ok;
}

START_TEST(truncated_files_take_at_most_twice_their_size)
{
    begin();
    for (size_t n = 0; n < file.len; n += n < numbers_at + 64 ? 1 : 1009)
        ck_assert_msg(!opens(n, "cut to", n), "cut to %zu", n);
    ck_assert(opens(file.len, "whole", 0));
    file_free(&file);
}
END_TEST

/* Each run flips a different bit of each byte. */
START_TEST(flipped_bits_of_the_header_take_no_more)
{
    int read = 0;
    begin();
    for (size_t i = 0; i < numbers_at; i++) {
        file.p[i] ^= (char)(1 << _i);
        fix_sum();
        read += opens(file.len, "flipped bit of byte", i);
        file.p[i] ^= (char)(1 << _i);
    }
    ck_assert(_i > 2 || read > 5);
    file_free(&file);
}
END_TEST

/* The first lines of the header; bit i of `set` puts the largest number in line i. */
static size_t shape_lines(char *out, size_t room, int set)
{
    return (size_t)snprintf(out, room, "vocab %d\ncontext %d\nlayers %d\nheads %d\nchannels %d\n", set & 1 ? 65536 : 5,
                            set & 2 ? 65536 : 3, set & 4 ? 1024 : 1, set & 8 ? 1024 : 2, set & 16 ? 16384 : 64);
}

static void put_shape(int set)
{
    char   was[128], now[128];
    size_t n = shape_lines(was, sizeof was, 0), more = shape_lines(now, sizeof now, set) - n;
    ck_assert(memcmp(file.p + 16, was, n) == 0);
    file.p = realloc(file.p, file.len + more);
    memmove(file.p + 16 + n + more, file.p + 16 + n, file.len - 16 - n);
    memcpy(file.p + 16, now, n + more);
    store_u32(file.p + 12, load_u32(file.p + 12) + (uint32_t)more);
    file.len += more;
}

/* Sizes beyond the file's length, and beyond 64 bits of bytes. */
START_TEST(every_size_may_be_its_largest)
{
    for (int set = 1; set < 32; set++) {
        begin();
        put_shape(set);
        fix_sum();
        ck_assert_msg(!opens(file.len, "sizes", (size_t)set), "sizes %d", set);
        file_free(&file);
    }
}
END_TEST

START_TEST(saving_makes_no_copy)
{
    Model m;
    Err   err = { 0 };
    begin();
    ck_assert(model_open(&m, path, PARAMS_VALUES, &err));
    size_t before = alloc_count().bytes;
    bool   ok = checkpoint_save(path, &m.file, &m.gpt.params, &err);
    size_t asked = alloc_count().bytes - before;
    const uint16_t one = 1;                     /* where the higher byte comes first, numbers are turned around */
    ck_assert_msg(ok && (asked < file.len / 4 || load_u16(&one) != 1), "%zu bytes for a file of %zu", asked, file.len);
    model_close(&m);
    file_free(&file);
}
END_TEST

CHECK_MAIN("hostile", TEST(truncated_files_take_at_most_twice_their_size),
           LOOP(flipped_bits_of_the_header_take_no_more, 0, 8), TEST(every_size_may_be_its_largest),
           TEST(saving_makes_no_copy))
