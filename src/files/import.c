#include "files/import.h"
#include "base/size.h"
#include "files/tensors.h"
#include "files/export.h"
#include "files/import_config.h"
#include "model/gpt_params.h"
#include "model/recipe.h"
#include "files/safetensors.h"
#include "files/vocab_text.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding tensors ---- */

/* What may stand before a name. */
static const char *const fronts[] = { "_orig_mod.", "module.", "transformer." };

static JsonText without_front(JsonText name)
{
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts;) {
        size_t n = strlen(fronts[i]);
        bool   there = name.n > n && memcmp(name.s, fronts[i], n) == 0;
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

/* Takes off what stands before the names, which may then be double. */
static bool plain_names(Safetensors *f, Err *err)
{
    for (size_t i = 0; i < f->n; i++)
        f->list[i].name = without_front(f->list[i].name);
    if (f->n)
        qsort(f->list, f->n, sizeof *f->list, by_name);
    for (size_t i = 1; i < f->n; i++)
        if (by_name(&f->list[i - 1], &f->list[i]) == 0)
            return err_set(err, "it has \"%.*s\" twice, with something different before it", (int)f->list[i].name.n,
                           f->list[i].name.s);
    return true;
}

/* The masks that older files of GPT-2 carry along hold nothing that was learned. */
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

/* ---- taking numbers ---- */

static void shape_of(const SafeTensor *t, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < t->rank && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%llu", i ? "," : "", (unsigned long long)t->dim[i]);
}

static bool same_shape(const SafeTensor *t, const FileTensor *a, Err *err)
{
    char is[200], wanted[40];
    bool ok = t->rank == a->rank && t->dim[0] == (uint64_t)a->dim[0] &&
              (a->rank == 1 || t->dim[1] == (uint64_t)a->dim[1]);
    if (ok)
        return true;
    bool turned = a->rank == 2 && t->rank == 2 && t->dim[0] == (uint64_t)a->dim[1] && t->dim[1] == (uint64_t)a->dim[0];
    int n = snprintf(wanted, sizeof wanted, "%d", a->dim[0]);
    if (a->rank == 2)
        snprintf(wanted + n, sizeof wanted - (size_t)n, ",%d", a->dim[1]);
    shape_of(t, is, sizeof is);
    return err_set(err, "%s is (%s), and (%s) is what its shape asks for%s", a->name, is, wanted, !turned ? "" :
                   a->turned ? ": its weights are not Hugging Face's (in, out)" :
                   ": its weights are Hugging Face's (in, out); say --from hf and name the folder");
}

static bool take(const Safetensors *f, const FileTensor *a, Err *err)
{
    JsonText          name = without_front((JsonText){ a->name, strlen(a->name) });
    const SafeTensor *t = safetensors_find(f, name.s);
    if (!t)
        return err_set(err, "it has no tensor %s", a->name);
    if (!same_shape(t, a, err))
        return false;
    if (!t->type->number)
        return err_set(err, "%s is of type %s; F32, F16, BF16 and F64 can be read", a->name, t->type->name);
    const char *from = f->data + t->begin;
    size_t      size = (size_t)t->type->bits / 8, rows = (size_t)a->dim[0], columns = (size_t)a->dim[1];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++, from += size) {
            float x = t->type->number(from);
            if (!isfinite(x))
                return err_set(err, "%s holds numbers that are not finite", a->name);
            a->val[a->turned ? j * rows + i : i * columns + j] = (real)x;
        }
    return true;
}

/* Every tensor of the list must be there, and nothing else but a second copy of the embedding and masks. */
static bool take_all(const Safetensors *f, const FileTensors *tensors, bool tied, Err *err)
{
    size_t others = 0, heads = tied && safetensors_find(f, "lm_head.weight");
    for (size_t i = 0; i < tensors->n; i++)
        if (!take(f, &tensors->list[i], err))
            return false;
    for (size_t i = 0; i < f->n; i++)
        others += is_mask(f->list[i].name);
    return f->n == tensors->n + heads + others ||
           err_set(err, "it has %zu tensors, where the %zu of its shape should be: is it another kind of model?", f->n - others,
                   tensors->n + heads);
}

