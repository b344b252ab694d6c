#ifndef FILES_IMPORT_CONFIG_H
#define FILES_IMPORT_CONFIG_H
#include "model/config.h"

/* The shape that a config.json of Hugging Face's GPT-2 tells. False for a file that cannot be read, is no JSON,
 * lacks a size, or describes what our GPT-2 does not do (another activation, another epsilon, …). */
bool import_config(Config *c, const char *path, Err *err);
#endif
