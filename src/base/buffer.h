#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* A growing buffer for the contents of a file. Starts as { 0 }; numbers are little-endian on every host. Out of memory,
 * it sets `lost` and ignores further data, so that the writer checks once, at the end, with buffer_whole. */
typedef struct Buffer {
    char  *p;
    size_t len, room;
    bool   lost;
} Buffer;

/* Reserves that many more bytes, so that adding them does not move the buffer. */
void buffer_reserve(Buffer *b, uint64_t more);

void buffer_add(Buffer *b, const void *p, size_t n);
void buffer_zeros(Buffer *b, size_t n);
void buffer_u8(Buffer *b, uint8_t x);
void buffer_u16(Buffer *b, uint16_t x);
void buffer_u32(Buffer *b, uint32_t x);
void buffer_u64(Buffer *b, uint64_t x);
void buffer_f32(Buffer *b, float x);

/* Formats as printf does, without the final NUL; at most 500 bytes per call. */
void buffer_print(Buffer *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Appends bytes `c` until the length is a multiple of `unit`. */
void buffer_pad(Buffer *b, size_t unit, char c);

/* False, with err set, if memory ran out. */
bool buffer_whole(const Buffer *b, Err *err);

void buffer_free(Buffer *b);
#endif
