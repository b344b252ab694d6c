#include "live/factor.h"
#include <math.h>

bool live_factor_allowed(double factor, Err *err)
{
    return (factor >= 0 && factor <= 1e6) || (isinf(factor) && factor > 0) ||
           err_set(err, "a factor of %g for the scores: it must be from 0 to 1000000, or infinite", factor);
}
