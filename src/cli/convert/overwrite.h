#ifndef CLI_CONVERT_OVERWRITE_H
#define CLI_CONVERT_OVERWRITE_H
#include "cli/convert/options.h"

/* May --to write its file or folder? Yes if it does not exist, is empty, is not a regular file, or has that format;
 * otherwise only with --force. False with err set. */
bool convert_may_write(const ConvertOptions *o, Err *err);
#endif
