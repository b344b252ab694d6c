/* What a file is: signatures, encodings, binary data, and texts that look a little like them. */
#include "text/kind.h"
#include "base/rng.h"
#include "check_main.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char   made[1 << 18];
static size_t len;

static void put(const void *p, size_t n)
{
    ck_assert(len + n <= sizeof made);
    memcpy(made + len, p, n);
    len += n;
}

/* Writes ASCII or the code points of a text as units of `unit` bytes. */
static void put_wide(const uint32_t *s, size_t n, int unit, bool big)
{
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < unit; k++) {
            int shift = 8 * (big ? unit - 1 - k : k);
            put(&(unsigned char){ (unsigned char)(shift < 32 ? s[i] >> shift : 0) }, 1);
        }
}

/* Lines of 20 letters: `of` different ones from `first` on, a blank after every fourth if `blanks`; now and then a wide
 * blank, whose lower byte is zero. */
static void lines(uint32_t first, uint32_t of, bool blanks, uint32_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = i % 97 == 5 ? 0x2000 : i % 21 == 20 ? '\n' : blanks && i % 5 == 4 ? ' ' :
                 first + (uint32_t)(i * i % of);
}

/* A script in UTF-16 and UTF-32, in both orders, with and without a mark. */
static const struct { const char *what; uint32_t first, of; bool blanks; } scripts[] = {
    { "English", 'a', 26, true }, { "Russian", 0x430, 32, true }, { "Greek", 0x3b1, 24, true },
    { "Chinese", 0x4e00, 900, false }, { "Japanese", 0x3041, 80, false },
};

START_TEST(wide_encodings)
{
    static uint32_t text[1000];
    lines(scripts[_i].first, scripts[_i].of, scripts[_i].blanks, text + 1, 999);
    for (int unit = 2; unit <= 4; unit += 2)
        for (int big = 0; big < 2; big++)
            for (int mark = 0; mark < 2; mark++) {
                char want[16];
                text[0] = 0xfeff;
                len = 0;
                put_wide(text + !mark, 1000 - !mark, unit, big);
                TextKind kind = text_kind(made, len);
                snprintf(want, sizeof want, "UTF-%d", 8 * unit);
                ck_assert_msg(kind.is && strncmp(kind.is, want, strlen(want)) == 0, "%s as %s, %s, mark %d: %s",
                              scripts[_i].what, want, big ? "big" : "little", mark, kind.is ? kind.is : "text");
                const char *order = big ? "BE -t" : "LE -t";
                ck_assert_msg(mark || strstr(kind.command, order) != NULL, "%s: %s", want, kind.command);
            }
}
END_TEST

START_TEST(eight_bit_texts_are_texts)
{
    uint32_t text[1000];
    static const uint32_t firsts[] = { 'a', 0xe0, 0xc0 };
    for (int k = 0; k < 3; k++) {
        lines(firsts[k], 30, true, text, 1000);
        for (int i = 0; i < 1000; i++)
            text[i] = text[i] == 0x2000 ? '-' : text[i];
        len = 0;
        put_wide(text, 1000, 1, false);
        ck_assert(!text_kind(made, len).is);
    }
}
END_TEST

static const struct { const char *bytes; size_t n; const char *is; } signatures[] = {
#define BYTES(s) s, sizeof s - 1
    { BYTES("%PDF-1.7\n"), "a PDF document" }, { BYTES("\n%PDF-1.7\n"), "a PDF document" },
    { BYTES("\x1f\x8b\x08\0"), "gzip" }, { BYTES("PK\3\4\x14\0"), "a ZIP archive" }, { BYTES("BZh91AY&SY"), "bzip2" },
    { BYTES("\xfd" "7zXZ\0"), "xz" }, { BYTES("\x28\xb5\x2f\xfd"), "zstd" }, { BYTES("\x89PNG\r\n\x1a\n"), "a PNG "
      "image" },
    { BYTES("\xff\xd8\xff\xe0"), "a JPEG image" }, { BYTES("GIF89a"), "a GIF image" },
    { BYTES("RIFF\1\1\1\1WEBP"), "a WebP image" }, { BYTES("RIFF\1\1\1\1WAVE"), "a sound file" },
    { BYTES("\0\0\0\x18" "ftypheic"), "a video or an image" }, { BYTES("\211heed\r\n"), "a model" },
    { BYTES("{\\rtf1\\ansi"), "an RTF document" }, { BYTES("\x7f" "ELF\2"), "a program" },
    /* Texts: */
    { BYTES(""), NULL }, { BYTES("a"), NULL }, { BYTES("\0"), NULL }, { BYTES("a\0b"), NULL }, { BYTES("\xff\xfd"),
      NULL },
    { BYTES("I like %PDF-1.7"), NULL }, { BYTES("PK\n"), NULL }, { BYTES("\xef\xbb\xbfsigned"), NULL },
    { BYTES("1234ftyx"), NULL }, { BYTES("\xe9t\xe9"), NULL },
};

