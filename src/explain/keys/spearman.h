#ifndef EXPLAIN_SPEARMAN_H
#define EXPLAIN_SPEARMAN_H

/* Spearman's rank correlation of x and y (n each): the Pearson correlation of their ranks, -1 to 1, where equal values
 * share the mean of their ranks. NaN for n < 2 and if all x or all y are equal. n^2 comparisons, no memory.
 * C. Spearman, The proof and measurement of association between two things, Am. J. Psychol. 15 (1904); mean ranks for
 * ties: M. G. Kendall, Rank Correlation Methods (1948), chapter 3. */
double explain_spearman(const double *x, const double *y, int n);
#endif
