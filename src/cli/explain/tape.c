#include "cli/explain/tape.h"
#include "cli/explain/screen.h"
#include "cli/explain/table.h"
#include "explain/dot.h"
#include <math.h>
#include <stddef.h>

double tape_rms(const double *x, size_t n)
{
    return n && x ? sqrt(explain_dot(x, x, n) / (double)n) : 0;
}

/* Names of a layer's tensors. */
static const struct {
    const char *name;
    size_t      at;
} fields[] = {
    { "norm 1", offsetof(GptBlockActs, norm_1) },
    { "norm 1, conv", offsetof(GptBlockActs, read) },
    { "q, k, v", offsetof(GptBlockActs, qkv) },
    { "q, k, v linear", offsetof(GptBlockActs, projected) },
    { "queries", offsetof(GptBlockActs, q) },
    { "keys", offsetof(GptBlockActs, k) },
    { "values", offsetof(GptBlockActs, v) },
    { "scores", offsetof(GptBlockActs, scores) },
    { "weights", offsetof(GptBlockActs, weights) },
    { "mix", offsetof(GptBlockActs, mix) },
    { "attention", offsetof(GptBlockActs, attention) },
    { "mid", offsetof(GptBlockActs, mid) },
    { "norm 2", offsetof(GptBlockActs, norm_2) },
    { "mlp in", offsetof(GptBlockActs, fc) },
    { "mlp act", offsetof(GptBlockActs, act) },
    { "mlp out", offsetof(GptBlockActs, mlp) },
    { "out", offsetof(GptBlockActs, out) },
};

static const char *name_in_layer(const GptBlockActs *y, const Tensor *x)
{
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
        if (*(Tensor *const *)(const void *)((const char *)y + fields[k].at) == x)
            return fields[k].name;
    return NULL;
}

/* Tensors outside the layers. */
static const char *name_outside(const Explain *e, const Tensor *x)
{
    if (x == e->out.loss)
        return "loss";
    if (x == e->out.logits)
        return "logits";
    if (x == e->trace.norm_f)
        return "last norm";
    if (x == e->trace.counts)
        return "counting";
    if (x == e->trace.token)
        return "character embedding";
    if (x == e->trace.position)
        return "position embedding";
    return x == e->trace.layers[0].x ? "layer 0 in" : "";
}

static const char *name_of_param(const Explain *e, const Tensor *x)
{
    for (int k = 0; k < e->g->params.n; k++)
        if (&e->g->params.list[k].tensor == x)
            return e->g->params.list[k].name;
    return NULL;
}

const char *tape_name(const Explain *e, const Tensor *x, char buf[TAPE_NAME])
{
    const char *name = x->op ? NULL : name_of_param(e, x);
    for (int l = 0; l < e->L && !name; l++) {
        const char *inside = name_in_layer(&e->trace.layers[l], x);
        if (inside) {
            snprintf(buf, TAPE_NAME, "layer %d %s", l, inside);
            return buf;
        }
    }
    snprintf(buf, TAPE_NAME, "%s", name ? name : name_outside(e, x));
    return buf;
}

/* Whether the operation of y occurs nearer to the loss, so its formula has been printed. */
static bool printed(const Tensor *y)
{
    for (const Tensor *z = y->next; z; z = z->next)
        if (z->op == y->op)
            return true;
    return false;
}

enum { TENSOR, OPERATION, SHAPE, VALUE, GRAD, COLUMNS };

static const Column columns[COLUMNS] = {
    [TENSOR] = { "tensor", 24, 0, true },    [OPERATION] = { "operation", 16, 2, true },
    [SHAPE] = { "shape", 15, 3, true },      [VALUE] = { "|value|", 10, 1, false },
    [GRAD] = { "|grad|", 10, 0, false },
};

static void show_tensor(Table *b, const Explain *e, const Tensor *y)
{
    char name[TAPE_NAME], shape[64];
    table_cell(b, TENSOR, 0, tape_name(e, y, name));
    table_cell(b, OPERATION, 0, y->op->name);
    table_cell(b, SHAPE, 0, tensor_str(y, shape));
    table_print(b, VALUE, "%.3g", tape_rms(y->val, tensor_len(y)));
    if (y->op == &op_constant)
        table_cell(b, GRAD, 0, "none");
    else
        table_print(b, GRAD, "%.3g", tape_rms(y->grad, tensor_len(y)));
    table_end(b);
}

void tape_show(const Term *t, const Explain *e)
{
    char  label[32];
    Table b = table_of(t, 2, columns, COLUMNS);
    putc('\n', t->file);
    screen_paragraph(t, 0, "The tape in backward order: each operation takes the gradient of its output and adds to "
                     "those of its inputs. |value| and |grad| are root mean squares.");
    putc('\n', t->file);
    table_head(&b);
    for (const Tensor *y = e->out.loss; y; y = y->prev)
        show_tensor(&b, e, y);
    table_note(&b);
    putc('\n', t->file);
    screen_paragraph(t, 0, "Formulas, forward and backward (dx is dL/dx):");
    for (const Tensor *y = e->out.loss; y; y = y->prev)
        if (!printed(y)) {
            snprintf(label, sizeof label, "  %s", y->op->name);
            screen_item(t, label, 18, y->op->math);
        }
}

/* A number for each tensor: its index on the tape, then the parameters. */
static int number(const Explain *e, const Tensor *x)
{
    int n = 0;
    for (const Tensor *y = e->tape.first; y; y = y->next, n++)
        if (y == x)
            return n;
    for (int k = 0; k < e->g->params.n; k++, n++)
        if (&e->g->params.list[k].tensor == x)
            return n;
    return n;
}

static void dot_node(FILE *out, const Explain *e, const Tensor *x)
{
    char   name[TAPE_NAME], shape[64];
    size_t n = tensor_len(x);
    fprintf(out, "  n%d [label=\"%s\\n%s %s\\n|x| %.3g  |dx| %.3g\"%s];\n", number(e, x),
            tape_name(e, x, name), x->op ? x->op->name : "parameter", tensor_str(x, shape),
            tape_rms(x->val, n), tape_rms(x->grad, n), x->op ? "" : ", shape=box");
}

static void dot_edges(FILE *out, const Explain *e, const Tensor *y)
{
    for (int k = 0; k < y->op->n_in; k++)
        if (y->in[k])
            fprintf(out, "  n%d -> n%d;\n", number(e, y->in[k]), number(e, y));
}

void tape_dot(FILE *out, const Explain *e)
{
    fprintf(out, "digraph tape {\n  rankdir=TB;\n  node [shape=ellipse, fontname=\"sans-serif\"];\n");
    for (const Tensor *y = e->tape.first; y; y = y->next)
        dot_node(out, e, y);
    for (int k = 0; k < e->g->params.n; k++)
        dot_node(out, e, &e->g->params.list[k].tensor);
    for (const Tensor *y = e->tape.first; y; y = y->next)
        dot_edges(out, e, y);
    fprintf(out, "}\n");
}
