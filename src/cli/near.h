#ifndef CLI_NEAR_H
#define CLI_NEAR_H

/* Which of several known words did the user mean? Set .word, offer each known one, read .best
 * (NULL when none is near). The words stay the caller's. */
typedef struct Near {
    const char *word, *best;
    int         distance;
} Near;

void near_offer(Near *n, const char *known);

/* Letters to insert, delete, change or swap with their neighbour to make one word of the other
 * (Damerau 1964, "A technique for computer detection and correction of spelling errors"); words
 * longer than 63 bytes count as far apart. */
int near_distance(const char *a, const char *b);
#endif
