#ifndef CLI_NEAR_H
#define CLI_NEAR_H

/* Finds the known word that a mistyped one probably meant. Set .word, offer each known word, then read
 * .best (NULL if none is close). The strings are borrowed. */
typedef struct Near {
    const char *word, *best;
    int         distance;
} Near;

void near_offer(Near *n, const char *known);

/* The number of insertions, deletions, substitutions and swaps of adjacent letters between two words
 * (Damerau 1964, "A technique for computer detection and correction of spelling errors", in the restricted
 * form known as optimal string alignment). 63 if either word is longer than 63 bytes. */
int near_distance(const char *a, const char *b);
#endif
