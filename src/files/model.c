#include "files/model.h"

typedef struct Layout {
    Model   *m;
    ParamUse use;
} Layout;

/* The table and the arrays. */
static bool lay_out(void *layout, Err *err)
{
    const Layout *x = layout;
    x->m->nodes.used = 0;
    return gpt_init(&x->m->gpt, &x->m->file.config, &x->m->nodes, err) &&
           params_alloc(&x->m->gpt.params, x->use, &x->m->nodes, &x->m->mem, err);
}

bool model_make(Model *m, ParamUse use, Err *err)
{
    Layout x = { m, use };
    return arena_init(&m->nodes, gpt_nodes_bytes(&m->file.config), err) &&
           arena_fit(&m->mem, lay_out, &x, err) && lay_out(&x, err);
}

/* The counts that the model mixes in. */
static bool counts(Model *m, Err *err)
{
    if (!m->file.config.counts)
        return true;
    m->gpt.prior = m->file.prior = &m->prior;
    return checkpoint_counts(&m->file, &m->prior, err);
}

bool model_open(Model *m, const char *path, ParamUse use, Err *err)
{
    *m = (Model){ 0 };
    if (!checkpoint_open(&m->file, path, err))
        return false;
    if (model_make(m, use, err) && counts(m, err) && checkpoint_load(&m->file, &m->gpt.params, err))
        return true;
    model_close(m);
    return err_in(err, "cannot use %s", path);
}

void model_close(Model *m)
{
    arena_free(&m->nodes);
    arena_free(&m->mem);
    prior_free(&m->prior);
    checkpoint_close(&m->file);
}
