#ifndef LIVE_FACTOR_H
#define LIVE_FACTOR_H
#include "base/err.h"

/* Can all scores be multiplied by it? From 0 to a million, beyond which they overflow, or infinite: hard attention.
 * False with a sentence. */
bool live_factor_allowed(double factor, Err *err);
#endif
