#include "base/buffer.h"
#include "base/bytes.h"
#include "base/size.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 4096, PRINTED = 512 };

static bool grow(Buffer *b, uint64_t room)
{
    char *p = b->lost || room > SIZE_MAX ? NULL : realloc(b->p, (size_t)room);
    b->lost = !p;
    if (!p)
        return false;
    b->p    = p;
    b->room = (size_t)room;
    return true;
}

void buffer_reserve(Buffer *b, uint64_t more)
{
    uint64_t need;
    if (!size_add(b->len, more, &need))
        b->lost = true;
    else if (need > b->room)
        grow(b, need);
}

/* Where to write n more bytes, already counted in len; NULL if out of memory. */
static char *take(Buffer *b, size_t n)
{
    uint64_t need, room = b->room > FIRST_ROOM / 2 ? 2 * (uint64_t)b->room : FIRST_ROOM;
    if (!size_add(b->len, n, &need))
        b->lost = true;
    if (b->lost || (need > b->room && !grow(b, room > need ? room : need)))
        return NULL;
    char *p = b->p + b->len;
    b->len += n;
    return p;
}

void buffer_add(Buffer *b, const void *p, size_t n)
{
    char *to = n ? take(b, n) : NULL;
    if (to)
        memcpy(to, p, n);
}

void buffer_zeros(Buffer *b, size_t n)
{
    char *to = n ? take(b, n) : NULL;
    if (to)
        memset(to, 0, n);
}

void buffer_u8(Buffer *b, uint8_t x) { buffer_add(b, &x, 1); }

void buffer_u16(Buffer *b, uint16_t x)
{
    char *to = take(b, 2);
    if (to)
        store_u16(to, x);
}

void buffer_u32(Buffer *b, uint32_t x)
{
    char *to = take(b, 4);
    if (to)
        store_u32(to, x);
}

void buffer_u64(Buffer *b, uint64_t x)
{
    char *to = take(b, 8);
    if (to)
        store_u64(to, x);
}

void buffer_f32(Buffer *b, float x)
{
    char *to = take(b, 4);
    if (to)
        store_f32(to, x);
}

void buffer_print(Buffer *b, const char *fmt, ...)
{
    char    text[PRINTED];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0 || n >= PRINTED)
        b->lost = true;
    else
        buffer_add(b, text, (size_t)n);
}

void buffer_pad(Buffer *b, size_t unit, char c)
{
    while (b->len % unit && !b->lost)
        buffer_add(b, &c, 1);
}

bool buffer_whole(const Buffer *b, Err *err)
{
    return !b->lost || err_set(err, "out of memory: cannot hold a file of more than %zu bytes", b->len);
}

void buffer_free(Buffer *b)
{
    free(b->p);
    *b = (Buffer){ 0 };
}
