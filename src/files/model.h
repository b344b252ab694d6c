#ifndef FILES_MODEL_H
#define FILES_MODEL_H
#include "files/checkpoint.h"
#include "model/gpt.h"

/* A model from a file, ready to compute with. */
typedef struct Model {
    Checkpoint file;                        /* what the file said; its bytes are freed */
    Gpt        gpt;
    Arena      nodes, mem;
} Model;

/* Reads the file and builds the model of its shape, with memory for the arrays that `use` asks for.
 * The model must stay where it is. False with nothing to close: checkpoint_open's errors, or no memory. */
bool model_open(Model *m, const char *path, ParamUse use, Err *err);

/* The same without a file: a model of the shape m->file.config, its parameters 0. m begins as { 0 } but for
 * m->file, and is to be closed in any case. */
bool model_make(Model *m, ParamUse use, Err *err);

void model_close(Model *m);
#endif
