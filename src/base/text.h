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

/* Is it a code point that UTF-8 can write (no surrogate), or a raw byte 0x80..0xff? */
bool text_is_char(uint32_t c);

/* The character at s, n > 0 bytes left; *len is set to the bytes it takes, 1 to 4. What is overlong,
 * a surrogate, beyond U+10FFFF or cut off comes as raw bytes, one a call. */
uint32_t text_decode(const char *s, size_t n, int *len);

/* Writes the character's bytes to out; how many, or 0 for what is none. No 0 is put behind them. */
int text_encode(uint32_t c, char out[TEXT_ENCODED]);

/* Columns it takes on a terminal: 2 for wide ones (East Asian, emoji), 0 for combining marks,
 * invisible and control characters, else 1 (a raw byte too: shown as U+FFFD). */
int text_width(uint32_t c);

/* For messages, into buf, which is returned. Quote: "'a'", "space", "newline", "U+0301" for what
 * cannot be seen alone, "byte 0xe9". Name: the same with the code point, "U+00E9 'é'". */
const char *text_quote(uint32_t c, char buf[TEXT_NAME]);
const char *text_name(uint32_t c, char buf[TEXT_NAME]);

/* Output that is drawn a few bytes at a time: holds back the beginning of a character until the
 * rest has come. Starts as { 0 }. */
typedef struct TextStream {
    char held[TEXT_ENCODED];
    int  n;
} TextStream;

/* Room that `out` needs for n more bytes. */
#define TEXT_STREAM_ROOM(n) (3 * ((size_t)(n) + 3))

/* Takes n bytes, writes to out the characters that are now whole, and U+FFFD for each byte that
 * can no longer become part of one. Returns the bytes written. */
size_t text_stream(TextStream *s, const char *in, size_t n, char *out);

/* The end: what is still held can no longer become whole. */
size_t text_stream_end(TextStream *s, char out[TEXT_STREAM_ROOM(0)]);
#endif
