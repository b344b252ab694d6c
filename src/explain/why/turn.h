#ifndef EXPLAIN_WHY_TURN_H
#define EXPLAIN_WHY_TURN_H
#include <stdbool.h>

/* The rotation of queries and keys (Su et al. 2021, section 3.2), for one vector of D numbers, D even. cs holds D/2
 * cosines, then D/2 sines. The product of a query at position i and a key at j depends on i - j alone:
 *     (R_i q).(R_j k) = q.(R_(j-i) k) */

/* The angles of position p, which may be below 0: p 10000^(-2d/D) for pair d. */
void why_turn_angles(int D, int p, double *cs);

/* Their mean over the positions -n+1 .. 0: R becomes the mean rotation, which is not a rotation. */
void why_turn_mean(int D, int n, double *cs);

/* out = R x; may be x itself. */
void why_turn(int D, const double *cs, const double *x, double *out);
#endif
