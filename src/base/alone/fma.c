/* The C standard's fma and fmaf, exact. They replace those of wasi-libc (musl): its fmaf needs rounding modes, which
 * WebAssembly lacks, and its fma loses the sign of a product that underflows when z is 0. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef unsigned __int128 Wide;

enum { DIGITS = 53, LEAST = -1074 };        /* binary digits of a double; the exponent of its smallest number */

/* mantissa * 2^exponent with a mantissa of DIGITS digits; |x| finite, not 0. */
typedef struct Parts {
    uint64_t mantissa;
    int      exponent;
} Parts;

static Parts parts(double x)
{
    int    exponent;
    double fraction = frexp(fabs(x), &exponent);
    return (Parts){ (uint64_t)ldexp(fraction, DIGITS), exponent - DIGITS };
}

/* Shifted right; the last digit is set if any that is lost was, so that rounding later sees them. */
static Wide shifted(Wide x, int by)
{
    if (by <= 0)
        return x;
    return by > 127 ? x != 0 : x >> by | ((x & (((Wide)1 << by) - 1)) != 0);
}

static int length(Wide x)
{
    uint64_t high = (uint64_t)(x >> 64), low = (uint64_t)x;
    return high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
}

/* x * 2^exponent, to the nearest double, ties to even. */
static double rounded(Wide x, int exponent)
{
    int  cut = length(x) - DIGITS, least = LEAST - exponent;
    cut = cut > least ? cut : least;
    if (cut <= 0)
        return ldexp((double)(uint64_t)x, exponent);
    x = shifted(x, cut - 2);                                /* two digits to round off: half, and the rest */
    uint64_t kept = (uint64_t)(cut == 1 ? x >> 1 : x >> 2), off = (uint64_t)(cut == 1 ? (x & 1) << 1 : x & 3);
    kept += off > 2 || (off == 2 && (kept & 1));
    return ldexp((double)kept, exponent + cut);
}

/* Any finite numbers, none 0. The product and z have their first digits near 2^126, and 20 and 73 zeros after the last,
 * so that digits are lost by a shift only where the exponents are so far apart that the sum does not cancel. */
static double by_integers(double x, double y, double z)
{
    Parts a = parts(x), b = parts(y), c = parts(z);
    Wide  product = (Wide)a.mantissa * b.mantissa << 20, term = (Wide)c.mantissa << 73;
    int   exponent = a.exponent + b.exponent - 20, apart = exponent - (c.exponent - 73);
    bool  minus = !signbit(x) != !signbit(y), differ = minus != (signbit(z) != 0);
    product = shifted(product, -apart);
    term = shifted(term, apart);
    exponent = apart < 0 ? exponent - apart : exponent;
    if (differ && term > product)
        return copysign(rounded(term - product, exponent), z);
    Wide sum = differ ? product - term : product + term;
    return sum == 0 ? 0 : copysign(rounded(sum, exponent), minus ? -1 : 1);
}

/* A number as a sum of two. */
typedef struct Pair {
    double high, low;
} Pair;

static Pair two_sum(double a, double b)
{
    double s = a + b, t = s - a;
    return (Pair){ s, (a - (s - t)) + (b - t) };
}

/* 26 digits, and the rest (Dekker 1971, "A floating-point technique for extending the available precision"). */
static Pair split(double x)
{
    double c = x * 0x1.0000002p27, high = c - (c - x);
    return (Pair){ high, x - high };
}

static Pair two_product(double x, double y)
{
    Pair   a = split(x), b = split(y);
    double p = x * y;
    return (Pair){ p, ((a.high * b.high - p) + a.high * b.low + a.low * b.high) + a.low * b.low };
}

/* a + b rounded to odd: when digits are rounded off, the last one kept is set, so that another rounding to fewer digits
 * errs on neither side (Boldo and Melquiond 2008, "Emulation of FMA and correctly rounded sums"). */
static double sum_to_odd(double a, double b)
{
    Pair     s = two_sum(a, b);
    uint64_t bits;
    memcpy(&bits, &s.high, sizeof bits);
    if (fabs(s.low) > 0 && (bits & 1) == 0)                 /* not for a NaN */
        bits = (s.high < 0) == (s.low < 0) ? bits + 1 : bits - 1;
    memcpy(&s.high, &bits, sizeof bits);
    return s.high;
}

/* Boldo and Melquiond's figure 3, where nothing overflows and no digit falls below the smallest number. */
double fma(double x, double y, double z)
{
    double p = fabs(x * y);
    if (p > 0x1p-900 && p < 0x1p900 && fabs(x) < 0x1p900 && fabs(y) < 0x1p900 && fabs(z) < 0x1p900) {
        Pair u = two_product(x, y), t = two_sum(z, u.low), v = two_sum(u.high, t.high);
        return v.high + sum_to_odd(t.low, v.low);
    }
    if (!isfinite(x) || !isfinite(y) || x == 0 || y == 0)
        return x * y + z;
    if (!isfinite(z))
        return z;
    return z == 0 ? x * y : by_integers(x, y, z);
}

/* The product of two floats is exact in double. */
float fmaf(float x, float y, float z) { return (float)sum_to_odd((double)x * (double)y, (double)z); }
