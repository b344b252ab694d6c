#ifndef ENGINE_ORTHOGONAL_H
#define ENGINE_ORTHOGONAL_H
#include "base/real.h"
#include <stddef.h>

/* The nearest orthogonal matrix to u, roughly: all of u's singular values brought near 1, by Newton and
 * Schulz's iterations with the coefficients of Jordan et al. 2024 ("Muon"), which bring them to about
 * 0.7 .. 1.2 quickly rather than to 1 in the end:
 *
 *     X <- a X + (b A + c A^2) X,   A = X X^T,   X first u / s
 *
 * where s = (sum of sigma^8)^(1/8) over u's singular values sigma, which is no less than the largest and
 * nearer to it than the usual |u|.  X is not computed: with P = a I + b A + c A^2 each step is
 * X <- P X, A <- P A P, and all of these are polynomials of the first A, so that they commute and are
 * symmetric; what is left for the end is one product with u. */
enum { ORTHOGONAL_MOST = 6 };               /* iterations; a float A loses its digits beyond that */

/* How many numbers of working memory a matrix of that shape takes, with the kernels in use. */
size_t orthogonal_room(size_t rows, size_t cols);

/* p += factor O, O being the orthogonal matrix near u. p and u are rows x cols, without gaps. On the
 * calling thread alone; the same bits with every table of kernels. Nothing is added for a u of 0. */
void orthogonal_add(size_t rows, size_t cols, const real *u, int iterations, real factor, real *p, real *room);
#endif
