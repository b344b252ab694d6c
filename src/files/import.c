#include "files/import.h"
#include "files/counted.h"
#include "base/size.h"
#include "files/tensors.h"
#include "files/export.h"
#include "files/import_config.h"
#include "files/onnx/read.h"
#include "model/gpt_params.h"
#include "model/recipe.h"
#include "files/safetensors.h"
#include "files/vocab_text.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding tensors ---- */

/* Prefixes that PyTorch tools put before a name. */
static const char *const prefixes[] = { "_orig_mod.", "module.", "transformer." };

static JsonText without_prefix(JsonText name)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes;) {
        size_t n = strlen(prefixes[i]);
        bool   there = name.n > n && memcmp(name.s, prefixes[i], n) == 0;
        if (there)
            name = (JsonText){ name.s + n, name.n - n };
        i = there ? 0 : i + 1;
    }
    return name;
}

static int by_name(const void *x, const void *y)
{
    return json_text_order(((const SafeTensor *)x)->name, ((const SafeTensor *)y)->name);
}

/* Removes the prefixes; two names may then be the same. */
static bool plain_names(Safetensors *f, Err *err)
{
    for (size_t i = 0; i < f->n; i++)
        f->list[i].name = without_prefix(f->list[i].name);
    if (f->n)
        qsort(f->list, f->n, sizeof *f->list, by_name);
    for (size_t i = 1; i < f->n; i++)
        if (by_name(&f->list[i - 1], &f->list[i]) == 0)
            return err_set(err, "\"%.*s\" comes twice, with different prefixes", (int)f->list[i].name.n,
                           f->list[i].name.s);
    return true;
}

/* Older files of GPT-2 store causal masks: nothing learned. */
static bool is_mask(JsonText name)
{
    static const char *const masks[] = { ".attn.bias", ".attn.masked_bias" };
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(masks[i]);
        if (name.n > n && memcmp(name.s + name.n - n, masks[i], n) == 0)
            return true;
    }
    return false;
}

/* ---- reading numbers ---- */

static void shape_of(const SafeTensor *t, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < t->rank && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%llu", i ? "," : "", (unsigned long long)t->dim[i]);
}

static bool same_shape(const SafeTensor *t, const FileTensor *a, ImportFault *fault, Err *err)
{
    char is[200], wanted[40];
    bool ok = t->rank == a->rank && t->dim[0] == (uint64_t)a->dim[0] &&
              (a->rank == 1 || t->dim[1] == (uint64_t)a->dim[1]);
    if (ok)
        return true;
    bool transposed = a->rank == 2 && t->rank == 2 && t->dim[0] == (uint64_t)a->dim[1] &&
        t->dim[1] == (uint64_t)a->dim[0];
    int n = snprintf(wanted, sizeof wanted, "%d", a->dim[0]);
    if (a->rank == 2)
        snprintf(wanted + n, sizeof wanted - (size_t)n, ",%d", a->dim[1]);
    shape_of(t, is, sizeof is);
    if (transposed && a->as != FILE_TENSOR_TRANSPOSED)
        *fault = IMPORT_TRANSPOSED;
    return err_set(err, "%s is (%s), it must be (%s)%s", a->name, is, wanted, !transposed ? "" :
                   a->as == FILE_TENSOR_TRANSPOSED ? ": linear weights must be Hugging Face's (in, out)" :
                   ": linear weights are Hugging Face's (in, out)");
}

/* Stores number (i, j). Of a tensor that repeats a number the model has the first. */
static bool put(const FileTensor *a, size_t i, size_t j, float x, Err *err)
{
    if (!isfinite(x))
        return err_set(err, "%s has a NaN or an infinity", a->name);
    bool alike = a->as == FILE_TENSOR_ONES || (a->as == FILE_TENSOR_REPEATED && i > 0);
    if (!alike)
        a->val[tensors_at(a, i, j)] = (real)x;
    real same = a->as == FILE_TENSOR_ONES ? 1 : alike ? a->val[0] : (real)x;
    return (real)x == same || err_set(err, "%s differs between channels of a head, in %g and %g: heed has one gain for "
                                      "all, and keys have none", a->name, (double)same, (double)x);
}

static bool take(const Safetensors *f, const FileTensor *a, ImportFault *fault, Err *err)
{
    JsonText          name = without_prefix((JsonText){ a->name, strlen(a->name) });
    const SafeTensor *t = safetensors_find(f, name.s);
    if (!t)
        return err_set(err, "tensor %s is missing", a->name);
    if (!same_shape(t, a, fault, err))
        return false;
    if (!t->type->number)
        return err_set(err, "%s has type %s; only F32, F16, BF16 and F64 can be read", a->name, t->type->name);
    const char *from = f->data + t->begin;
    size_t      size = (size_t)t->type->bits / 8, rows = (size_t)a->dim[0], columns = (size_t)a->dim[1];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++, from += size)
            if (!put(a, i, j, t->type->number(from), err))
                return false;
    return true;
}

