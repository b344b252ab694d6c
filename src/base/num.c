#include "base/num.h"
#include <math.h>

/* x = k ln 2 + r with |r| <= ln 2 / 2, then the Taylor series of exp(r) and a scaling by 2^k. */
double num_exp(double x)
{
    if (!(x > -708))
        return x <= -708 ? 0 : x;
    if (x > 709)
        return HUGE_VAL;
    double k = floor(x * 1.4426950408889634 + 0.5);
    double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;   /* ln 2 in two parts */
    double sum = 1;
    for (int i = 14; i > 0; i--)
        sum = 1 + sum * r / i;
    return ldexp(sum, (int)k);
}

/* x = m 2^e with m in [sqrt(1/2), sqrt 2); log m = 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + ...) with
 * s = (m - 1) / (m + 1), |s| < 0.172. */
double num_log(double x)
{
    if (!(x > 0))
        return x < 0 ? NAN : x == 0 ? -HUGE_VAL : x;
    if (isinf(x))
        return x;
    int    e;
    double m = frexp(x, &e);
    if (m < 0.70710678118654752) {
        m *= 2;
        e--;
    }
    double s = (m - 1) / (m + 1), s2 = s * s, sum = 0;
    for (int i = 23; i >= 3; i -= 2)
        sum = (sum + 1.0 / i) * s2;
    return e * 0.69314718055994531 + 2 * s * (1 + sum);
}

/* Taylor series of cos on [0, pi/4] or of sin on the other half of the quarter turn. */
static double series(double first, double a2, int n)
{
    double sum = 0;
    for (int i = 18 + n; i > n; i -= 2)
        sum = (1 + sum) * (-a2 / (double)(i * (i - 1)));
    return first * (1 + sum);
}

double num_cos_turns(double t)
{
    const double turn = 6.2831853071795865;
    t = fabs(t - floor(t + 0.5));                    /* cos is even, period one turn: [0, 1/2] */
    double sign = 1;
    if (t > 0.25) {
        t = 0.5 - t;
        sign = -1;
    }
    if (t <= 0.125)
        return sign * series(1, t * turn * t * turn, 0);
    double a = (0.25 - t) * turn;                    /* cos x = sin(pi/2 - x) */
    return sign * series(a, a * a, 1);
}

double num_pow(double x, unsigned long long n)
{
    double y = 1;
    for (; n; n >>= 1, x *= x)
        if (n & 1)
            y *= x;
    return y;
}
