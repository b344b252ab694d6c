#ifndef CLI_LIVE_INSIDE_H
#define CLI_LIVE_INSIDE_H
#include "base/err.h"
#include "cli/live/options.h"
#include <stddef.h>

/* What the page opens with, as JSON: program, text, model (base64 of the file) and prompt; what was not given is left
 * out. Malloc'd. NULL with a sentence: a file that cannot be read, a text that is not UTF-8, is empty or is longer than
 * a page should hold, a file that is no model, or out of memory. */
char *live_inside(const LiveOptions *o, size_t *len, Err *err);
#endif
