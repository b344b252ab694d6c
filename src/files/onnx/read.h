#ifndef FILES_ONNX_READ_H
#define FILES_ONNX_READ_H
#include "files/safetensors.h"

/* Reads the bytes in f->file, the rest of f zero, as an ONNX file that export_onnx wrote: its parameters become f->list
 * and its metadata f->notes, sorted as after safetensors_read. The checksum covers the graph, which is not read. False,
 * with f closed: a file of another program, truncated, or changed since heed wrote it. */
bool onnx_read(Safetensors *f, Err *err);
#endif
