#ifndef KERNEL_SIMD_SUMS_H
#define KERNEL_SIMD_SUMS_H
/* The sums of kernel.h, and the kernels that take one over a row: softmax and layer norm. */
#include "kernel/simd/elements.h"

/* The sixteen lanes of a sum. */
enum { PARTS = 16 / VL };
typedef struct Lanes {
    V part[PARTS];
} Lanes;

INLINE Lanes lanes(real x)
{
    Lanes s;
    UNROLL
    for (size_t j = 0; j < PARTS; j++)
        s.part[j] = v_set(x);
    return s;
}

/* Replaces the first `left` lanes of a vector. */
INLINE V live(size_t left, V now, V before) { return left >= VL ? now : v_pick(m_first(left), now, before); }

/* EACH_LEFT with part j of the sixteen lanes for the vector at i. */
#define EACH_PART(n, i, j, left, ...)                                     \
    do {                                                                  \
        size_t first = 0;                                                 \
        for (; first + 16 <= (n); first += 16)                            \
            EACH_VECTOR(PARTS, j) {                                       \
                enum { left = VL };                                       \
                const size_t i = first + j * VL;                          \
                __VA_ARGS__                                               \
            }                                                             \
        EACH_VECTOR(PARTS, j) {                                           \
            const size_t i = first + j * VL, left = past((n) - first, j); \
            if (left > 0) {                                               \
                __VA_ARGS__                                               \
            }                                                             \
        }                                                                 \
    } while (0)

static real tree(const Lanes *s)
{
    real lane[16];
    UNROLL
    for (size_t j = 0; j < PARTS; j++)
        v_store(lane + j * VL, s->part[j]);
    UNROLL
    for (size_t w = 8; w > 0; w /= 2)
        UNROLL
        for (size_t j = 0; j < w; j++)
            lane[j] += lane[j + w];
    return lane[0];
}

static real sum(size_t n, const real *x)
{
    Lanes s = lanes(0);
    EACH_PART(n, i, j, left, s.part[j] = live(left, v_add(s.part[j], get(x + i, left)), s.part[j]););
    return tree(&s);
}

static real dot(size_t n, const real *x, const real *y)
{
    Lanes s = lanes(0);
    EACH_PART(n, i, j, left,
              s.part[j] = live(left, v_fma(get(x + i, left), get(y + i, left), s.part[j]), s.part[j]););
    return tree(&s);
}

static real max(size_t n, const real *x)
{
    real  lane[16];
    Lanes s = lanes(-(real)__builtin_inf());
    EACH_PART(n, i, j, left, s.part[j] = live(left, v_max(get(x + i, left), s.part[j]), s.part[j]););
    UNROLL
    for (size_t j = 0; j < PARTS; j++)
        v_store(lane + j * VL, s.part[j]);
    UNROLL
    for (size_t w = 8; w > 0; w /= 2)
        UNROLL
        for (size_t j = 0; j < w; j++)
            lane[j] = lane[j + w] > lane[j] ? lane[j + w] : lane[j];
    return lane[0];
}

/* --- Softmax --- */

enum { EXPS = PARTS > 2 ? PARTS : 2 };      /* exponentials side by side: whole rounds of the lanes */

/* y = exp(a x - top) of up to EXPS vectors; adds them to the lanes. */
INLINE void exp_part(size_t left, V a, const real *x, V top, real *y, Lanes *s)
{
    V e[EXPS];
    EACH_VECTOR(EXPS, j)
        e[j] = v_sub(v_mul(a, get(x + j * VL, past(left, j))), top);
    v_exps(EXPS, e);
    EACH_VECTOR(EXPS, j) {
        V *part = &s->part[j % PARTS];
        put(y + j * VL, past(left, j), e[j]);
        *part = live(past(left, j), v_add(*part, e[j]), *part);
    }
}

INLINE real exp_sum_of(size_t n, V a, const real *x, V top, real *y)
{
    enum { STEP = EXPS * VL };
    Lanes  s = lanes(0);
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        exp_part(STEP, a, x + i, top, y + i, &s);
    if (i < n)
        exp_part(n - i, a, x + i, top, y + i, &s);
    return tree(&s);
}

static real exp_sum(size_t n, const real *x, real top, real *y)
{
    return exp_sum_of(n, v_set(1), x, v_set(top), y);
}

static void softmax(size_t n, real a, const real *x, real *y)
{
    scale(n, 1 / exp_sum_of(n, v_set(a), x, v_set(a * max(n, x)), y), y, y);
}

static void softmax_back(size_t n, real a, const real *y, const real *dy, real *dx, bool add)
{
    V mean = v_set(dot(n, dy, y));
    EACH_LEFT(n, i, left, {
        V ay = v_mul(v_set(a), get(y + i, left));
        give(dx + i, left, v_mul(ay, v_sub(get(dy + i, left), mean)), add);
    });
}

/* --- Layer norm --- */

static void norm(size_t n, const real *x, const real *w, const real *b, real eps, real *y, real stat[2])
{
    Lanes s    = lanes(0);
    V     mean = v_set(stat[0] = sum(n, x) / (real)n);
    EACH_PART(n, i, j, left, {
        V d       = v_sub(get(x + i, left), mean);
        s.part[j] = live(left, v_fma(d, d, s.part[j]), s.part[j]);
    });
    V spread = v_sqrt(v_set(tree(&s) / (real)n + eps));
    V r      = v_div(v_set(1), spread);
    EACH_LEFT(n, i, left, {
        V h = v_mul(v_sub(get(x + i, left), mean), r);
        put(y + i, left, b ? v_fma(h, get(w + i, left), get(b + i, left)) : v_mul(h, get(w + i, left)));
    });
    v_store_part(stat + 1, 1, r);
}

static void norm_back(size_t n, const real *x, const real *w, const real stat[2], const real *dy, real *dx,
                      bool add)
{
    Lanes sg = lanes(0), sgh = lanes(0);
    V     mean = v_set(stat[0]), r = v_set(stat[1]);
    EACH_PART(n, i, j, left, {
        V h         = v_mul(v_sub(get(x + i, left), mean), r);
        V g         = v_mul(get(dy + i, left), get(w + i, left));
        sg.part[j]  = live(left, v_add(sg.part[j], g), sg.part[j]);
        sgh.part[j] = live(left, v_fma(g, h, sgh.part[j]), sgh.part[j]);
    });
    V g_mean = v_set(tree(&sg) / (real)n), gh_mean = v_set(tree(&sgh) / (real)n);
    EACH_LEFT(n, i, left, {
        V h = v_mul(v_sub(get(x + i, left), mean), r);
        V g = v_mul(get(dy + i, left), get(w + i, left));
        give(dx + i, left, v_mul(r, v_sub(v_sub(g, g_mean), v_mul(h, gh_mean))), add);
    });
}
#endif
