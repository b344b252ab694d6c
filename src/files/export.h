#ifndef FILES_EXPORT_H
#define FILES_EXPORT_H
#include "base/buffer.h"
#include "base/file.h"
#include "files/model.h"

/* Writes a model as a file of another program, whole or not at all (base/file.h). Takes memory for the whole file.
 * False when out of memory, when the file cannot be written, and for a model that the format cannot hold. */

/* safetensors: every model, with the parameters' names in PyTorch (linear weights (out, in); "lm_head.weight" always).
 * The metadata have "format":"pt" and, for importing, "heed" (the lines of files/checkpoint.h) and "heed.vocab" (the
 * words of files/vocab_text.h). */
bool export_safetensors(const Model *m, const char *path, Err *err);

/* NumPy's npz: every model, with the same names, "heed", and "vocab" (u32: code points, bytes with 0x80000000). At most
 * 4 GiB, the limit of zip without extensions. */
bool export_npz(const Model *m, const char *path, Err *err);

/* ONNX with opset 17: every model, one graph from tokens (batch, time), up to the context long, to logits (batch, time,
 * V), with the parameters under their own names, and shape, settings and vocabulary as metadata (onnx/README.md). At
 * most 2 GiB, the limit of protocol buffers. */
bool export_onnx(const Model *m, const char *path, Err *err);

/* GGUF version 3 of llama.cpp: what is GPT-2 or Apertus (files/arch.h). */
bool export_gguf(const Model *m, const char *path, Err *err);

/* A folder of Hugging Face's transformers, for the same: config.json, model.safetensors, tokenizer.json and
 * tokenizer_config.json, each replaced whole. Makes the folder if needed. */
bool export_hf(const Model *m, const char *dir, Err *err);

/* The start of its config.json, which tells heed's from other programs': of class and type. */
#define HF_CONFIG_START(class, type) \
    "{\n\"architectures\": [\"" class "\"],\n\"model_type\": \"" type "\",\n\"vocab_size\": "
#define HF_GPT2_START    HF_CONFIG_START("GPT2LMHeadModel", "gpt2")
#define HF_APERTUS_START HF_CONFIG_START("ApertusForCausalLM", "apertus")

/* Its files. */
#define HF_WEIGHTS   "model.safetensors"
#define HF_CONFIG    "config.json"
#define HF_TOKENIZER "tokenizer.json"
#define HF_TOKENIZER_CONFIG "tokenizer_config.json"

/* Writes the buffer to the file, unless it ran out of memory, and frees it. */
bool export_end(Buffer *b, const char *path, Err *err);
#endif
