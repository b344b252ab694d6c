#ifndef AGREE_H
#define AGREE_H
/* One call of a kernel by two tables, on the same random numbers, at every length and alignment. */
#include "check_main.h"
#include "kernel/kernel.h"
#include <math.h>
#include <string.h>

enum { MOST = 70, ROOM = 160, OFFSETS = 3, GUARD = 0x5a };

static const Kernels *table;                 /* the one compared with ref */

/* --- Test data --- */

static uint32_t state = 1;

static uint32_t draw(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static real ordinary(void) { return ((real)draw() / (real)(1 << 24) - (real)0.5) * 4; }

static real small(int power) { return (real)ldexp(1, power); }

/* Random numbers; with `odd`, special values among them. */
static real number(bool odd)
{
    const int  least = sizeof(real) == 4 ? -149 : -1074, most = sizeof(real) == 4 ? 127 : 1023;
    const real rare[] = { (real)NAN, (real)INFINITY, -(real)INFINITY, 0, -(real)0.0, small(least), -small(least + 3),
                          small(most), -small(most), 87, -88, 710, -709, small(-70) };
    return odd && draw() % 4 == 0 ? rare[draw() % (sizeof rare / sizeof *rare)] : ordinary();
}

static void fill(real *x, size_t n, bool odd)
{
    for (size_t i = 0; i < n; i++)
        x[i] = number(odd);
}

/* Same bits, except that all NaNs are equal; n covers what must be written and what must not. */
static void same(const char *what, size_t n, const real *got, const real *want, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (memcmp(&got[i], &want[i], sizeof *got) != 0 && !(isnan(got[i]) && isnan(want[i])))
            ck_abort_msg("%s %s, n = %zu: [%zu] is %a, should be %a", table->name, what, n, i, (double)got[i],
                         (double)want[i]);
}

/* Arrays for one call: inputs shared by both tables, outputs for each, initially equal. */
static real in[4][ROOM * ROOM], out[2][3][ROOM * ROOM];

static void prepare(size_t len, bool odd)
{
    for (int i = 0; i < 4; i++)
        fill(in[i], len, odd);
    for (int i = 0; i < 3; i++) {
        fill(out[0][i], len, odd);
        memcpy(out[1][i], out[0][i], len * sizeof(real));
    }
}

static void compare(const char *what, size_t n, size_t len)
{
    for (int i = 0; i < 3; i++)
        same(what, n, out[0][i], out[1][i], len);
}

/* Runs CALL, in which k is the table, x y z its inputs and a b c its outputs, for every n up to
 * MOST, at every alignment, with random numbers and special values. */
#define AGREE(what, CALL)                                                                           \
    for (size_t n = 0; n <= MOST; n++)                                                              \
        for (size_t at = 0; at < OFFSETS; at++)                                                     \
            for (int odd = 0; odd < 4; odd++) {                                                     \
                prepare(ROOM, odd > 1);                                                             \
                for (int side = 0; side < 2; side++) {                                              \
                    const Kernels *k = side ? &kernel_ref : table;                                  \
                    real *x = in[0] + at, *y = in[1] + 1, *z = in[2] + 2 * at, *a = out[side][0] + at, \
                         *b = out[side][1] + 2, *c = out[side][2];                                  \
                    bool more = odd & 1;                                                            \
                    (void)x, (void)y, (void)z, (void)a, (void)b, (void)c, (void)more;               \
                    CALL;                                                                           \
                }                                                                                   \
                compare(what, n, ROOM);                                                             \
            }
#endif