/* The file must have every tensor of the list, and besides them only a copy of the tied embedding, and masks. */
static bool take_all(const Safetensors *f, const FileTensors *tensors, bool tied, ImportFault *fault, Err *err)
{
    size_t others = 0, heads = tied && safetensors_find(f, "lm_head.weight");
    for (size_t i = 0; i < tensors->n; i++)
        if (!take(f, &tensors->list[i], fault, err))
            return false;
    for (size_t i = 0; i < f->n; i++)
        others += is_mask(f->list[i].name);
    return f->n == tensors->n + heads + others ||
           err_set(err, "it has %zu tensors, a model of its shape has %zu: is it another kind of model?",
                   f->n - others, tensors->n + heads);
}

/* The output matrix is the embedding if it is missing or has the same bytes. */
static bool is_tied(const Safetensors *f)
{
    const SafeTensor *e = safetensors_find(f, "wte.weight"), *h = safetensors_find(f, "lm_head.weight");
    return !h || (e && e->type == h->type && e->end - e->begin == h->end - h->begin &&
                  memcmp(f->data + e->begin, f->data + h->begin, (size_t)(h->end - h->begin)) == 0);
}

/* Memory is only allocated for a model that the file can fill: at least two bytes a number. */
static bool is_filled(const Safetensors *f, const Config *c, Err *err)
{
    uint64_t least, have = f->file.len - (uint64_t)(f->data - f->file.p);
    return (size_mul(gpt_params_count(c), 2, &least) && least <= have) ||
           err_set(err, "a model of its shape has %llu numbers, but its tensors have only %llu bytes",
                   (unsigned long long)gpt_params_count(c), (unsigned long long)have);
}

/* Makes the model of the shape and vocabulary in m->file and fills it from f. */
static bool fill(Model *m, Safetensors *f, bool own, ImportFault *fault, Err *err)
{
    Config   *c = &m->file.config;
    FileTensors tensors = { 0 };
    if (!plain_names(f, err))
        return false;
    Arch arch = arch_nearest(TARGET_HF, c);
    c->tied = (own || arch == ARCH_GPT2) && is_tied(f);     /* an Apertus has two matrices */
    bool ok = (own || arch_check(TARGET_HF, c, err)) &&
              (m->file.vocab.n == c->vocab || err_set(err, "its vocabulary has %d characters, but its shape says %d",
                                                      m->file.vocab.n, c->vocab)) &&
              config_check(c, err) && is_filled(f, c, err) && model_make(m, PARAMS_VALUES, err) &&
              (own ? tensors_own(&tensors, &m->gpt, false, err) :
                     tensors_of(&tensors, &m->gpt, arch, TENSORS_HF, err)) &&
              take_all(f, &tensors, c->tied, fault, err);
    tensors_free(&tensors);
    return ok;
}

/* ---- shape, vocabulary, settings ---- */

static bool copy_vocab(Vocab *to, const Vocab *from, Err *err)
{
    return vocab_from_tokens(to, from->chars, (size_t)from->n, err);
}

static bool read_notes(Model *m, const Safetensors *f, ImportFault *fault, Err *err)
{
    const JsonText *lines = safetensors_note(f, "heed"), *words = safetensors_note(f, "heed.vocab");
    if (!lines || !words) {
        *fault = IMPORT_NO_METADATA;
        return err_set(err, "it lacks heed's shape and vocabulary metadata");
    }
    if (!checkpoint_understand(&m->file, lines->s, lines->n, err))
        return err_in(err, "its metadata entry \"heed\" is invalid");
    return vocab_text_read_words(&m->file.vocab, words->s, words->n, err);
}

/* The counts that the model mixes in; those of `like` for a file without metadata. In an ONNX file their text stands
 * apart. */
static bool read_counts(Model *m, const Safetensors *f, const Checkpoint *like, Err *err)
{
    const JsonText *counts = safetensors_note(f, "heed.counts"), *text = &f->counted;
    if (!m->file.config.counts)
        return true;
    m->gpt.prior = m->file.prior = &m->prior;
    return counts ? counted_read_hex(&m->prior, counts->s, counts->n, text->s, text->n, m->file.config.vocab, err) :
           like ? checkpoint_counts(like, &m->prior, err) :
           err_set(err, "it lacks the counts of the training text that its model mixes into the logits");
}