/* Is the output matrix the embedding: not there, or the same bytes. */
static bool is_tied(const Safetensors *f)
{
    const SafeTensor *e = safetensors_find(f, "wte.weight"), *h = safetensors_find(f, "lm_head.weight");
    return !h || (e && e->type == h->type && e->end - e->begin == h->end - h->begin &&
                  memcmp(f->data + e->begin, f->data + h->begin, (size_t)(h->end - h->begin)) == 0);
}

/* No model is made that is larger than what the file can fill: two bytes a number are the least. Biases and
 * little else may be missing. */
static bool is_filled(const Safetensors *f, const Config *c, Err *err)
{
    uint64_t least, have = f->file.len - (uint64_t)(f->data - f->file.p);
    return (size_mul(gpt_params_count(c), 2, &least) && least <= have) ||
           err_set(err, "a model of its shape has %llu numbers, and its tensors only %llu bytes",
                   (unsigned long long)gpt_params_count(c), (unsigned long long)have);
}

/* With shape and vocabulary in m->file: the model, filled from the file. */
static bool fill(Model *m, Safetensors *f, TensorNaming names, bool own, Err *err)
{
    Config   *c = &m->file.config;
    FileTensors tensors = { 0 };
    if (!plain_names(f, err))
        return false;
    c->tied = is_tied(f);
    bool ok = (m->file.vocab.n == c->vocab || err_set(err, "its vocabulary has %d characters, and its shape says %d",
                                                      m->file.vocab.n, c->vocab)) &&
              config_check(c, err) && is_filled(f, c, err) && model_make(m, PARAMS_VALUES, err) &&
              (own ? tensors_own(&tensors, &m->gpt, false, err) : tensors_gpt2(&tensors, &m->gpt, names, err)) &&
              take_all(f, &tensors, c->tied, err);
    tensors_free(&tensors);
    return ok;
}

/* ---- what stands beside the numbers ---- */

static bool copy_vocab(Vocab *to, const Vocab *from, Err *err)
{
    return vocab_from_tokens(to, from->chars, (size_t)from->n, err);
}

static bool read_notes(Model *m, const Safetensors *f, Err *err)
{
    const JsonText *lines = safetensors_note(f, "heed"), *words = safetensors_note(f, "heed.vocab");
    if (!lines || !words)
        return err_set(err, "its metadata do not tell shape and vocabulary, as what `convert` writes does: name the model that "
                       "it came from with --like");
    if (!checkpoint_understand(&m->file, lines->s, lines->n, err))
        return err_in(err, "\"heed\" in its metadata is wrong");
    return vocab_text_read_words(&m->file.vocab, words->s, words->n, err);
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
    return err_in(err, "cannot make a model of %s", path);
}

bool import_safetensors(Model *m, const char *path, const Checkpoint *like, Err *err)
{
    Safetensors f;
    *m = (Model){ 0 };
    if (!safetensors_open(&f, path, err))
        return false;
    bool ok = (like ? copy_like(m, like, err) : read_notes(m, &f, err)) && fill(m, &f, TENSORS_HF, true, err);
    safetensors_close(&f);
    return finish(m, ok, path, err);
}

/* ---- Hugging Face ---- */

/* What training takes that nobody has said anything about. */
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

static bool read_tokenizer(Model *m, const char *path, Err *err)
{
    FileData f = { 0 };
    bool     ok = file_read(path, &f, err) && (vocab_text_read_tokenizer(&m->file.vocab, f.p, f.len, err) ||
                                               err_in(err, "%s cannot be used", path));
    file_free(&f);
    return ok;
}

static bool read_weights(Model *m, const char *path, Err *err)
{
    Safetensors f;
    if (!safetensors_open(&f, path, err))
        return err_in(err, "without " HF_WEIGHTS " nothing can be read (save with safe_serialization=True)");
    bool ok = fill(m, &f, TENSORS_HF, false, err);
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
    bool ok = import_config(&m->file.config, path, err) && read_tokenizer(m, path + room, err) &&
              read_weights(m, path + 2 * room, err);
    free(path);
    return finish(m, ok, dir, err);
}

/* The moments are 0, from pages that were never touched and take no memory. */
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
