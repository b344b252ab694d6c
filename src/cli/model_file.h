#ifndef CLI_MODEL_FILE_H
#define CLI_MODEL_FILE_H
#include "base/err.h"
#include <stddef.h>

/* Resolves --model into path (size bytes): a file is used as given; in a run's folder best.heed, else model.heed; NULL
 * means the newest run. False with a sentence if no model is found. */
bool model_file_find(const char *asked, char *path, size_t size, Err *err);

/* The newest run here: of run and the folders in it, the one whose newest of these files (n names) was modified last;
 * of two at the same time the first by name. Writes the folder to dir (size bytes), "" if none has such a file. */
void model_file_newest_run(const char *const *names, int n, char *dir, size_t size);

/* Says on standard error which file of the newest run was taken because nothing was asked for, unless it is in run
 * itself: "sample: run/b/best.heed, the newest run". */
void model_file_note(const char *program, const char *asked, const char *taken);
#endif
