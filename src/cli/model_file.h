#ifndef CLI_MODEL_FILE_H
#define CLI_MODEL_FILE_H
#include "base/err.h"
#include <stddef.h>

/* Resolves --model into path (size bytes): a file is used as given; in a run's folder best.heed, else
 * model.heed; NULL means the folder "run". False with a sentence if no model is found. */
bool model_file_find(const char *asked, char *path, size_t size, Err *err);
#endif
