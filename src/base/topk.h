#ifndef BASE_TOPK_H
#define BASE_TOPK_H
#include <stdbool.h>

/* Selection of the k largest of n numbers by insertion: O(n k), no allocation. Largest first; of equal ones the
 * earlier first. NaN ranks below every number. */

/* index (k): the positions of the largest of x (n), by |x| with `magnitude`. Returns their number, min(n, k). */
int topk(const double *x, int n, int k, bool magnitude, int *index);

/* For numbers computed one at a time: offers candidate i with value v to the n largest so far, n <= k, kept in index
 * (k) and value (k). Returns the new n. */
int topk_add(int *index, double *value, int n, int k, int i, double v);
#endif
