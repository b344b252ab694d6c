#ifndef EXPLAIN_PATHS_H
#define EXPLAIN_PATHS_H
#include "explain/pass.h"

/* The ways by which a gradient reaches a character's residual stream at the entrance of a layer:
 * through its value (what it says to others), its key (whether it is looked at), its query (what it
 * seeks), past the whole layer (the skip connection), and through the layer's MLP. */
enum { PATH_V, PATH_K, PATH_Q, PATH_SKIP, PATH_MLP, PATHS };
extern const char *const explain_path_names[PATHS];

/* For one character at one layer: the norm of dL/dx; each way's share of it, signed, along dL/dx, so
 * that the five add up to the total; and each way's own norm. */
typedef struct ExplainPath {
    double total, share[PATHS], norm[PATHS];
} ExplainPath;

/* paths is (L,T). *error receives the largest |sum of the five vectors - dL/dx| of any character
 * relative to the largest |dL/dx| of its layer: rounding, or something is wrong. */
bool explain_paths(Explain *e, ExplainPath *paths, double *error);
#endif