START_TEST(signatures_are_known)
{
    TextKind kind = text_kind(signatures[_i].bytes, signatures[_i].n);
    const char *is = signatures[_i].is;
    ck_assert_msg(is ? kind.is && strstr(kind.is, is) : !kind.is, "%d: %s", _i, kind.is ? kind.is : "text");
}
END_TEST

static void put_noise(size_t n)
{
    for (size_t i = 0; i < n; i++)
        put(&(unsigned char){ (unsigned char)(rng_bits(1, 2, i) >> 13) }, 1);
}

/* Noise is binary alone, behind a text and before one; a text with a zero byte in a thousand is text. */
START_TEST(binary_data)
{
    len = 0;
    put_noise(5000);
    ck_assert_str_eq(text_kind(made, len).is, "mostly binary");
    for (int middle = 0; middle < 2; middle++) {
        len = 0;
        for (int i = 0; i < 14000; i++)
            put("a line\n", 7);
        ck_assert(!text_kind(made, len).is);
        put_noise(30000);
        for (int i = 0; middle && i < 14000; i++)
            put("a line\n", 7);
        ck_assert_str_eq(text_kind(made, len).is, "mostly binary");
    }
    len = 0;
    for (int i = 0; i < 1000; i++)
        put(i % 143 ? "a line\n" : "a lin\0\n", 7);
    ck_assert(!text_kind(made, len).is);
    for (size_t i = 0; i < len; i += 40)
        made[i] = '\1';
    ck_assert_str_eq(text_kind(made, len).is, "mostly binary");
}
END_TEST

static const struct { const char *path, *bytes; size_t n; const char *said; } remedies[] = {
    { "a.pdf", BYTES("%PDF-1"), "a.pdf is a PDF document, not text: make text of it with pdftotext a.pdf a.txt" },
    { "d/a.b.txt.gz", BYTES("\x1f\x8b"), "d/a.b.txt.gz is compressed with gzip, not text: make text of it with "
      "gunzip -c "
      "d/a.b.txt.gz > d/a.b.txt" },
    { "corpus", BYTES("\x1f\x8b"), "corpus is compressed with gzip, not text: make text of it with gunzip -c corpus > "
      "corpus.txt" },
    { "-", BYTES("\x1f\x8b"), "standard input is compressed with gzip, not text: make text of it with gunzip -c FILE > "
      "FILE.txt" },
    { "my file; rm.pdf", BYTES("%PDF-1"), "my file; rm.pdf is a PDF document, not text: make text of it with "
      "pdftotext FILE "
      "FILE.txt" },
    { "a.epub", BYTES("PK\3\4"), "make text of it with pandoc -t plain a.epub -o a.txt" },
    { "a.zip", BYTES("PK\3\4"), "make text of it with unzip a.zip" },
    { "a.txt", BYTES("\xff\xfe" "a\0"), "a.txt is UTF-16, not text: make text of it with iconv -f UTF-16 -t UTF-8 "
      "a.txt > "
      "a-utf8.txt" },
    { "a.wav", BYTES("RIFF\1\1\1\1WAVE"), "a.wav is a sound file, not text" },
};

START_TEST(remedies_are_named)
{
    Err err = { 0 };
    ck_assert(!text_kind_check(remedies[_i].path, remedies[_i].bytes, remedies[_i].n, &err));
    size_t n = strlen(err.msg), m = strlen(remedies[_i].said);
    ck_assert_msg(n >= m && strcmp(err.msg + n - m, remedies[_i].said) == 0, "%s", err.msg);
}
END_TEST

CHECK_MAIN("kind", LOOP(wide_encodings, 0, sizeof scripts / sizeof *scripts), TEST(eight_bit_texts_are_texts),
           LOOP(signatures_are_known, 0, sizeof signatures / sizeof *signatures), TEST(binary_data),
           LOOP(remedies_are_named, 0, sizeof remedies / sizeof *remedies))
