#include "cli/convert/options.h"
#include <string.h>

#define T     ConvertOptions
#define OUT   "Export"
#define BACK  "Import"

static const char *const written[FORMATS + 1] = { "safetensors", "hf", "onnx", "gguf", "npz", NULL };
static const char *const read[] = { "safetensors", "hf", "onnx", NULL };

static const Flag rows[] = {
    { "FILE", 0, ARGS_FLAG(T, args), .min = 1, .max = 2,
      .help = "with --to: the model (a file or its folder) and the file to write; with --from: the file to read. With "
              "hf, a folder instead of a file" },

    { "to", 0, CHOICE_FLAG(T, to), .metavar = "FORMAT", .choices = written, .group = OUT,
      .help = "safetensors (PyTorch), onnx (ONNX Runtime) or npz (NumPy): any model; hf (a folder for Hugging Face's "
              "transformers) or gguf (llama.cpp): GPT-2 and Apertus, which train --for any trains" },

    { "from", 0, CHOICE_FLAG(T, from), .metavar = "FORMAT", .choices = read, .group = BACK,
      .help = "safetensors, hf, or onnx that heed wrote" },
    { "out", 0, STRING_FLAG(T, out), .metavar = "DIR", .group = BACK,
      .help = "write model.heed to this folder" },
    { "like", 0, STRING_FLAG(T, like), .metavar = "MODEL", .group = BACK,
      .help = "the heed model that was exported: supplies vocabulary, heads and training settings that the file "
              "lacks" },
    { "force", 0, BOOL_FLAG(T, force), .group = "Export and import",
      .help = "overwrite a model in DIR, or a file that is not of FORMAT" },
};

const Command convert_command = {
    .name = "convert",
    .does = "Exports a model to other programs, and imports it again.",
    .notes = "Examples: heed convert run --to gguf run.gguf\n"
             "          heed convert --from safetensors trained.safetensors --out run2\n"
             "To train an imported model further: train CORPUS --resume --out DIR. That starts a new schedule and a "
             "new optimizer. sample and explain read it like any model.\n"
             "An existing file of FORMAT is replaced whole or not at all; other files only with --force.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

ConvertOptions convert_options(void) { return (ConvertOptions){ .to = -1, .from = -1 }; }

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool check_to(const ConvertOptions *o, Err *err)
{
    if (o->out || o->like)
        return err_set(err, "--%s requires --from, not --to", o->out ? "out" : "like");
    if (o->args.n < 2)
        return err_set(err, "give the model and the %s to write: convert %s --to %s NAME",
                       o->to == FORMAT_HF ? "folder" : "file", o->args.items[0], written[o->to]);
    if (strcmp(o->args.items[1], "-") == 0)
        return err_set(err, "a model cannot be written to standard output, only to a file, whole or not at all: "
                       "give a file name");
    return !ends_with(o->args.items[1], ".heed") ||
           err_set(err, "%s has the name of a heed model: give the %s file a name that does not end in .heed",
                   o->args.items[1], written[o->to]);
}

static bool check_from(const ConvertOptions *o, Err *err)
{
    if (o->args.n > 1)
        return err_set(err, "--from reads one %s, but \"%s\" is a second one; name the folder to write with --out",
                       o->from == FORMAT_HF ? "folder" : "file", o->args.items[1]);
    if (o->like && o->from == FORMAT_ONNX)
        return err_set(err, "--like has no use with --from onnx: the file has shape, vocabulary and settings");
    return (o->out && *o->out) || err_set(err, "--from requires --out: the folder to write model.heed to");
}

bool convert_options_check(const ConvertOptions *o, Err *err)
{
    if ((o->to >= 0) == (o->from >= 0))
        return err_set(err, o->to >= 0 ? "give --to or --from, not both" :
                       "give a format: --to safetensors, hf, onnx, gguf or npz; or --from safetensors, hf or onnx");
    return o->to >= 0 ? check_to(o, err) : check_from(o, err);
}
