#include "base/hash/blake2b.h"
#include "check_main.h"
#include <string.h>

static const char *text_of(Digest d)
{
    static char text[DIGEST_TEXT];
    return digest_text(&d, text);
}

/* From coreutils' b2sum -l 256 and Python's hashlib. */
START_TEST(digests_are_those_of_other_programs)
{
    unsigned char b[1000];
    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (unsigned char)(i * 7);
    ck_assert_str_eq(text_of(blake2b_of("", 0)), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    ck_assert_str_eq(text_of(blake2b_of("abc", 3)), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    ck_assert_str_eq(text_of(blake2b_of(b, 127)), "4ff62e7c4c43fe101a078479c48836be4907d9d498dcc577ca89d694b2c11f9b");
    ck_assert_str_eq(text_of(blake2b_of(b, 128)), "14696d2a98d9f8a280da8b132b1045b345e1033759c6b02fcc4ee885c8ae7c37");
    ck_assert_str_eq(text_of(blake2b_of(b, 129)), "3934215260b1039be9d9d2b073b059bcd50120c327a22af93eb4d98cf821c14c");
    ck_assert_str_eq(text_of(blake2b_of(b, 256)), "3d0cb2693dfbac42af5a6cc960953fea8714aa39c4bcd054ef61d6b5e98ade4a");
    ck_assert_str_eq(text_of(blake2b_of(b, 1000)), "6ac4bea923678eb024090384d6e767b5870f849057dc19b172d8d9f2df30bf8e");
}
END_TEST

START_TEST(pieces_of_any_size_give_the_same)
{
    unsigned char b[300];
    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (unsigned char)(i * i);
    for (size_t n = 0; n <= sizeof b; n += 3) {
        Digest whole = blake2b_of(b, n);
        for (size_t cut = 0; cut <= n; cut++) {
            Blake2b s = blake2b_begin();
            blake2b_add(&s, b, cut);
            Digest before = blake2b_end(&s);        /* asking changes nothing */
            blake2b_add(&s, b + cut, n - cut);
            Digest pieces = blake2b_end(&s), part = blake2b_of(b, cut);
            ck_assert(digest_equal(&pieces, &whole));
            ck_assert(digest_equal(&before, &part));
        }
    }
}
END_TEST

START_TEST(a_text_reads_back_and_no_other_does)
{
    Digest d = blake2b_of("abc", 3), back;
    char   text[DIGEST_TEXT];
    digest_text(&d, text);
    ck_assert(digest_read(&back, text, 64) && digest_equal(&d, &back));
    ck_assert(!digest_read(&back, text, 63));
    text[63] = 'G';
    ck_assert(!digest_read(&back, text, 64));
    text[63] = 'A';
    ck_assert(!digest_read(&back, text, 64));
    back.b[31] ^= 1;
    ck_assert(!digest_equal(&d, &back));
}
END_TEST

CHECK_MAIN("blake2b", TEST(digests_are_those_of_other_programs), TEST(pieces_of_any_size_give_the_same),
           TEST(a_text_reads_back_and_no_other_does))
