#ifndef KERNEL_SIMD_ELEMENTS_H
#define KERNEL_SIMD_ELEMENTS_H
/* The elementwise kernels of kernel.h. */
#include "kernel/simd/vec.h"

static void add(size_t n, const real *x, const real *y, real *z)
{
    EACH_LEFT(n, i, left, put(z + i, left, v_add(get(x + i, left), get(y + i, left))););
}

static void axpy(size_t n, real a, const real *x, real *y)
{
    EACH_LEFT(n, i, left, put(y + i, left, v_fma(v_set(a), get(x + i, left), get(y + i, left))););
}

static void scale(size_t n, real a, const real *x, real *y)
{
    EACH_LEFT(n, i, left, put(y + i, left, v_mul(v_set(a), get(x + i, left))););
}

/* --- GELU: formulas in kernel/exp.h --- */

enum { ABREAST = 4 };                       /* vectors side by side, see v_exps */

INLINE void logistics(const V *x, V *s)
{
    EACH_VECTOR(ABREAST, j)
        s[j] = v_mul(v_mul(x[j], v_set(-GELU_K)), v_fma(v_mul(x[j], x[j]), v_set(GELU_A), v_set(1)));
    v_exps(ABREAST, s);
    EACH_VECTOR(ABREAST, j)
        s[j] = v_div(v_set(1), v_add(v_set(1), s[j]));
}

INLINE void gelu_part(size_t left, const real *x, real *y)
{
    V z[ABREAST], s[ABREAST];
    EACH_VECTOR(ABREAST, j)
        z[j] = get(x + j * VL, past(left, j));
    logistics(z, s);
    EACH_VECTOR(ABREAST, j)
        put(y + j * VL, past(left, j), v_mul(z[j], s[j]));
}

static void gelu(size_t n, const real *x, real *y)
{
    enum { STEP = ABREAST * VL };
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        gelu_part(STEP, x + i, y + i);
    if (i < n)
        gelu_part(n - i, x + i, y + i);
}

INLINE void gelu_back_part(size_t left, const real *x, const real *dy, real *dx, bool add_to)
{
    V z[ABREAST], s[ABREAST];
    EACH_VECTOR(ABREAST, j)
        z[j] = get(x + j * VL, past(left, j));
    logistics(z, s);
    EACH_VECTOR(ABREAST, j) {
        size_t l  = past(left, j);
        V      du = v_mul(v_set(GELU_K), v_fma(v_mul(z[j], z[j]), v_set(GELU_3A), v_set(1)));
        V      d  = v_fma(v_mul(z[j], du), v_mul(s[j], v_sub(v_set(1), s[j])), s[j]);
        give(dx + j * VL, l, v_mul(get(dy + j * VL, l), d), add_to);
    }
}

static void gelu_back(size_t n, const real *x, const real *dy, real *dx, bool add_to)
{
    enum { STEP = ABREAST * VL };
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        gelu_back_part(STEP, x + i, dy + i, dx + i, add_to);
    if (i < n)
        gelu_back_part(n - i, x + i, dy + i, dx + i, add_to);
}

/* --- Squared ReLU: a NaN is not below 0, so it passes --- */

INLINE V positive(V x) { return v_unless(v_less(x, v_set(0)), x); }

static void relu2(size_t n, const real *x, real *y)
{
    for (size_t i = 0; i < n; i += VL) {
        V z = positive(get(x + i, n - i));
        put(y + i, n - i, v_mul(z, z));
    }
}

static void relu2_back(size_t n, const real *x, const real *dy, real *dx, bool add_to)
{
    for (size_t i = 0; i < n; i += VL) {
        V z = positive(get(x + i, n - i));
        give(dx + i, n - i, v_mul(v_add(z, z), get(dy + i, n - i)), add_to);
    }
}

/* --- Dropout and AdamW --- */

INLINE U hash(uint32_t key, U i)
{
    U h = u_xor(i, u_set(key));
    h   = u_mul(u_xor(h, u_shift(h, 16)), u_set(HASH_A));
    h   = u_xor(h, u_set(key * HASH_KEY + HASH_ADD));
    h   = u_mul(u_xor(h, u_shift(h, 15)), u_set(HASH_B));
    return u_xor(h, u_shift(h, 16));
}

static void dropout(size_t n, uint32_t key, uint32_t first, uint32_t cut, real a, const real *x, real *y,
                    bool add_to)
{
    for (size_t i = 0; i < n; i += VL) {
        M keep = u_reaches(hash(key, u_add(u_set(first + (uint32_t)i), u_iota())), u_set(cut));
        give(y + i, n - i, v_pick(keep, v_mul(get(x + i, n - i), v_set(a)), v_set(0)), add_to);
    }
}

static void adamw(size_t n, const AdamStep *s, const real *g, real *p, real *m, real *v)
{
    EACH_LEFT(n, i, left, {
        V d = v_mul(v_set(s->scale), get(g + i, left)), mean = get(m + i, left);
        mean = v_fma(v_set(s->not_beta1), v_sub(d, mean), mean);
        V square = v_fma(v_set(s->beta2), get(v + i, left), v_mul(v_mul(v_set(s->not_beta2), d), d));
        V root   = v_fma(v_sqrt(square), v_set(s->root), v_set(s->eps));
        V step   = v_div(v_mul(v_set(s->rate), mean), root);
        put(m + i, left, mean);
        put(v + i, left, square);
        put(p + i, left, v_sub(v_mul(get(p + i, left), v_set(s->keep)), step));
    });
}
#endif
