#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UTF-8 (RFC 3629). A character here is a uint32_t: a Unicode code point, or TEXT_RAW | byte for a
 * byte that is not part of valid UTF-8. Such a byte is always 0x80 or more. */
#define TEXT_RAW    0x80000000u
#define TEXT_POINTS 0x110000u               /* code points are less than this */

enum { TEXT_ENCODED = 4, TEXT_NAME = 32 };

/* Whether c is a code point that UTF-8 encodes (not a surrogate) or a raw byte 0x80..0xff. */
bool text_is_char(uint32_t c);

/* The character at s, with n > 0 bytes left; sets *len to its length, 1 to 4 bytes. Overlong forms, surrogates, values
 * above U+10FFFF and truncated sequences are returned as raw bytes, one per call. */
uint32_t text_decode(const char *s, size_t n, int *len);

/* Writes the bytes of c to out, without a NUL, and returns their number; 0 if c is not a character. */
int text_encode(uint32_t c, char out[TEXT_ENCODED]);

/* Columns on a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks, invisible and control
 * characters, else 1; also 1 for a raw byte, shown as U+FFFD. */
int text_width(uint32_t c);

/* For messages; both write to buf and return it. Quote: "'a'", "space", "newline", "U+0301" for a character not visible
 * alone, "byte 0xe9". Name: the same with the code point, "U+00E9 'é'". */
const char *text_quote(uint32_t c, char buf[TEXT_NAME]);
const char *text_name(uint32_t c, char buf[TEXT_NAME]);

/* Makes text of others (names, columns, contents) safe to print: each control character other than newline and tab
 * (C0, DEL, C1, also as a single byte) and each character that reorders a line (bidirectional controls, U+2028 and
 * U+2029) becomes '?', in place. Returns s. */
char *text_harmless(char *s);

/* UTF-8 output that arrives a few bytes at a time: holds the n bytes of an incomplete character until the rest arrives.
 * Starts as { 0 }. */
typedef struct TextStream {
    char held[TEXT_ENCODED];
    int  n;
} TextStream;

/* Size of `out` for n input bytes. */
#define TEXT_STREAM_ROOM(n) (3 * ((size_t)(n) + 3))

/* Takes n bytes; writes the completed characters to out, and U+FFFD for each byte that cannot be part of one. Returns
 * the number of bytes written. */
size_t text_stream(TextStream *s, const char *in, size_t n, char *out);
#endif
