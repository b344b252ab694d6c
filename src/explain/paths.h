#ifndef EXPLAIN_PATHS_H
#define EXPLAIN_PATHS_H
#include "explain/pass.h"

/* The paths by which a gradient reaches a character's residual stream at the input of a layer: through the value, key
 * or query computed from it, through the skip connection past the whole layer, and through the layer's MLP. */
enum { PATH_V, PATH_K, PATH_Q, PATH_SKIP, PATH_MLP, PATHS };
extern const char *const explain_path_names[PATHS];

/* One character at one layer: |dL/dx|; each path's signed component along dL/dx, which add up to the total; and each
 * path's own norm. */
typedef struct ExplainPath {
    double total, share[PATHS], norm[PATHS];
} ExplainPath;

/* The end of the model, at the last character's stream after the last layer: |dL/dx|, its component through the output
 * matrix and that through the gains of the counts, which add up to it; and the relative error of the vectors' sum. */
typedef struct ExplainPathEnd {
    double total, output, counts, error;
} ExplainPathEnd;

/* For a model with counts. False with e->err set: out of memory. */
bool explain_paths_end(Explain *e, ExplainPathEnd *x);

/* paths (L,T). *error receives the largest |sum of the five vectors - dL/dx| of any character relative to the largest
 * |dL/dx| of its layer: only rounding if all is well. False with e->err set. */
bool explain_paths(Explain *e, ExplainPath *paths, double *error);
#endif
