#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H
#include "base/file.h"

/* Output files: pages, pictures, tables. */

/* May `path` be overwritten? Yes if it does not exist, is empty, is not a regular file (a pipe), or starts with
 * `mark`, which shows that this command wrote it. This protects a corpus named as output by mistake. "-" is
 * standard output. Otherwise false with a sentence; `kind` describes the expected file in it, `flag` is the
 * flag that names the output. */
bool output_may(const char *path, const char *mark, const char *kind, const char *flag, Err *err);

/* Atomically replaces `path` by the parts, or writes them to standard output ("-"), where a closed pipe is not
 * an error. */
bool output_write(const char *path, const FilePart *parts, size_t n, Err *err);

/* Says on standard error that the picture or page `path` was written, with its size and the command that opens it.
 * Nothing for "-" or a device. */
void output_wrote(const char *program, const char *path);
#endif
