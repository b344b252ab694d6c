#include "live/numbers.h"

float *live_numbers_read(const Params *p, const real *x, float *numbers)
{
    for (int i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->list[i].len; k++)
            *numbers++ = (float)x[p->list[i].at + k];
    return numbers;
}

const float *live_numbers_write(const Params *p, real *x, const float *numbers)
{
    for (int i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->list[i].len; k++)
            x[p->list[i].at + k] = (real)*numbers++;
    return numbers;
}
