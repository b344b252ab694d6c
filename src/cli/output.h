#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H
#include "base/file.h"

/* Files that a command writes for people to look at. */

/* May one be written to `path`? Yes where nothing is, in the place of an empty file, of what is no file (a
 * pipe) and of one that begins with `mark`, which says that this command wrote it; the corpus, mistyped as
 * output, may not go. "-" is standard output. False with a sentence, in which `kind` is "page of explain's" and
 * `flag` the flag to give another name to. */
bool output_may(const char *path, const char *mark, const char *kind, const char *flag, Err *err);

/* Replaces path in one step by the parts, or writes them to standard output ("-"), where a reader that went
 * away is no failure. */
bool output_write(const char *path, const FilePart *parts, size_t n, Err *err);
#endif
