#ifndef FILES_ONNX_OPS_H
#define FILES_ONNX_OPS_H
#include "files/onnx/graph.h"

/* The model's operations (engine/ops.h) as nodes of ONNX. B sequences of T characters, C channels, H heads of D
 * channels; x is (B,T,C) unless said otherwise. */

/* Columns begin .. end-1 of an axis; end ONNX_END: all that follow, negative: counted from there. */
#define ONNX_END INT64_MAX
OnnxValue onnx_slice(OnnxGraph *g, OnnxValue x, int64_t begin, int64_t end, int64_t axis);

/* x as numbers of a type of graph.h. */
OnnxValue onnx_cast(OnnxGraph *g, OnnxValue x, int type);

/* x, then y, along an axis. */
OnnxValue onnx_concat(OnnxGraph *g, OnnxValue x, OnnxValue y, int64_t axis);

/* The first rows of x, as many as the vector n of one number says. */
OnnxValue onnx_rows(OnnxGraph *g, OnnxValue x, OnnxValue n);

/* x / sqrt(mean(x^2) + 1e-5) w over the last axis; w NULL: 1. */
OnnxValue onnx_rms_norm(OnnxGraph *g, OnnxValue x, const OnnxValue *w);

/* (x - mean) / sqrt(variance + 1e-5) w + b over the last axis; b NULL: 0. */
OnnxValue onnx_layer_norm(OnnxGraph *g, OnnxValue x, OnnxValue w, const OnnxValue *b);

/* x w^T + b, w (N,C) -> (B,T,N); b NULL: 0. */
OnnxValue onnx_linear(OnnxGraph *g, OnnxValue x, OnnxValue w, const OnnxValue *b);

/* x s(u), u = 2 sqrt(2/pi) (x + 0.044715 x^3), s logistic; max(x, 0)^2; cap tanh(x / cap). */
OnnxValue onnx_gelu(OnnxGraph *g, OnnxValue x);
OnnxValue onnx_relu2(OnnxGraph *g, OnnxValue x);
OnnxValue onnx_soft_cap(OnnxGraph *g, OnnxValue x, float cap);

/* y_t = sum over k < K of w_k x_(t-k), w (K,C), x before the start being 0. */
OnnxValue onnx_char_mix(OnnxGraph *g, OnnxValue x, OnnxValue w, int K);

/* w_0 v + w_1 first, w (2). */
OnnxValue onnx_value_mix(OnnxGraph *g, OnnxValue v, OnnxValue first, OnnxValue w);

/* (B,T,C) -> (B,H,T,D), and back. */
OnnxValue onnx_split_heads(OnnxGraph *g, OnnxValue x, int H, int D);
OnnxValue onnx_merge_heads(OnnxGraph *g, OnnxValue x, int C);

/* gain_h q / rms(q), q (B,H,T,D), gain (H). */
OnnxValue onnx_gain(OnnxGraph *g, OnnxValue q, OnnxValue gain);

/* Rotates the pairs (i, i + D/2) of x (B,H,T,D) by the angles (T,D): D/2 cosines, then D/2 sines a row. */
OnnxValue onnx_rotate(OnnxGraph *g, OnnxValue x, OnnxValue angles, int D);

/* softmax(q k^T / sqrt(D)) v of (B,H,T,D); future (T,T) is true where the key comes after the query. */
OnnxValue onnx_attention(OnnxGraph *g, const OnnxValue qkv[3], OnnxValue future, int D);
#endif
