#include "base/file.h"
#include "base/human.h"
#include "base/lock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/convert/options.h"
#include "cli/convert/overwrite.h"
#include "cli/model_file.h"
#include "cli/term.h"
#include "files/export.h"
#include "files/import.h"
#include "files/arch.h"
#include "model/gpt_params.h"
#include "kernel/kernel.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One conversion. */
typedef struct ConvertRun {
    const ConvertOptions *o;
    const char           *called;
    Model                 model;
    Lock                  lock;                         /* on the folder to write */
    char                  path[1024], best[1024];       /* of the model; with --from, of the folder's best model */
} ConvertRun;

static void tell(const char *what, const char *path, const Checkpoint *c)
{
    term_print(stderr, "convert: %s %s, step %ld: layers %d, heads %d, channels %d, context %d, %d characters\n", what,
            path,
            c->state.step, c->config.layers, c->config.heads, c->config.channels, c->config.context, c->config.vocab);
}

/* "DIR/name" into out; false if it does not fit. */
static bool join(char *out, size_t size, const char *dir, const char *name, Err *err)
{
    int n = snprintf(out, size, "%s/%s", dir, name);
    return (n > 0 && (size_t)n < size) ||
           err_set(err, "the folder's name has %zu bytes, the limit is %zu", strlen(dir), size - 16);
}

/* A letter of the vocabulary for a prompt; 0: it has none. */
static int first_letter(const Vocab *v)
{
    for (int i = 0; i < v->n; i++)
        if (v->chars[i] >= 'A' && v->chars[i] <= 'z' && isalpha((int)v->chars[i]))
            return (int)v->chars[i];
    return 0;
}

/* A command that opens the file, for a name that needs no quotes: llama.cpp and transformers continue a prompt.
 * llama-cli of 2026 converses whatever it is told. */
static void use(const ConvertRun *r, const char *to)
{
    static const char *const uses[FORMATS] = {
        [FORMAT_SAFETENSORS] = "python3 -c \"from safetensors.torch import load_file; print(load_file('%s').keys())\"",
        [FORMAT_NPZ] = "python3 -c \"import numpy; print(numpy.load('%s').files)\"",
        [FORMAT_HF] = "python3 -c \"from transformers import pipeline; print(pipeline('text-generation', '%s')('",
        [FORMAT_ONNX] = "python3 -c \"import onnxruntime as o; print(o.InferenceSession('%s').get_outputs())\"",
        [FORMAT_GGUF] = "llama-completion -no-cnv -m %s -p ",
    };
    char word[1024], line[1400], prompt[80] = "";
    if (strcmp(command_word(word, sizeof word, to), to) != 0)
        return;
    snprintf(line, sizeof line, uses[r->o->to], to);
    int letter = first_letter(&r->model.file.vocab), n = r->model.file.config.context / 2;
    bool prompted = r->o->to == FORMAT_GGUF || r->o->to == FORMAT_HF;
    if (prompted && !letter)
        return;
    if (prompted)
        snprintf(prompt, sizeof prompt, r->o->to == FORMAT_GGUF ? "%c -n %d" : "%c', max_new_tokens=%d))\"", letter, n);
    term_print(stderr, "convert: to open it: %s%s\n", line, prompt);
}

/* What the file's reader must know; `bytes` of the file. */
static void advise(const ConvertRun *r, size_t bytes)
{
    const Checkpoint *c = &r->model.file;
    if (c->config.counts && (r->o->to == FORMAT_SAFETENSORS || r->o->to == FORMAT_NPZ))
        term_print(stderr, "convert: its logits include n-gram counts of the text in \"%s\"; scripts/counted_text.py "
                   "computes them\n", r->o->to == FORMAT_NPZ ? "counts" : "heed.counts");
    if (r->o->to == FORMAT_GGUF)
        term_print(stderr, "convert: llama.cpp crashes when prompt and output together exceed the context of %d\n",
                c->config.context);
    if (r->o->to == FORMAT_ONNX && c->config.counts && bytes > 0)
        term_print(stderr, "convert: %s of it are tables of the %zu characters that the model counts\n",
                   human_bytes(bytes - 4 * (size_t)gpt_params_count(&c->config)).s, r->model.prior.sorted.n);
    if (r->o->to == FORMAT_HF && c->vocab.chars[c->vocab.n - 1] & TEXT_RAW)
        term_print(stderr, "convert: the vocabulary has single bytes; the tokenizer writes them as \"<0x80>\"\n");
}

static bool holds(const ConvertRun *r, Err *err)
{
    static const Target targets[FORMATS] = {
        [FORMAT_SAFETENSORS] = TARGETS, [FORMAT_HF] = TARGET_HF, [FORMAT_ONNX] = TARGET_ONNX,
        [FORMAT_GGUF] = TARGET_LLAMA, [FORMAT_NPZ] = TARGETS,
    };
    const Config *c = &r->model.file.config;
    return targets[r->o->to] == TARGETS || arch_check(targets[r->o->to], c, err) ||
           err_add(err, "; train one with --for any, or use --to safetensors%s or npz, which hold any model",
                   arch_opens(TARGET_ONNX, c) ? ", onnx" : "");
}

