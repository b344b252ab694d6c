#ifndef LIVE_EXPORT_H
#define LIVE_EXPORT_H
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* A function that JavaScript calls, under the same name. Functions that return bool leave a sentence for heed_error
 * when they return false. Texts come as bytes with a length, and runs as 0 or 1. */
#define LIVE_EXPORT(name) __attribute__((export_name(#name))) name

/* The sentence of the last failure; in each module. */
const char *LIVE_EXPORT(heed_error)(void);
#endif
