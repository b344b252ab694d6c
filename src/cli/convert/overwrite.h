#ifndef CLI_CONVERT_OVERWRITE_H
#define CLI_CONVERT_OVERWRITE_H
#include "cli/convert/options.h"

/* May the file or folder that --to names be written? Yes where nothing is, an empty file, what is no ordinary file,
 * and an earlier one of that format; anything else only with --force. False with a sentence. */
bool convert_may_write(const ConvertOptions *o, Err *err);
#endif
