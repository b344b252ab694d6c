#ifndef TILE_MODEL_H
#define TILE_MODEL_H
/* AMX's tiles in plain C, after the operations that Intel's manual gives for LDTILECFG, TILELOADD, TILESTORED,
 * TILEZERO, TDPBF16PS and TILERELEASE (SDM, volume 2). Where a processor would raise a fault, the test
 * fails. */
#include "base/real.h"
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ModelTile {
    size_t   rows, bytes;
    uint32_t at[16][16];
} ModelTile;

/* The tile state of one thread. */
typedef struct TileModel {
    bool      shaped;
    ModelTile tile[8];
    long      shapes, dots;                     /* counts of operations */
} TileModel;

static inline void model_shape(TileModel *m, const void *config)
{
    const uint8_t *c = config;
    memset(m->tile, 0, sizeof m->tile);
    m->shaped = true, m->shapes++;
    ck_assert_msg(c[0] == 1 && c[1] == 0, "palette %d, start row %d", c[0], c[1]);
    for (int i = 2; i < 64; i++)
        ck_assert_msg(c[i] == 0 || (i >= 16 && i < 32) || (i >= 48 && i < 56), "byte %d is reserved", i);
    for (int t = 0; t < 8; t++) {
        ModelTile *tile = &m->tile[t];
        tile->rows = c[48 + t], tile->bytes = (size_t)(c[16 + 2 * t] | c[17 + 2 * t] << 8);
        ck_assert_msg(tile->rows <= 16 && tile->bytes <= 64 && tile->bytes % 4 == 0 && !tile->rows == !tile->bytes,
                      "tile %d: %zu rows of %zu bytes", t, tile->rows, tile->bytes);
    }
}

static inline void model_end(TileModel *m)
{
    memset(m->tile, 0, sizeof m->tile);
    m->shaped = false;
}

static inline ModelTile *model_tile(TileModel *m, int t)
{
    ck_assert_msg(m->shaped && m->tile[t].rows > 0, "tile %d is used without a shape", t);
    return &m->tile[t];
}

static inline void model_zero(TileModel *m, int t)
{
    ModelTile *tile = model_tile(m, t);
    memset(tile->at, 0, sizeof tile->at);
}

static inline void model_load(TileModel *m, int t, const void *p, size_t apart)
{
    ModelTile *tile = model_tile(m, t);
    memset(tile->at, 0, sizeof tile->at);
    for (size_t row = 0; row < tile->rows; row++)
        memcpy(tile->at[row], (const char *)p + row * apart, tile->bytes);
}

static inline void model_store(TileModel *m, int t, void *p, size_t apart)
{
    ModelTile *tile = model_tile(m, t);
    for (size_t row = 0; row < tile->rows; row++)
        memcpy((char *)p + row * apart, tile->at[row], tile->bytes);
}

static inline float model_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline float model_flush(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x; }

static inline float model_add(float x, float y) { return model_flush(model_flush(x) + model_flush(y)); }

static inline float model_fma(uint32_t x, uint32_t y, float sum)
{
    return model_flush(fmaf(model_flush(model_float(x)), model_flush(model_float(y)), model_flush(sum)));
}

static inline void model_dot(TileModel *m, int c, int a, int b)
{
    ModelTile *z = model_tile(m, c), *x = model_tile(m, a), *y = model_tile(m, b);
    ck_assert_msg(c != a && c != b && a != b, "tiles %d %d %d are not three", c, a, b);
    ck_assert_msg(z->bytes == y->bytes && z->rows == x->rows && x->bytes == 4 * y->rows,
                  "tiles %d (%zu x %zu) += %d (%zu x %zu) times %d (%zu x %zu)", c, z->rows, z->bytes, a, x->rows,
                  x->bytes, b, y->rows, y->bytes);
    m->dots++;
    for (size_t row = 0; row < z->rows; row++) {
        float even[16] = { 0 }, odd[16] = { 0 };
        for (size_t k = 0; k < x->bytes / 4; k++)
            for (size_t n = 0; n < z->bytes / 4; n++) {
                uint32_t p = x->at[row][k], q = y->at[k][n];
                even[n] = model_fma(p << 16, q << 16, even[n]);
                odd[n]  = model_fma(p & 0xffff0000, q & 0xffff0000, odd[n]);
            }
        for (size_t n = 0; n < z->bytes / 4; n++) {
            float sum = model_add(model_float(z->at[row][n]), model_add(even[n], odd[n]));
            memcpy(&z->at[row][n], &sum, sizeof sum);
        }
    }
}
#endif
