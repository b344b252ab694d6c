#ifndef FILES_ONNX_BUILD_H
#define FILES_ONNX_BUILD_H
#include "files/onnx/graph.h"
#include "model/gpt.h"
#include "text/counting/flat.h"

/* Appends gpt_forward (model/gpt.h) to an empty graph: ONNX_TOKENS int64 (batch, time), up to the context long, to
 * ONNX_LOGITS (batch, time, V). Its parameters are values under their own names; counts are those of a model that mixes
 * them in, or NULL. False when out of memory. */
#define ONNX_LOGITS "logits"
bool onnx_gpt(OnnxGraph *g, const Gpt *m, const FlatCounts *counts, Err *err);

/* Bytes of the large constants that it appends: the angles of rotary positions, the tables of counts. */
uint64_t onnx_gpt_bytes(const Config *c, const FlatCounts *counts);
#endif
