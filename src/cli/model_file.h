#ifndef CLI_MODEL_FILE_H
#define CLI_MODEL_FILE_H
#include "base/err.h"
#include <stddef.h>

/* The model that a user means, into path (size bytes): a file as it is, in a run's folder best.heed, else
 * model.heed; NULL means the folder run. False with a sentence when there is none. */
bool model_file_find(const char *asked, char *path, size_t size, Err *err);
#endif
