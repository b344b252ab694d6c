#ifndef BASE_NUM_H
#define BASE_NUM_H
/* Scalar functions whose bits do not depend on the C library: only + - * / in double, in a fixed
 * order. libm's results differ between systems and versions, so training does not use them. */

/* exp(x); relative error below 1e-15; 0 below -708, infinity above 709. */
double num_exp(double x);

/* Natural logarithm of x > 0; relative error below 1e-15. NaN for x < 0, -infinity for 0. */
double num_log(double x);

/* cos(2 pi t) for any finite t: an angle in turns; absolute error below 1e-15. */
double num_cos_turns(double t);

/* x to the power n >= 0, by squaring. */
double num_pow(double x, unsigned long long n);
#endif
