#ifndef FILES_MODEL_H
#define FILES_MODEL_H
#include "files/checkpoint.h"
#include "model/gpt.h"

/* A model from a file, ready to use. */
typedef struct Model {
    Checkpoint file;                        /* the file's header; its bytes are freed */
    Gpt        gpt;
    Prior      prior;                       /* the counts of a model that mixes them in: gpt.prior */
    Arena      nodes, mem;
} Model;

/* Reads the file and builds the model, with memory for the arrays that `use` needs. *m must not move. False with
 * nothing to close: checkpoint_open's errors, or out of memory. */
bool model_open(Model *m, const char *path, ParamUse use, Err *err);

/* The same without a file: a model of the shape m->file.config with zero parameters. The rest of *m must be zero; the
 * caller closes m even after false. */
bool model_make(Model *m, ParamUse use, Err *err);

void model_close(Model *m);
#endif
