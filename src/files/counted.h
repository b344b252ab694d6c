#ifndef FILES_COUNTED_H
#define FILES_COUNTED_H
#include "base/buffer.h"
#include "text/counting/prior.h"

/* The counts of a model in its file: the text that was counted, from which they follow, and the fitted discounts.
 *
 *   offset   bytes
 *   0        4      u32, N: tokens
 *   4        4      u32: tokens of the longest context, 0 to SORTED_DEPTH
 *   8        312    f64: COUNT_LEVELS x 3 discounts (text/counting/discount.h)
 *   320      N      the tokens, a byte each; with more than 256 in the vocabulary u16, 2 N bytes */
enum { COUNTED_HEAD = 8 + COUNT_LEVELS * 3 * 8 };

size_t counted_bytes(const Prior *p);
void   counted_write(const Prior *p, char *out);

/* The length that the section at p, of which COUNTED_HEAD bytes are there, says it has. V: tokens of the vocabulary. */
uint64_t counted_says(const char *p, int V);

/* Appends the section as hexadecimal digits, for files of other formats; and only its head, for one that has the tokens
 * in a place of its own. Reads both back: the n digits at s, and behind them the `bytes` of tokens at `text`. */
void counted_write_hex(const Prior *p, Buffer *b);
void counted_write_head(const Prior *p, Buffer *b);
bool counted_read_hex(Prior *prior, const char *s, size_t n, const char *text, size_t bytes, int V, Err *err);

/* Counts the text of a whole section. False with nothing held for one that is invalid, or when out of memory. */
bool counted_read(Prior *prior, const char *p, int V, Err *err);
#endif
