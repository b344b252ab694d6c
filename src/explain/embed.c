#include "explain/embed.h"
#include "kernel/kernel.h"
#include <math.h>

double explain_embed_cosine(const Tensor *table, int i, int j)
{
    size_t        C = tensor_cols(table);
    const double *x = table->val + (size_t)i * C, *y = table->val + (size_t)j * C;
    double        lengths = sqrt(kernel->dot(C, x, x) * kernel->dot(C, y, y));
    return lengths > 0 ? kernel->dot(C, x, y) / lengths : 0;
}

/* Inserts (j, c) into a list of `have` rows sorted by falling cosine, at most n long; returns its new length. */
static int insert(int *near, double *cosine, int have, int n, int j, double c)
{
    int at = have < n ? have : n - 1;
    if (have == n && cosine[at] >= c)
        return have;
    for (; at > 0 && cosine[at - 1] < c; at--)
        cosine[at] = cosine[at - 1], near[at] = near[at - 1];
    cosine[at] = c, near[at] = j;
    return have < n ? have + 1 : n;
}

int explain_embed_near(const Tensor *table, int i, int n, int *near, double *cosine)
{
    int have = 0;
    for (int j = 0; n > 0 && j < table->dim[0]; j++)
        if (j != i)
            have = insert(near, cosine, have, n, j, explain_embed_cosine(table, i, j));
    return have;
}
