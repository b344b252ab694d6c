#include "files/onnx/ops.h"
#include <math.h>

/* A call that adds a node is never one of two arguments: C leaves their order, and so the names, to the compiler. */
static const float EPS = 1e-5f;

OnnxValue onnx_slice(OnnxGraph *g, OnnxValue x, int64_t begin, int64_t end, int64_t axis)
{
    OnnxValue from = ONNX_LIST(g, begin), to = ONNX_LIST(g, end), along = ONNX_LIST(g, axis);
    return onnx_node(g, &(OnnxNode){ .op = "Slice", .in = { x, from, to, along } });
}

OnnxValue onnx_cast(OnnxGraph *g, OnnxValue x, int type)
{
    return onnx_node(g, &(OnnxNode){ .op = "Cast", .in = { x }, .attribute = { ONNX_INT("to", type) } });
}

OnnxValue onnx_concat(OnnxGraph *g, OnnxValue x, OnnxValue y, int64_t axis)
{
    return onnx_node(g, &(OnnxNode){ .op = "Concat", .in = { x, y }, .attribute = { ONNX_INT("axis", axis) } });
}

OnnxValue onnx_rows(OnnxGraph *g, OnnxValue x, OnnxValue n)
{
    OnnxValue from = ONNX_LIST(g, 0), along = ONNX_LIST(g, 0);
    return onnx_node(g, &(OnnxNode){ .op = "Slice", .in = { x, from, n, along } });
}

static OnnxValue times(OnnxGraph *g, OnnxValue x, float a) { return onnx_two(g, "Mul", x, onnx_number(g, a)); }

/* ---- rows ---- */

OnnxValue onnx_rms_norm(OnnxGraph *g, OnnxValue x, const OnnxValue *w)
{
    OnnxValue mean = onnx_node(g, &(OnnxNode){ .op = "ReduceMean", .in = { onnx_two(g, "Mul", x, x) },
                                               .attribute = { ONNX_INTS("axes", 1, -1), ONNX_INT("keepdims", 1) } });
    OnnxValue rms = onnx_one(g, "Sqrt", onnx_two(g, "Add", mean, onnx_number(g, EPS)));
    OnnxValue y = onnx_two(g, "Div", x, rms);
    return w ? onnx_two(g, "Mul", y, *w) : y;
}

OnnxValue onnx_layer_norm(OnnxGraph *g, OnnxValue x, OnnxValue w, const OnnxValue *b)
{
    OnnxNode node = { .op = "LayerNormalization", .in = { x, w },
                      .attribute = { ONNX_INT("axis", -1), ONNX_NUMBER("epsilon", EPS) } };
    if (b)
        node.in[2] = *b;
    return onnx_node(g, &node);
}

OnnxValue onnx_linear(OnnxGraph *g, OnnxValue x, OnnxValue w, const OnnxValue *b)
{
    OnnxValue turned = onnx_node(g, &(OnnxNode){ .op = "Transpose", .in = { w },
                                                 .attribute = { ONNX_INTS("perm", 2, 1, 0) } });
    OnnxValue y = onnx_two(g, "MatMul", x, turned);
    return b ? onnx_two(g, "Add", y, *b) : y;
}

/* ---- elements ---- */

OnnxValue onnx_gelu(OnnxGraph *g, OnnxValue x)
{
    OnnxValue cube = onnx_two(g, "Mul", onnx_two(g, "Mul", x, x), x);
    OnnxValue u = times(g, onnx_two(g, "Add", x, times(g, cube, 0.044715f)), 1.5957691216057308f);
    return onnx_two(g, "Mul", x, onnx_one(g, "Sigmoid", u));
}

OnnxValue onnx_relu2(OnnxGraph *g, OnnxValue x)
{
    OnnxValue y = onnx_one(g, "Relu", x);
    return onnx_two(g, "Mul", y, y);
}

OnnxValue onnx_soft_cap(OnnxGraph *g, OnnxValue x, float cap)
{
    return times(g, onnx_one(g, "Tanh", onnx_two(g, "Div", x, onnx_number(g, cap))), cap);
}

/* ---- before attention ---- */

