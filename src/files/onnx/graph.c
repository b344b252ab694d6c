#include "files/onnx/graph.h"
#include <stdio.h>

OnnxValue onnx_value(const char *name)
{
    OnnxValue v;
    snprintf(v.name, sizeof v.name, "%s", name);
    return v;
}

/* "h.0/MatMul.12" */
static OnnxValue next(OnnxGraph *g, const char *what)
{
    OnnxValue v;
    snprintf(v.name, sizeof v.name, "%s/%s.%d", g->scope, what, ++g->n);
    return v;
}

/* ---- nodes ---- */

static void write_attribute(Buffer *b, const OnnxAttribute *a)
{
    size_t at = proto_begin(b, NODE_ATTRIBUTE);
    proto_text(b, ATTRIBUTE_NAME, a->name);
    if (a->type == ONNX_IS_FLOAT)
        proto_float(b, ATTRIBUTE_F, a->x);
    for (int i = 0; i < a->n; i++)
        proto_int(b, a->type == ONNX_IS_INT ? ATTRIBUTE_I : ATTRIBUTE_INTS, a->ints[i]);
    proto_int(b, ATTRIBUTE_TYPE, (int)a->type);
    proto_end(b, at);
}

static OnnxValue write_node(OnnxGraph *g, const OnnxNode *node, OnnxValue out)
{
    Buffer *b = &g->nodes;
    size_t  at = proto_begin(b, GRAPH_NODE);
    for (const OnnxValue *in = node->in; in->name[0]; in++)
        proto_text(b, NODE_INPUT, in->name);
    proto_text(b, NODE_OUTPUT, out.name);
    proto_text(b, NODE_NAME, out.name);
    proto_text(b, NODE_OP, node->op);
    for (const OnnxAttribute *a = node->attribute; a->name; a++)
        write_attribute(b, a);
    proto_end(b, at);
    return out;
}

OnnxValue onnx_node(OnnxGraph *g, const OnnxNode *node) { return write_node(g, node, next(g, node->op)); }

OnnxValue onnx_node_named(OnnxGraph *g, const OnnxNode *node, const char *name)
{
    return write_node(g, node, onnx_value(name));
}

OnnxValue onnx_one(OnnxGraph *g, const char *op, OnnxValue x)
{
    return onnx_node(g, &(OnnxNode){ .op = op, .in = { x } });
}

OnnxValue onnx_two(OnnxGraph *g, const char *op, OnnxValue x, OnnxValue y)
{
    return onnx_node(g, &(OnnxNode){ .op = op, .in = { x, y } });
}

/* ---- constants ---- */

int onnx_type_bytes(int type)
{
    switch (type) {
    case ONNX_UINT8: return 1;
    case ONNX_UINT16: return 2;
    case ONNX_INT64: return 8;
    default: return 4;
    }
}

size_t onnx_tensor_begin(Buffer *b, const char *name, int type, int rank, const int *dim)
{
    size_t   at = proto_begin(b, GRAPH_INITIALIZER);
    uint64_t bytes = (uint64_t)onnx_type_bytes(type);
    for (int k = 0; k < rank; k++) {
        proto_int(b, TENSOR_DIM, dim[k]);
        bytes *= (uint64_t)dim[k];
    }
    proto_int(b, TENSOR_TYPE, type);
    proto_text(b, TENSOR_NAME, name);
    proto_length(b, TENSOR_RAW, bytes);
    return at;
}

static OnnxValue numbers(OnnxGraph *g, int rank, int n, const float *x)
{
    OnnxValue v = next(g, "constant");
    size_t    at = onnx_tensor_begin(&g->constants, v.name, ONNX_FLOAT, rank, &n);
    for (int k = 0; k < n; k++)
        buffer_f32(&g->constants, x[k]);
    proto_end(&g->constants, at);
    return v;
}

OnnxValue onnx_number(OnnxGraph *g, float x) { return numbers(g, 0, 1, &x); }

OnnxValue onnx_numbers(OnnxGraph *g, int n, const float *x) { return numbers(g, 1, n, x); }

static OnnxValue integers(OnnxGraph *g, int rank, int n, const int64_t *i)
{
    OnnxValue v = next(g, "constant");
    size_t    at = onnx_tensor_begin(&g->constants, v.name, ONNX_INT64, rank, &n);
    for (int k = 0; k < n; k++)
        buffer_u64(&g->constants, (uint64_t)i[k]);
    proto_end(&g->constants, at);
    return v;
}

OnnxValue onnx_integer(OnnxGraph *g, int64_t i) { return integers(g, 0, 1, &i); }

OnnxValue onnx_integers(OnnxGraph *g, int n, const int64_t *i) { return integers(g, 1, n, i); }

/* ---- inputs and outputs ---- */

void onnx_port(Buffer *b, int field, const char *name, int type, int rank, const int *dim, const char *const *axis)
{
    size_t port = proto_begin(b, field);
    proto_text(b, VALUE_NAME, name);
    size_t kind = proto_begin(b, VALUE_TYPE), tensor = proto_begin(b, TYPE_TENSOR);
    proto_int(b, TYPE_ELEMENT, type);
    size_t shape = proto_begin(b, TYPE_SHAPE);
    for (int k = 0; k < rank; k++) {
        size_t at = proto_begin(b, SHAPE_DIM);
        if (dim[k])
            proto_int(b, DIM_VALUE, dim[k]);
        else
            proto_text(b, DIM_PARAM, axis[k]);
        proto_end(b, at);
    }
    proto_end(b, shape);
    proto_end(b, tensor);
    proto_end(b, kind);
    proto_end(b, port);
}

void onnx_graph_free(OnnxGraph *g)
{
    buffer_free(&g->nodes);
    buffer_free(&g->constants);
}
