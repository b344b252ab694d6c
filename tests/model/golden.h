#ifndef GOLDEN_H
#define GOLDEN_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* A file of values to compare with: safetensors as Python's json and struct write it, tensors of 64-bit
 * floats and integers only. For tests: it trusts the file's author, not its bytes' order in memory. */
enum { GOLDEN_NAME = 64, GOLDEN_RANK = 4 };

typedef struct GoldenTensor {
    char     name[GOLDEN_NAME];
    int      rank, dim[GOLDEN_RANK];
    size_t   len;
    double  *f64;                           /* (len) for dtype F64, else NULL */
    int64_t *i64;                           /* (len) for dtype I64, else NULL */
} GoldenTensor;

typedef struct Golden {
    GoldenTensor *list;
    int           n;
} Golden;

/* Reads the whole file; false if it is missing or has another form. */
bool golden_open(Golden *g, const char *path, Err *err);
void golden_close(Golden *g);

/* The tensor of this name (printf format), or NULL. */
const GoldenTensor *golden_find(const Golden *g, const char *name, ...) __attribute__((format(printf, 2, 3)));
#endif
