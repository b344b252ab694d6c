#ifndef KERNEL_SIMD_VEC_H
#define KERNEL_SIMD_VEC_H
/* The vector primitives that the kernels are written in; one file per instruction set defines them:
 *
 *     V, VL           a vector of VL reals;  M a mask of VL lanes;  U a vector of VL 32-bit integers
 *     ROWS, COLUMNS   the matrix product's register tile: ROWS x COLUMNS vectors
 *     v_load(p)  v_store(p, v)             no alignment needed
 *     v_load_part(p, n)  v_store_part(p, n, v)    only lanes below n < VL; the others load as 0
 *     v_set(x)        x in every lane
 *     v_add v_sub v_mul v_div v_sqrt       IEEE's, one rounding
 *     v_fma(a, b, c)  a * b + c, one rounding
 *     v_max(a, b)     a > b ? a : b;  v_min(a, b)  a < b ? a : b
 *     v_less(a, b)    the mask a < b;  m_first(n) the mask of lanes below n
 *     v_pick(m, a, b) a where m is set, else b;  v_unless(m, a)  0 where m is set, else a
 *     v_power(t)      the bits of t shifted into the exponent (kernel/exp.h)
 *     u_set u_iota (0, 1, 2, ...) u_add u_xor u_mul u_shift (right, by a constant), modulo 2^32
 *     u_reaches(a, b) the mask a >= b, unsigned
 *     v_low(p)  v_high(p)    the lower or upper 16 bits of each of VL words, as the upper half of a float
 *     move4x4(from, rs, to, ld)            to[j*ld + i] = from[i*rs + j] for i, j < 4
 *
 * Everything here and in its includers is static: these files are compiled for instructions that the rest of
 * the program must not use. */
#include "base/real.h"
#include "kernel/exp.h"
#include "kernel/kernel.h"

#define INLINE static inline __attribute__((always_inline, unused))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define UNROLL_2 _Pragma("clang loop unroll_count(2)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#define UNROLL_2 _Pragma("GCC unroll 2")
#endif

#if defined(ISA_avx512)
#include "kernel/simd/vec_avx512.h"
#elif defined(ISA_avx2)
#include "kernel/simd/vec_avx2.h"
#elif defined(ISA_neon)
#include "kernel/simd/vec_neon.h"
#elif defined(ISA_wasm)
#include "kernel/simd/vec_wasm.h"
#endif

/* The first `left` lanes, or all if left >= VL. */
INLINE V get(const real *p, size_t left) { return left >= VL ? v_load(p) : v_load_part(p, left); }

INLINE void put(real *p, size_t left, V v)
{
    if (left >= VL)
        v_store(p, v);
    else
        v_store_part(p, left, v);
}

/* The same, overwriting or adding. */
INLINE void give(real *p, size_t left, V v, bool add) { put(p, left, add ? v_add(get(p, left), v) : v); }

/* Of `left` elements, those from vector j on. */
INLINE size_t past(size_t left, size_t j) { return left > j * VL ? left - j * VL : 0; }

/* Runs the statements for each vector of n elements, at i. `left` is how many elements there are from i on: a constant
 * while they fill the vector, so that get and put need not ask. */
#define EACH_LEFT(n, i, left, ...)          \
    do {                                    \
        size_t i = 0;                       \
        UNROLL_2                            \
        for (; i + VL <= (n); i += VL) {    \
            enum { left = VL };             \
            __VA_ARGS__                     \
        }                                   \
        if (i < (n)) {                      \
            const size_t left = (n) - i;    \
            __VA_ARGS__                     \
        }                                   \
    } while (0)

#define EACH_VECTOR(n, j) UNROLL for (size_t j = 0; j < (n); j++)

/* kernel/exp.h, exp(x), of n <= 8 vectors in place, n a constant. Each step waits for the one before it, and a
 * processor looks only a few vectors ahead: so they take each step side by side. */
INLINE void v_exps(size_t n, V *x)
{
    static const real terms[] = { EXP_TERMS, 1, 1 };
    V t[8], r[8], p[8];
    EACH_VECTOR(n, j)
        r[j] = v_min(v_set(EXP_TOP), x[j]);
    EACH_VECTOR(n, j)
        t[j] = v_fma(r[j], v_set(EXP_LOG2E), v_set(EXP_MAGIC));
    EACH_VECTOR(n, j) {
        V whole = v_sub(t[j], v_set(EXP_MAGIC));
        r[j] = v_fma(whole, v_set(-EXP_LN2_LOW), v_fma(whole, v_set(-EXP_LN2), r[j]));
        p[j] = v_set(terms[0]);
    }
    UNROLL
    for (size_t i = 1; i < sizeof terms / sizeof *terms; i++)
        EACH_VECTOR(n, j)
            p[j] = v_fma(p[j], r[j], v_set(terms[i]));
    EACH_VECTOR(n, j)
        x[j] = v_unless(v_less(x[j], v_set(-EXP_TOP)), v_mul(p[j], v_power(t[j])));
}
#endif
