#ifndef FILES_IMPORT_H
#define FILES_IMPORT_H
#include "files/model.h"

/* A model from a file of another program, parsed as untrusted input. Training starts over at step 0, with settings
 * taken from where they are known. The caller closes m after true only. `like`, or NULL, is the open model file that
 * was once exported (checkpoint_open); its vocabulary is copied. */

/* Failures that a caller can say more about. */
typedef enum ImportFault {
    IMPORT_OTHER,
    IMPORT_NO_METADATA,                     /* safetensors without heed's metadata, and no `like` */
    IMPORT_TRANSPOSED                       /* safetensors with Hugging Face's (in, out) weights  */
} ImportFault;

/* From safetensors with the names of export_safetensors; nanoGPT's prefix "transformer." and those of DDP and
 * torch.compile ("module.", "_orig_mod.") are ignored. Shape, vocabulary and settings are those of `like`, else of the
 * metadata. Reads F32, F16, BF16 and F64. False, with *fault (which may be NULL), for missing or damaged metadata, a
 * missing or extra tensor, a wrong shape, and numbers that are not finite. */
bool import_safetensors(Model *m, const char *path, const Checkpoint *like, ImportFault *fault, Err *err);

/* From an ONNX file of export_onnx, with its shape, vocabulary and settings. False for a file of another program, and
 * for one that was changed. */
bool import_onnx(Model *m, const char *path, Err *err);

/* From a folder of Hugging Face's transformers with config.json, model.safetensors and tokenizer.json: a GPT-2 of
 * characters. Settings are those of `like`, else of the recipe gpt2; shape and vocabulary are those of `like` where the
 * folder lacks config.json or the tokenizer. False also for options of GPT-2 that heed lacks. */
bool import_hf(Model *m, const char *dir, const Checkpoint *like, Err *err);

/* Writes such a model to `path` as a model file with zero moments, so that training can continue from it. */
bool import_save(Model *m, const char *path, Err *err);
#endif
