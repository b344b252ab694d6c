#ifndef KERNEL_EXP_H
#define KERNEL_EXP_H
#include "base/real.h"

/* Formulas whose roundings all tables share; ref.c writes them for one number, simd/ for a vector.
 * Capital letters and EXP_ names are constants defined below.
 *
 * exp(x), by range reduction to powers of two (Cody and Waite 1980, "Software Manual for the Elementary
 * Functions", chapter 6) and a minimax polynomial fitted for this file:
 *     z = EXP_TOP < x ? EXP_TOP : x          a NaN passes
 *     t = fma(z, EXP_LOG2E, EXP_MAGIC)       adding a number this large rounds to an integer,
 *     n = t - EXP_MAGIC                      left in the low bits of t
 *     r = fma(n, -EXP_LN2_LOW, fma(n, -EXP_LN2, z))            |r| <= ln 2 / 2
 *     p = 1 + r (1 + r (C2 + r (C3 + ...)))  Horner, one fma per step
 *     y = p * 2^n                            2^n: the bits of t shifted into the exponent; exact
 *     exp(x) = x < -EXP_TOP ? 0 : y
 * EXP_MAGIC is 1.5 * 2^(bits of the mantissa) + the exponent's bias. No result is denormal; above
 * EXP_TOP the result is exp(EXP_TOP). Relative error: float below 1.1e-7 (0.9 ulp), double
 * below 3e-16.
 *
 * GELU, with s the logistic function of u = 2 sqrt(2/pi) (x + 0.044715 x^3):
 *     x2 = x * x;  v = (x * -GELU_K) * fma(x2, GELU_A, 1);  s = 1 / (1 + exp(v));  y = x * s
 * and its derivative, du being du/dx:
 *     du = GELU_K * fma(x2, GELU_3A, 1);  d = fma(x * du, s * (1 - s), s);  dx = dy * d
 *
 * Dropout's hash of (key, i), 32-bit arithmetic: the key enters before and between the two
 * multiply-and-shift steps, so that the masks of two keys are not permutations of each other. Each bit
 * of i or key flips each bit of h in about half of all cases. The multipliers are those of
 * "lowbias32" (C. Wellons 2018, "Prospecting for Hash Functions").
 *     h = i ^ key;   h = (h ^ h >> 16) * HASH_A;   h = h ^ (key * HASH_KEY + HASH_ADD)
 *     h = (h ^ h >> 15) * HASH_B;   h = h ^ h >> 16                                         */

#ifdef HEED_DOUBLE
#define EXP_TOP     708.0
#define EXP_MAGIC   (6755399441055744.0 + 1023)
#define EXP_SHIFT   52
#define EXP_LOG2E   0x1.71547652b82fep+0
#define EXP_LN2     0x1.62e42fefa39efp-1
#define EXP_LN2_LOW 0x1.abc9e3b39803fp-56
/* C12 down to C2; approximation error 1e-19 */
#define EXP_TERMS                                                                                   \
    0x1.20d1cddbfc4fep-29, 0x1.af7a7188717e9p-26, 0x1.27e40b8c47fb0p-22, 0x1.71dde78f176a0p-19,     \
        0x1.a01a01fcbc0f6p-16, 0x1.a01a01b7031adp-13, 0x1.6c16c16c07defp-10, 0x1.111111110e30fp-7, \
        0x1.555555555556fp-5, 0x1.555555555555dp-3, 0.5
#else
#define EXP_TOP     87.0f
#define EXP_MAGIC   (12582912.0f + 127)
#define EXP_SHIFT   23
#define EXP_LOG2E   0x1.715476p+0f
#define EXP_LN2     0x1.62e430p-1f
#define EXP_LN2_LOW (-0x1.05c610p-29f)
/* C6 down to C2; approximation error 3e-9 */
#define EXP_TERMS 0x1.6a23d0p-10f, 0x1.123a20p-7f, 0x1.5558f2p-5f, 0x1.555492p-3f, 0x1.fffffcp-2f
#endif

#define GELU_K  ((real)1.5957691216057308)
#define GELU_A  ((real)0.044715)
#define GELU_3A ((real)0.134145)

#define HASH_A   0x7feb352du
#define HASH_B   0x846ca68bu
#define HASH_KEY 0x9e3779b1u
#define HASH_ADD 0x85157af5u
#endif