static bool copy_like(Model *m, const Checkpoint *like, Err *err)
{
    m->file.config = like->config;
    m->file.settings = like->settings;
    m->file.corpus_hash = like->corpus_hash;
    return copy_vocab(&m->file.vocab, &like->vocab, err);
}

static bool finish(Model *m, bool ok, const char *path, Err *err)
{
    m->file.state = (TrainState){ .train_loss = NAN, .val_loss = NAN, .best_loss = INFINITY };
    if (ok)
        return true;
    model_close(m);
    return err_in(err, "cannot import %s", path);
}

bool import_safetensors(Model *m, const char *path, const Checkpoint *like, ImportFault *fault, Err *err)
{
    Safetensors f;
    ImportFault ignored;
    fault = fault ? fault : &ignored;
    *fault = IMPORT_OTHER;
    *m = (Model){ 0 };
    if (!safetensors_open(&f, path, err))
        return false;
    bool ok = (like ? copy_like(m, like, err) : read_notes(m, &f, fault, err)) && fill(m, &f, true, fault, err) &&
              read_counts(m, &f, like, err);
    safetensors_close(&f);
    return finish(m, ok, path, err);
}

bool import_onnx(Model *m, const char *path, Err *err)
{
    Safetensors f = { 0 };
    ImportFault fault;
    *m = (Model){ 0 };
    bool ok = file_read(path, &f.file, err) && onnx_read(&f, err) && read_notes(m, &f, &fault, err) &&
              fill(m, &f, true, &fault, err) && read_counts(m, &f, NULL, err);
    safetensors_close(&f);
    return finish(m, ok, path, err);
}

/* ---- Hugging Face ---- */

/* Settings for a model of which none are known. */
static TrainSettings usual_settings(void)
{
    TrainSettings s = recipes[RECIPE_GPT2].how;
    s.batch = 12;
    s.accumulate = 1;
    s.steps = 2000;
    s.eval_every = 250;
    s.val_frac = 0.1;
    s.seed = 1;
    return s;
}

/* Without the file, the vocabulary of `like`. */
static bool read_tokenizer(Model *m, const char *path, const Checkpoint *like, Err *err)
{
    FileData f = { 0 };
    if (like && !file_exists(path))
        return copy_vocab(&m->file.vocab, &like->vocab, err);
    bool     ok = file_read(path, &f, err) && (vocab_text_read_tokenizer(&m->file.vocab, f.p, f.len, err) ||
                                               err_in(err, "cannot use %s", path));
    file_free(&f);
    return ok;
}

/* Without the file, the shape of `like`. */
static bool read_shape(Model *m, const char *path, const Checkpoint *like, Err *err)
{
    if (!like || file_exists(path))
        return import_config(&m->file.config, path, err);
    m->file.config = like->config;
    return true;
}

static bool read_weights(Model *m, const char *path, Err *err)
{
    Safetensors f;
    if (!safetensors_open(&f, path, err))
        return err_in(err, "a Hugging Face folder needs " HF_WEIGHTS " (save it with safe_serialization=True)");
    bool ok = fill(m, &f, false, &(ImportFault){ IMPORT_OTHER }, err);
    safetensors_close(&f);
    return ok;
}

bool import_hf(Model *m, const char *dir, const Checkpoint *like, Err *err)
{
    size_t room = strlen(dir) + 64;
    char  *path = malloc(3 * room);
    *m = (Model){ 0 };
    if (!path)
        return err_set(err, "out of memory for a path of %zu bytes", room);
    snprintf(path, room, "%s/" HF_CONFIG, dir);
    snprintf(path + room, room, "%s/" HF_TOKENIZER, dir);
    snprintf(path + 2 * room, room, "%s/" HF_WEIGHTS, dir);
    m->file.settings = like ? like->settings : usual_settings();
    m->file.corpus_hash = like ? like->corpus_hash : 0;
    bool ok = read_shape(m, path, like, err) && read_tokenizer(m, path + room, like, err) &&
              read_weights(m, path + 2 * room, err);
    free(path);
    return finish(m, ok, dir, err);
}

/* calloc: untouched zero pages take no memory. */
bool import_save(Model *m, const char *path, Err *err)
{
    Params *p = &m->gpt.params;
    real   *zeros = calloc(p->len, sizeof *zeros);
    if (!zeros)
        return err_set(err, "out of memory: no room for the moments of %zu parameters", p->count);
    p->m = p->v = zeros;
    bool ok = checkpoint_save(path, &m->file, p, err);
    p->m = p->v = NULL;
    free(zeros);
    return ok;
}
