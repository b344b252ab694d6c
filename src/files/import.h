#ifndef FILES_IMPORT_H
#define FILES_IMPORT_H
#include "files/model.h"

/* A model from a file of another program. Its training is a new one: step 0, nothing measured yet; what it was
 * trained with is taken where it is known. m is to be closed after true only. `like`, or NULL, is an open model
 * file that the other program once got (checkpoint_open; its vocabulary is copied). */

/* From safetensors with the names that export_safetensors gives; "transformer." as nanoGPT has it, and what DDP
 * and torch.compile put before names ("module.", "_orig_mod.") may stand in front. Shape, vocabulary and settings are
 * those of `like`, else of the metadata. F32, F16, BF16 and F64 are read. False for metadata that are missing or
 * damaged, a tensor too many or missing or of another shape, and numbers that are not finite. */
bool import_safetensors(Model *m, const char *path, const Checkpoint *like, Err *err);

/* From a folder of Hugging Face's transformers with config.json, model.safetensors and tokenizer.json: a GPT-2 of
 * characters. Settings are those of `like`, else GPT-2's recipe. False also for what our GPT-2 does not do. */
bool import_hf(Model *m, const char *dir, const Checkpoint *like, Err *err);

/* Writes such a model to the file `path` as model.heed, with an optimizer that has seen nothing yet, so that training
 * can go on from it. */
bool import_save(Model *m, const char *path, Err *err);
#endif