/* After K-1 rows of zeros, row t of x_(t-k) is row t+K-1-k. */
OnnxValue onnx_char_mix(OnnxGraph *g, OnnxValue x, OnnxValue w, int K)
{
    OnnxValue before = ONNX_LIST(g, 0, K - 1, 0, 0, 0, 0), y = { "" };
    OnnxValue padded = onnx_two(g, "Pad", x, before);
    for (int k = 0; k < K; k++) {
        OnnxValue shifted = onnx_slice(g, padded, K - 1 - k, k ? -k : ONNX_END, 1);
        OnnxValue term = onnx_two(g, "Mul", shifted, onnx_slice(g, w, k, k + 1, 0));
        y = k ? onnx_two(g, "Add", y, term) : term;
    }
    return y;
}

OnnxValue onnx_value_mix(OnnxGraph *g, OnnxValue v, OnnxValue first, OnnxValue w)
{
    OnnxValue own = onnx_two(g, "Mul", v, onnx_slice(g, w, 0, 1, 0));
    return onnx_two(g, "Add", own, onnx_two(g, "Mul", first, onnx_slice(g, w, 1, 2, 0)));
}

static OnnxValue swap(OnnxGraph *g, OnnxValue x, int a, int b, int c, int d)
{
    return onnx_node(g, &(OnnxNode){ .op = "Transpose", .in = { x },
                                     .attribute = { ONNX_INTS("perm", 4, a, b, c, d) } });
}

/* In Reshape's shape 0 keeps an axis as it is. */
OnnxValue onnx_split_heads(OnnxGraph *g, OnnxValue x, int H, int D)
{
    OnnxValue shape = ONNX_LIST(g, 0, 0, H, D);
    return swap(g, onnx_two(g, "Reshape", x, shape), 0, 2, 1, 3);
}

OnnxValue onnx_merge_heads(OnnxGraph *g, OnnxValue x, int C)
{
    OnnxValue shape = ONNX_LIST(g, 0, 0, C), rows = swap(g, x, 0, 2, 1, 3);
    return onnx_two(g, "Reshape", rows, shape);
}

OnnxValue onnx_gain(OnnxGraph *g, OnnxValue q, OnnxValue gain)
{
    OnnxValue unit = onnx_rms_norm(g, q, NULL), wide = onnx_two(g, "Unsqueeze", gain, ONNX_LIST(g, 1, 2));
    return onnx_two(g, "Mul", unit, wide);
}

/* (a cos u - b sin u, b cos u + a sin u) */
OnnxValue onnx_rotate(OnnxGraph *g, OnnxValue x, OnnxValue angles, int D)
{
    OnnxValue cosines = onnx_slice(g, angles, 0, D / 2, 1), sines = onnx_slice(g, angles, D / 2, D, 1);
    OnnxValue a = onnx_slice(g, x, 0, D / 2, 3), b = onnx_slice(g, x, D / 2, D, 3);
    OnnxValue ac = onnx_two(g, "Mul", a, cosines), bs = onnx_two(g, "Mul", b, sines);
    OnnxValue bc = onnx_two(g, "Mul", b, cosines), as = onnx_two(g, "Mul", a, sines);
    OnnxValue upper = onnx_two(g, "Sub", ac, bs), lower = onnx_two(g, "Add", bc, as);
    return onnx_concat(g, upper, lower, 3);
}

/* ---- attention ---- */

OnnxValue onnx_attention(OnnxGraph *g, const OnnxValue qkv[3], OnnxValue future, int D)
{
    OnnxValue product = onnx_two(g, "MatMul", qkv[0], swap(g, qkv[1], 0, 1, 3, 2));
    OnnxValue score = times(g, product, (float)(1 / sqrt(D)));
    OnnxValue hidden = onnx_number(g, -INFINITY);
    OnnxValue seen = onnx_node(g, &(OnnxNode){ .op = "Where", .in = { future, hidden, score } });
    OnnxValue weight = onnx_node(g, &(OnnxNode){ .op = "Softmax", .in = { seen },
                                                 .attribute = { ONNX_INT("axis", 3) } });
    return onnx_two(g, "MatMul", weight, qkv[2]);
}
