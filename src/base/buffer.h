#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* The bytes of a file in the making. Starts as { 0 }; numbers are little-endian on every host. When memory ends
 * nothing more is taken and `lost` stays set: the writer looks once, at the end, with buffer_whole. */
typedef struct Buffer {
    char  *p;
    size_t len, room;
    bool   lost;
} Buffer;

/* Room for so many more bytes in one piece, so that what follows does not move. */
void buffer_reserve(Buffer *b, uint64_t more);

void buffer_add(Buffer *b, const void *p, size_t n);
void buffer_zeros(Buffer *b, size_t n);
void buffer_u8(Buffer *b, uint8_t x);
void buffer_u16(Buffer *b, uint16_t x);
void buffer_u32(Buffer *b, uint32_t x);
void buffer_u64(Buffer *b, uint64_t x);
void buffer_f32(Buffer *b, float x);

/* Text as by printf, without the 0; at most 500 bytes a call. */
void buffer_print(Buffer *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Bytes `c` until the length is a multiple of `unit`. */
void buffer_pad(Buffer *b, size_t unit, char c);

/* False, with a sentence, when memory ended on the way. */
bool buffer_whole(const Buffer *b, Err *err);

void buffer_free(Buffer *b);
#endif
