#include "cli/convert/options.h"
#include <string.h>

#define T     ConvertOptions
#define OUT   "From a model to another program"
#define BACK  "And back"

static const char *const written[FORMATS + 1] = { "safetensors", "hf", "gguf", "npz", NULL };
static const char *const read[] = { "safetensors", "hf", NULL };

static const Flag rows[] = {
    { "FILE", 0, ARGS_FLAG(T, args), .min = 1, .max = 2,
      .help = "with --to the model (a file or its folder) and the file to write; with --from the file to read. With hf "
              "the other program's is a folder" },

    { "to", 0, CHOICE_FLAG(T, to), .metavar = "FORMAT", .choices = written, .group = OUT,
      .help = "safetensors (PyTorch) or npz (NumPy): any model; hf (a folder for Hugging Face's transformers) or gguf "
              "(llama.cpp): models of --recipe gpt2" },

    { "from", 0, CHOICE_FLAG(T, from), .metavar = "FORMAT", .choices = read, .group = BACK,
      .help = "safetensors or hf" },
    { "out", 0, STRING_FLAG(T, out), .metavar = "DIR", .group = BACK,
      .help = "the folder in which model.heed is written" },
    { "like", 0, STRING_FLAG(T, like), .metavar = "MODEL", .group = BACK,
      .help = "the model of heed that the file came from: has its vocabulary, its heads and how it was trained, where the "
              "file does not tell" },
    { "force", 0, BOOL_FLAG(T, force), .group = "Both ways",
      .help = "replace what is there: a model in DIR, a file that is of another kind than FORMAT" },
};

const Command convert_command = {
    .name = "convert",
    .does = "Takes a model to other programs and back.",
    .notes = "Examples: heed convert run --to gguf run.gguf, heed convert --from safetensors trained.safetensors --out run2\n"
             "What comes back goes on by train CORPUS --resume --out DIR, which starts a new schedule with a new optimizer; "
             "sample and explain read it as any model.\n"
             "A file of FORMAT that was there is replaced whole, or not at all; another one only with --force.",
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
        return err_set(err, "--%s belongs to --from, and --to was given", o->out ? "out" : "like");
    if (o->args.n < 2)
        return err_set(err, "give the model and the %s to write: convert %s --to %s NAME", o->to == FORMAT_HF ? "folder" : "file",
                       o->args.items[0], written[o->to]);
    if (strcmp(o->args.items[1], "-") == 0)
        return err_set(err, "a model is written to a file, whole or not at all, and not to standard output: give a name");
    return !ends_with(o->args.items[1], ".heed") ||
           err_set(err, "%s would take the place of a model of heed: give the %s file a name that does not end in .heed",
                   o->args.items[1], written[o->to]);
}

static bool check_from(const ConvertOptions *o, Err *err)
{
    if (o->args.n > 1)
        return err_set(err, "one %s to read is enough, and \"%s\" is a second one; the folder to write is told by --out",
                       o->from == FORMAT_HF ? "folder" : "file", o->args.items[1]);
    return (o->out && *o->out) || err_set(err, "say with --out in which folder model.heed is to be written");
}

bool convert_options_check(const ConvertOptions *o, Err *err)
{
    if ((o->to >= 0) == (o->from >= 0))
        return err_set(err, o->to >= 0 ? "give --to or --from, not both" :
                       "say where to: --to safetensors, hf, gguf or npz; or back: --from safetensors or hf");
    return o->to >= 0 ? check_to(o, err) : check_from(o, err);
}
