#include "files/model.h"

/* The table and the arrays, in an arena that counts or one that is real. */
static bool lay_out(Model *m, ParamUse use, Err *err)
{
    m->nodes.used = 0;
    return gpt_init(&m->gpt, &m->file.config, &m->nodes, err) &&
           params_alloc(&m->gpt.params, use, &m->nodes, &m->mem, err);
}

bool model_make(Model *m, ParamUse use, Err *err)
{
    if (!arena_init(&m->nodes, gpt_nodes_bytes(&m->file.config), err))
        return false;
    arena_count(&m->mem);
    bool   counted = lay_out(m, use, err);
    size_t need = m->mem.used;
    m->mem = (Arena){ 0 };
    return counted && arena_init(&m->mem, need, err) && lay_out(m, use, err);
}

bool model_open(Model *m, const char *path, ParamUse use, Err *err)
{
    *m = (Model){ 0 };
    if (!checkpoint_open(&m->file, path, err))
        return false;
    if (model_make(m, use, err) && checkpoint_load(&m->file, &m->gpt.params, err))
        return true;
    model_close(m);
    return err_in(err, "cannot use %s", path);
}

void model_close(Model *m)
{
    arena_free(&m->nodes);
    arena_free(&m->mem);
    checkpoint_close(&m->file);
}
