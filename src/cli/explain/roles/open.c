#include "cli/explain/roles/census.h"
#include "text/corpus.h"
#include <stdlib.h>

/* The tokens to measure on: the validation part of the model's own text if it has one, all of any other. The caller
 * frees them. NULL with *err set. */
static int *read_text(Census *c, size_t *n, Err *err)
{
    const Checkpoint *k = &c->model->file;
    CorpusOptions     o = { .keep_cr = k->settings.keep_cr, .skip_unknown = true };
    Corpus            corpus;
    if (!corpus_read(&corpus, (char *[]){ c->files.text }, 1, o, &c->model->file.vocab, err))
        return NULL;
    corpus_split(&corpus, k->settings.val_frac);
    c->validation = corpus.hash == k->corpus_hash && corpus.n - corpus.n_train > 1;
    size_t first = c->validation ? corpus.n_train : 0;
    *n = corpus.n - first;
    int *ids = malloc((*n + 1) * sizeof *ids);
    if (ids)
        corpus_window(&corpus, first, *n, ids);
    else
        err_set(err, "out of memory for the %zu characters of %s", *n, c->files.text);
    corpus_free(&corpus);
    return ids;
}

static bool measure(Census *c, Err *err)
{
    size_t n;
    int   *ids = read_text(c, &n, err);
    bool   ok = ids && roles_measure(&c->r, &c->model->gpt, &c->model->file.vocab, ids, n,
                                     *c->files.clues ? &c->clues : NULL, err);
    free(ids);
    return ok;
}

bool census_open(Census *c, const ExplainOptions *o, Model *model, const char *path, Err *err)
{
    const Checkpoint *k = &model->file;
    *c = (Census){ .path = path, .model = model };
    return claims_text_of(&c->files, o->text, o->clues, k, path, err) &&
           (!*c->files.clues || clues_read(&c->clues, c->files.clues, &k->vocab, k->config.context, err)) &&
           measure(c, err);
}

void census_close(Census *c)
{
    roles_free(&c->r);
    clues_free(&c->clues);
}

bool census_run(const Term *t, const ExplainOptions *o, Err *err)
{
    Census c;
    Model  model;
    if (!model_open(&model, o->model, PARAMS_VALUES, err))
        return false;
    bool ok = census_open(&c, o, &model, o->model, err);
    if (ok && o->json)
        (void)census_json(stdout, &c);      /* command_main reports write errors on stdout */
    else if (ok)
        ok = census_show(t, &c) || err_set(err, "out of memory for a table of %d heads", c.r.n);
    census_close(&c);
    model_close(&model);
    return ok;
}
