#ifndef FILES_EXPORT_H
#define FILES_EXPORT_H
#include "base/buffer.h"
#include "base/file.h"
#include "files/model.h"

/* A model as a file of another program, replaced whole or not at all (base/file.h). The model is not changed.
 * Beside the model's own memory they take that of the file. False, with a sentence, for no memory, a file that
 * cannot be written, and a model that the format cannot hold. */

/* safetensors: every model, the parameters by their own names, which PyTorch users know (Linear weights (out, in);
 * "lm_head.weight" always). The metadata have "format":"pt" and, for the way back, "heed" (the lines of
 * files/checkpoint.h) and "heed.vocab" (the words of files/vocab_text.h). */
bool export_safetensors(const Model *m, const char *path, Err *err);

/* npz of NumPy: every model; the same names, and "heed" and "vocab" (u32: code points, and bytes with 0x80000000).
 * Up to 4 GiB, as in the format without extensions. */
bool export_npz(const Model *m, const char *path, Err *err);

/* GGUF version 3 of llama.cpp, GPT-2 only. */
bool export_gguf(const Model *m, const char *path, Err *err);

/* A folder of Hugging Face's transformers, GPT-2 only: config.json, model.safetensors, tokenizer.json and
 * tokenizer_config.json, each replaced whole. Makes the folder if it is not there. */
bool export_hf(const Model *m, const char *dir, Err *err);

/* How its config.json begins, which no other program writes so. */
#define HF_CONFIG_START "{\n\"architectures\": [\"GPT2LMHeadModel\"],\n\"model_type\": \"gpt2\",\n\"vocab_size\": "

/* What import.c reads there. */
#define HF_WEIGHTS   "model.safetensors"
#define HF_CONFIG    "config.json"
#define HF_TOKENIZER "tokenizer.json"
#define HF_TOKENIZER_CONFIG "tokenizer_config.json"

/* Ends an export: writes the buffer to the file unless memory ended, and frees it. */
bool export_end(Buffer *b, const char *path, Err *err);
#endif
