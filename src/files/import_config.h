#ifndef FILES_IMPORT_CONFIG_H
#define FILES_IMPORT_CONFIG_H
#include "model/config.h"

/* The shape in a config.json of Hugging Face's GPT-2, or of an Apertus with squared ReLU. False for a file that cannot
 * be read or is not JSON, a missing size, or options that heed lacks (another activation, another epsilon, …). */
bool import_config(Config *c, const char *path, Err *err);
#endif
