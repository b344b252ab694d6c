#include "explain/embed.h"
#include "base/topk.h"
#include "kernel/kernel.h"
#include <math.h>

double explain_embed_cosine(const Tensor *table, int i, int j)
{
    size_t        C = tensor_cols(table);
    const double *x = table->val + (size_t)i * C, *y = table->val + (size_t)j * C;
    double        lengths = sqrt(kernel->dot(C, x, x) * kernel->dot(C, y, y));
    return lengths > 0 ? kernel->dot(C, x, y) / lengths : 0;
}

int explain_embed_near(const Tensor *table, int i, int n, int *near, double *cosine)
{
    int have = 0;
    for (int j = 0; n > 0 && j < table->dim[0]; j++)
        if (j != i)
            have = topk_add(near, cosine, have, n, j, explain_embed_cosine(table, i, j));
    return have;
}
