#include "cli/near.h"
#include <stdbool.h>
#include <string.h>

enum { LONGEST = 63 };

static int least(int a, int b) { return a < b ? a : b; }

/* d[i][j] = distance of the first i letters of a and the first j of b
 *         = min(d[i-1][j] + 1, d[i][j-1] + 1, d[i-1][j-1] + (a_i != b_j), d[i-2][j-2] + 1 if swapped) */
int near_distance(const char *a, const char *b)
{
    int d[LONGEST + 1][LONGEST + 1];
    int m = (int)strnlen(a, LONGEST + 1), n = (int)strnlen(b, LONGEST + 1);
    if (m > LONGEST || n > LONGEST)
        return LONGEST;
    for (int i = 0; i <= m; i++) {
        for (int j = 0; j <= n; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[m][n];
}

/* Close: at most one error in a word of up to five letters, one per three letters in a longer word, or one
 * word a prefix of the other ("temp", "temperature"). The smallest distance wins. */
void near_offer(Near *n, const char *known)
{
    size_t m = strlen(n->word), k = strlen(known), shorter = m < k ? m : k;
    int    distance = near_distance(n->word, known);
    bool   begun = shorter >= 3 && strncmp(n->word, known, shorter) == 0;
    bool   slip = distance <= (int)(m < 6 ? 1 : m / 3);
    if ((begun || slip) && (!n->best || distance < n->distance)) {
        n->best     = known;
        n->distance = distance;
    }
}
