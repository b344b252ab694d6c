#ifndef BASE_SIZE_H
#define BASE_SIZE_H
#include <stdbool.h>
#include <stdint.h>

/* Checked arithmetic for sizes read from files: false, with *out unset, on overflow. */

static inline bool size_add(uint64_t a, uint64_t b, uint64_t *out)
{
    if (a > UINT64_MAX - b)
        return false;
    *out = a + b;
    return true;
}

static inline bool size_mul(uint64_t a, uint64_t b, uint64_t *out)
{
    if (b && a > UINT64_MAX / b)
        return false;
    *out = a * b;
    return true;
}

/* The next multiple of `unit` > 0. */
static inline bool size_pad(uint64_t a, uint64_t unit, uint64_t *out)
{
    uint64_t over = a % unit;
    return size_add(a, over ? unit - over : 0, out);
}
#endif
