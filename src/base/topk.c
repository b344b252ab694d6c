#include "base/topk.h"
#include <math.h>
#include <string.h>

static bool above(double a, double b) { return a > b || (isnan(b) && !isnan(a)); }

/* Opens position `at` of index, which holds n of at most k, and writes i there; the last one drops out of a full list.
 * Returns the new n. */
static int insert(int *index, int n, int k, int at, int i)
{
    int kept = n < k ? n + 1 : k;
    memmove(index + at + 1, index + at, (size_t)(kept - 1 - at) * sizeof *index);
    index[at] = i;
    return kept;
}

int topk(const double *x, int n, int k, bool magnitude, int *index)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        int at = kept;
        while (at > 0 && (magnitude ? above(fabs(x[i]), fabs(x[index[at - 1]])) : above(x[i], x[index[at - 1]])))
            at--;
        kept = at < k ? insert(index, kept, k, at, i) : kept;
    }
    return kept;
}

int topk_add(int *index, double *value, int n, int k, int i, double v)
{
    int at = n;
    while (at > 0 && above(v, value[at - 1]))
        at--;
    if (at >= k)
        return n;
    int kept = insert(index, n, k, at, i);
    memmove(value + at + 1, value + at, (size_t)(kept - 1 - at) * sizeof *value);
    value[at] = v;
    return kept;
}
