#ifndef FILES_ONNX_ONNX_COUNTS_H
#define FILES_ONNX_ONNX_COUNTS_H
#include "files/onnx/graph.h"
#include "text/counting/flat.h"

/* What model/counts.h adds to the logits, computed from the tables of text/counting/flat.h.
 *
 * All positions of the input walk from the empty context to the longest at once. A token more narrows a position's
 * range of the sorted text by binary search; the range tells the row, the row its followers, and these take p_{k-1} to
 * p_k (text/counting/discount.h). In float: a logarithm is off by less than 1e-5. */

/* Appends to the logits (B,T,V) the gains, from the last norm's output h (B,T,C), times the logarithms. `gain` and
 * `bias` are the model's parameters. */
OnnxValue onnx_counts(OnnxGraph *g, const FlatCounts *f, OnnxValue logits, OnnxValue h, OnnxValue gain, OnnxValue bias);

/* The text that is counted, a token in one byte or two, as it stands in files/counted.h. */
#define ONNX_COUNTED "/counts/text"

/* Bytes of the tables. */
uint64_t onnx_counts_bytes(const FlatCounts *f);
#endif
