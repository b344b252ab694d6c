#include "files/onnx/run.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

static RunArray *find(RunModel *m, RunText name)
{
    for (int i = 0; i < m->n_values; i++)
        if (m->values[i].name.n == name.n && memcmp(m->values[i].name.s, name.s, name.n) == 0)
            return &m->values[i];
    return NULL;
}

static void append(RunModel *m, RunArray y, RunText name)
{
    ck_assert_msg(!find(m, name), "%.*s comes twice", (int)name.n, name.s);
    ck_assert_int_lt(m->n_values, RUN_VALUES);
    y.name = name;
    m->values[m->n_values++] = y;
}

/* The outputs of the last run. */
static void forget(RunModel *m)
{
    while (m->n_values > m->n_initializers)
        free(m->values[--m->n_values].x);
}

const RunArray *run(RunModel *m, const int *tokens, int B, int T)
{
    RunArray ids = run_array(7, 2, (int64_t[]){ B, T });
    for (int64_t i = 0; i < ids.len; i++)
        ids.x[i] = tokens[i];
    forget(m);
    append(m, ids, m->ports[0].name);
    for (int i = 0; i < m->n_nodes; i++) {
        const RunNode  *n = &m->nodes[i];
        const RunArray *in[RUN_INPUTS];
        for (int k = 0; k < n->n_in; k++)
            ck_assert_msg((in[k] = find(m, n->in[k])), "%.*s is not known", (int)n->in[k].n, n->in[k].s);
        append(m, run_operator(n, in), n->out);
    }
    return find(m, m->ports[1].name);
}

void run_close(RunModel *m)
{
    m->n_initializers = 0;
    forget(m);
}
