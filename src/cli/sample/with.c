#include "cli/model_file.h"
#include "cli/sample/run.h"
#include <stdlib.h>
#include <string.h>

/* A model whose probabilities count as much as those of the one sampled. *model does not move. */
struct SampleWith {
    Model  model;
    Reader reader;
};

static bool same_vocab(const Vocab *a, const Vocab *b)
{
    return a->n == b->n && memcmp(a->chars, b->chars, (size_t)a->n * sizeof *a->chars) == 0;
}

static bool join_one(SampleRun *r, const char *asked, Reader *last, Err *err)
{
    SampleWith *w = &r->with[r->n_with];
    char        path[sizeof r->path];
    if (!model_file_find(asked, path, sizeof path, err) || !model_open(&w->model, path, PARAMS_VALUES, err))
        return false;
    r->n_with++;
    if (!same_vocab(&w->model.file.vocab, &r->model.file.vocab))
        return err_set(err, "%s and %s cannot be averaged: their vocabularies differ (%d and %d characters)", r->path,
                       path, r->model.file.vocab.n, w->model.file.vocab.n);
    if (!reader_init(&w->reader, &w->model.gpt, r->o->precision == PRECISION_BF16, err))
        return false;
    term_print(stderr, "sample: with %s, step %ld\n", path, w->model.file.state.step);
    return reader_join(last, &w->reader, err) || err_in(err, "%s and %s", r->path, path);
}

bool sample_with(SampleRun *r, Err *err)
{
    const FlagList *list = &r->o->with;
    if (list->n == 0)
        return true;
    r->with = calloc((size_t)list->n, sizeof *r->with);
    if (!r->with)
        return err_set(err, "out of memory: no room for %d models", list->n);
    for (int i = 0; i < list->n; i++)
        if (!join_one(r, list->items[i], i > 0 ? &r->with[i - 1].reader : &r->reader, err))
            return false;
    return true;
}

void sample_with_json(const SampleRun *r, Json *j)
{
    if (r->n_with == 0)
        return;
    json_array(j, "with");
    for (int i = 0; i < r->n_with; i++)
        json_text(j, NULL, r->o->with.items[i]);
    json_end_array(j);
}

void sample_with_release(SampleRun *r)
{
    for (int i = 0; i < r->n_with; i++) {
        if (r->with[i].reader.gpt)
            reader_free(&r->with[i].reader);
        model_close(&r->with[i].model);
    }
    free(r->with);
}
