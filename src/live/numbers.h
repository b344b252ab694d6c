#ifndef LIVE_NUMBERS_H
#define LIVE_NUMBERS_H
#include "engine/params.h"

/* Parameters as floats in the order of the model file, without gaps: what goes from the half that trains, in float, to
 * the half that watches, in double, and back. A model file is rounded in the same way. */

/* numbers (p->count) = the array x of p: p->val, p->m or p->v; and back. Both return the end of `numbers`. */
float       *live_numbers_read(const Params *p, const real *x, float *numbers);
const float *live_numbers_write(const Params *p, real *x, const float *numbers);
#endif