/* May the output be written? A folder is locked first, for its files belong together. */
static bool begin(ConvertRun *r, const char *to, Err *err)
{
    bool folder = r->o->to == FORMAT_HF;
    if (folder && !file_make_dir(to, err))
        return false;
    if (folder)
        lock_wait(&r->lock, to);
    return convert_may_write(r->o, err);
}

static bool convert_to(ConvertRun *r, Err *err)
{
    static bool (*const write[])(const Model *, const char *, Err *) = {
        [FORMAT_SAFETENSORS] = export_safetensors, [FORMAT_HF] = export_hf, [FORMAT_ONNX] = export_onnx,
        [FORMAT_GGUF] = export_gguf, [FORMAT_NPZ] = export_npz,
    };
    _Static_assert(sizeof write / sizeof *write == FORMATS, "each format has its function");
    const char *to = r->o->args.items[1];
    if (!model_file_find(r->o->args.items[0], r->path, sizeof r->path, err) ||
        !model_open(&r->model, r->path, PARAMS_VALUES, err) || !holds(r, err) || !begin(r, to, err))
        return false;
    tell("from", r->path, &r->model.file);
    if (!write[r->o->to](&r->model, to, err))
        return false;
    struct stat st = { 0 };
    if (stat(to, &st) == 0 && S_ISREG(st.st_mode))
        term_print(stderr, "convert: to %s, %s\n", to, human_bytes((size_t)st.st_size).s);
    else
        term_print(stderr, "convert: to %s\n", to);
    advise(r, (size_t)st.st_size);
    use(r, to);
    return true;
}

/* ---- and back ---- */

/* Models already in the folder are kept unless --force. */
static bool may_write(ConvertRun *r, Err *err)
{
    const char *dir = r->o->out;
    if (!join(r->path, sizeof r->path, dir, "model.heed", err) || !join(r->best, sizeof r->best, dir, "best.heed", err))
        return false;
    const char *there = file_exists(r->path) ? r->path : file_exists(r->best) ? r->best : NULL;
    return !there || r->o->force ||
           err_set(err, "%s already exists: replace it with --force, or choose another --out", there);
}

/* Removes best.heed: it would be taken for this model's best. */
static bool save(ConvertRun *r, Err *err)
{
    bool ok = file_make_dir(r->o->out, err) && lock_take(&r->lock, r->o->out, err) && may_write(r, err) &&
              import_save(&r->model, r->path, err);
    if (ok && unlink(r->best) != 0 && errno != ENOENT)
        ok = err_set(err, "saved %s, but cannot remove the older %s: %s", r->path, r->best, file_why(errno));
    return ok;
}

static bool read_from(ConvertRun *r, Err *err)
{
    const char *from = r->o->args.items[0];
    Checkpoint  like;
    char        path[sizeof r->path];
    if (r->o->like && (!model_file_find(r->o->like, path, sizeof path, err) || !checkpoint_open(&like, path, err)))
        return false;
    const Checkpoint *known = r->o->like ? &like : NULL;
    ImportFault fault = IMPORT_OTHER;
    bool ok = r->o->from == FORMAT_HF   ? import_hf(&r->model, from, known, err) :
              r->o->from == FORMAT_ONNX ? import_onnx(&r->model, from, err) :
                                          import_safetensors(&r->model, from, known, &fault, err);
    if (!ok && r->o->from == FORMAT_HF && !known && join(path, sizeof path, from, HF_TOKENIZER, err) &&
        file_is_dir(from) && !file_exists(path))
        err_add(err, "; --like MODEL supplies the vocabulary");
    if (fault == IMPORT_NO_METADATA)
        err_add(err, "; name the model it was exported from with --like");
    if (fault == IMPORT_TRANSPOSED)
        err_add(err, "; use --from hf and name the folder");
    if (r->o->like)
        checkpoint_close(&like);
    if (!ok)
        r->model = (Model){ 0 };
    return ok;
}

static bool convert_from(ConvertRun *r, Err *err)
{
    char sample[1024], train[1024], out[1024];
    if (!may_write(r, err) || !read_from(r, err) || !save(r, err))
        return false;
    tell("wrote", r->path, &r->model.file);
    command_beside(sample, sizeof sample, r->called, "sample");
    command_beside(train, sizeof train, r->called, "train");
    command_path(out, sizeof out, r->o->out);
    term_print(stderr, "convert: to train it further: %s and its text, with --resume --out %s --steps 500%s\n",
               train, out, r->model.file.corpus_hash == 0 ? " --force, since the text is not known" : "");
    term_print(stderr, "convert: next: %s %s\n", sample, out);
    return true;
}

static int convert(void *options, const char *called, Err *err)
{
    ConvertRun r = { .o = options, .called = called, .lock = { -1 } };
    if (!convert_options_check(r.o, err))
        return COMMAND_MISUSED;
    bool ok = r.o->to >= 0 ? convert_to(&r, err) : convert_from(&r, err);
    model_close(&r.model);
    lock_release(&r.lock);
    return ok ? COMMAND_DONE : COMMAND_FAILED;
}

COMMAND_MAIN(convert)
{
    ConvertOptions options = convert_options();
    return command_main(&convert_command, &options, convert, kernel_names, argc, argv);
}
