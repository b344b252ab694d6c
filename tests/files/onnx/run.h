#ifndef ONNX_RUN_H
#define ONNX_RUN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads an ONNX file and computes its graph, in double, from the specifications alone (github.com/onnx/onnx:
 * onnx.proto, docs/Operators.md): only what heed's files contain. Fails the test (Check) for everything else: a name
 * that is not known or comes twice, a shape that does not fit, an unknown operator or attribute. */

enum { RUN_RANK = 4, RUN_VALUES = 4096, RUN_NODES = 3072, RUN_ATTRIBUTES = 3, RUN_INPUTS = 5 };

/* A text in the file. */
typedef struct RunText {
    const char *s;
    size_t      n;
} RunText;

/* A tensor; integers and truth values are doubles too. */
typedef struct RunArray {
    RunText name;
    int     type;                           /* TensorProto.DataType (run_type_bytes)          */
    int     rank;
    int64_t dim[RUN_RANK], len;
    double *x;
} RunArray;

typedef struct RunAttribute {
    RunText name;
    int     n;
    int64_t ints[RUN_RANK];                 /* an integer is a list of one */
    float   f;
} RunAttribute;

typedef struct RunNode {
    RunText      op, in[RUN_INPUTS], out;
    RunAttribute attribute[RUN_ATTRIBUTES];
    int          n_in, n_attributes;
} RunNode;

typedef struct RunModel {
    int64_t  ir, opset;
    RunText  producer, notes[8][2];         /* metadata: key, value               */
    RunArray values[RUN_VALUES];            /* initializers, then nodes' outputs  */
    RunNode  nodes[RUN_NODES];
    RunArray ports[2];                      /* input, output; a dim by name is -1 */
    int      n_values, n_initializers, n_nodes, n_notes;
} RunModel;

/* Parses the bytes, which must outlive the model. */
void run_open(RunModel *m, const char *p, size_t n);

/* Computes the output for tokens (B,T). Valid until the next call. */
const RunArray *run(RunModel *m, const int *tokens, int B, int T);
void run_close(RunModel *m);

/* Bytes of a number of type 1 float, 2 uint8, 4 uint16, 6 int32, 7 int64 in a file; 0: none that heed writes. Type 9,
 * bool, only results have. */
int run_type_bytes(int type);

/* Between the files: an array without numbers yet; a node's output from its inputs. */
RunArray run_array(int type, int rank, const int64_t *dim);
RunArray run_operator(const RunNode *n, const RunArray *const *in);
RunArray run_mean(const RunNode *n, const RunArray *const *in);
RunArray run_sum(const RunNode *n, const RunArray *const *in);
RunArray run_softmax(const RunNode *n, const RunArray *const *in);
RunArray run_layer_norm(const RunNode *n, const RunArray *const *in);

/* A node's attribute, which it must have; an axis, counted from the end if negative; the numbers in another shape. */
const RunAttribute *run_attribute(const RunNode *n, const char *name);
int64_t             run_axis(const RunArray *a, int64_t axis);
RunArray            run_copied(const RunArray *x, int rank, const int64_t *dim);

bool run_text_is(RunText a, const char *s);
#endif
