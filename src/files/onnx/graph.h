#ifndef FILES_ONNX_GRAPH_H
#define FILES_ONNX_GRAPH_H
#include "files/onnx/proto.h"

/* A graph of operators (onnx.ai/onnx/operators, opset 17), built node by node as fields of ONNX's GraphProto. */

enum { ONNX_IR = 8, ONNX_OPSET = 17, ONNX_NAME = 64, ONNX_INPUTS = 5 };

/* Number types: TensorProto.DataType. */
enum { ONNX_FLOAT = 1, ONNX_UINT8 = 2, ONNX_UINT16 = 4, ONNX_INT32 = 6, ONNX_INT64 = 7 };
int onnx_type_bytes(int type);

/* Fields of onnx.proto (github.com/onnx/onnx). */
enum {
    MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_DOC = 6, MODEL_GRAPH = 7, MODEL_OPSET = 8, MODEL_METADATA = 14,
    OPSET_VERSION = 2, ENTRY_KEY = 1, ENTRY_VALUE = 2,
    GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12,
    NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP = 4, NODE_ATTRIBUTE = 5,
    ATTRIBUTE_NAME = 1, ATTRIBUTE_F = 2, ATTRIBUTE_I = 3, ATTRIBUTE_INTS = 8, ATTRIBUTE_TYPE = 20,
    TENSOR_DIM = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9,
    VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TYPE_ELEMENT = 1, TYPE_SHAPE = 2, SHAPE_DIM = 1, DIM_VALUE = 1,
    DIM_PARAM = 2
};

/* A value: the name of a parameter, a constant or a node's output. */
typedef struct OnnxValue {
    char name[ONNX_NAME];
} OnnxValue;

/* The graph so far; starts as { 0 }. Names of its own values have a slash, those of parameters none. */
typedef struct OnnxGraph {
    Buffer nodes, constants;                /* fields GRAPH_NODE, GRAPH_INITIALIZER                   */
    char   scope[24];                       /* what is being built, "h.0": the start of a value's name */
    int    n;                               /* values so far                                          */
} OnnxGraph;

/* An attribute: a number by one of the macros, or a list. Field 20 of AttributeProto is its type. */
typedef struct OnnxAttribute {
    const char *name;
    enum { ONNX_IS_FLOAT = 1, ONNX_IS_INT = 2, ONNX_IS_INTS = 7 } type;
    int     n;
    int64_t ints[4];
    float   x;
} OnnxAttribute;

#define ONNX_NUMBER(name, x)     { name, ONNX_IS_FLOAT, 0, { 0 }, x }
#define ONNX_INT(name, i)        { name, ONNX_IS_INT, 1, { i }, 0 }
#define ONNX_INTS(name, n, ...)  { name, ONNX_IS_INTS, n, { __VA_ARGS__ }, 0 }

/* A node of one output: inputs up to the first without a name, attributes up to the first without. */
typedef struct OnnxNode {
    const char   *op;
    OnnxValue     in[ONNX_INPUTS + 1];
    OnnxAttribute attribute[3];
} OnnxNode;

/* Appends a node; returns its output. The second gives that its name. */
OnnxValue onnx_node(OnnxGraph *g, const OnnxNode *node);
OnnxValue onnx_node_named(OnnxGraph *g, const OnnxNode *node, const char *name);

/* Operators of one and two inputs without attributes. */
OnnxValue onnx_one(OnnxGraph *g, const char *op, OnnxValue x);
OnnxValue onnx_two(OnnxGraph *g, const char *op, OnnxValue x, OnnxValue y);

/* The input. */
#define ONNX_TOKENS "tokens"

/* A value by its name, such as a parameter's. */
OnnxValue onnx_value(const char *name);

/* Constants: a scalar of either type, and a vector of n numbers. */
OnnxValue onnx_number(OnnxGraph *g, float x);
OnnxValue onnx_numbers(OnnxGraph *g, int n, const float *x);
OnnxValue onnx_integer(OnnxGraph *g, int64_t i);
OnnxValue onnx_integers(OnnxGraph *g, int n, const int64_t *i);
#define ONNX_LIST(g, ...) \
    onnx_integers(g, (int)(sizeof (int64_t[]){ __VA_ARGS__ } / sizeof(int64_t)), (int64_t[]){ __VA_ARGS__ })

/* A constant or parameter as a field GRAPH_INITIALIZER of b: onnx_tensor_begin, then its numbers, little-endian, then
 * proto_end(b, what it returned). */
size_t onnx_tensor_begin(Buffer *b, const char *name, int type, int rank, const int *dim);

/* An input or output of the graph; dim[k] 0: the size that axis[k] names. */
void onnx_port(Buffer *b, int field, const char *name, int type, int rank, const int *dim, const char *const *axis);
void onnx_graph_free(OnnxGraph *g);
#endif
