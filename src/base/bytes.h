#ifndef BASE_BYTES_H
#define BASE_BYTES_H
#include <stdint.h>
#include <string.h>

/* Numbers in files: little-endian on every host, at any alignment. */

static inline uint16_t load_u16(const void *p)
{
    const unsigned char *b = p;
    return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t load_u32(const void *p)
{
    const unsigned char *b = p;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t load_u64(const void *p)
{
    return load_u32(p) | (uint64_t)load_u32((const char *)p + 4) << 32;
}

static inline void store_u16(void *p, uint16_t x)
{
    unsigned char *b = p;
    b[0] = (unsigned char)x;
    b[1] = (unsigned char)(x >> 8);
}

static inline void store_u32(void *p, uint32_t x)
{
    store_u16(p, (uint16_t)x);
    store_u16((char *)p + 2, (uint16_t)(x >> 16));
}

static inline void store_u64(void *p, uint64_t x)
{
    store_u32(p, (uint32_t)x);
    store_u32((char *)p + 4, (uint32_t)(x >> 32));
}

/* IEEE 754 numbers, copied as bits: a NaN keeps its payload. */
static inline float load_f32(const void *p)
{
    uint32_t bits = load_u32(p);
    float    x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline double load_f64(const void *p)
{
    uint64_t bits = load_u64(p);
    double   x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline void store_f32(void *p, float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    store_u32(p, bits);
}

static inline void store_f64(void *p, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    store_u64(p, bits);
}
#endif
