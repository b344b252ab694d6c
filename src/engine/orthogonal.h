#ifndef ENGINE_ORTHOGONAL_H
#define ENGINE_ORTHOGONAL_H
#include "base/real.h"
#include <stddef.h>

/* Orthogonalization: approximates the orthogonal matrix nearest to u by moving all of u's singular values
 * towards 1. Newton-Schulz iterations with the coefficients of Jordan et al. 2024 ("Muon"), which reach about
 * 0.7 .. 1.2 quickly instead of 1 eventually:
 *
 *     X <- a X + (b A + c A^2) X,   A = X X^T,   initially X = u / s
 *
 * where s = (sum of sigma^8)^(1/8) over the singular values sigma of u: at least the largest of them, and a
 * tighter bound than the usual |u|. X itself is not computed: with P = a I + b A + c A^2 an iteration is
 * X <- P X, A <- P A P. All of these are polynomials of the first A, so they commute and are symmetric; u
 * enters again only in one product at the end. */
enum { ORTHOGONAL_MOST = 6 };               /* iterations; with more, A loses its precision in float */

/* Length of the working memory for a matrix of that shape, with the kernels in use. */
size_t orthogonal_room(size_t rows, size_t cols);

/* p += factor O, O the orthogonal matrix near u; u = 0 adds nothing. p and u are rows x cols, contiguous.
 * `room` is the caller's, orthogonal_room numbers. On the calling thread; the same bits with every table of
 * kernels. */
void orthogonal_add(size_t rows, size_t cols, const real *u, int iterations, real factor, real *p, real *room);
#endif
