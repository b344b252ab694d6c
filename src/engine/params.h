#ifndef ENGINE_PARAMS_H
#define ENGINE_PARAMS_H
#include "engine/tape.h"
#include <stddef.h>

/* The optimizer of a parameter: adamw_step or muon_step. */
typedef enum ParamRule { RULE_ADAMW, RULE_MUON } ParamRule;

/* One parameter: a row of the table that optimizer, checkpoint, export and explain walk. */
typedef struct Param {
    char   name[40];                        /* as in PyTorch's GPT-2: "h.0.attn.c_attn.weight"    */
    int    rank, dim[2];
    double mean, std;                       /* initialization: mean + std * standard normal       */
    size_t lead;                            /* with std 0: only the first `lead` start at mean, the
                                               rest at 0; lead 0: all start at mean                */
    bool   decay;                           /* weight decay applies                               */
    int    group;                           /* index into params_grad_squares, chosen by the model */
    ParamRule rule;                         /* RULE_ADAMW unless the model sets it                */
    double rate;                            /* factor of the learning rate; 1 unless set          */
    int    parts;                           /* Muon: matrices stacked in it, each orthogonalized
                                               alone (query, key, value: 3); 1 unless set         */
    size_t at, len;                         /* offset and length in the flat arrays               */
    Tensor tensor;                          /* the leaf that the model computes with              */
} Param;

/* A piece of a parameter, the unit of work of one thread. */
typedef struct ParamPiece {
    int    param;
    size_t at, len;
} ParamPiece;

/* All parameters. Values, gradients and the optimizer's two moments are flat arrays of `len` numbers; each
 * parameter starts on a cache line, and the gaps stay 0. The arenas own the memory. */
typedef struct Params {
    Param      *list;
    int         n, room;
    size_t      len, count;                 /* len: length of an array; count: without the gaps    */
    real       *val, *grad, *m, *v;         /* grad, m, v: NULL unless allocated (ParamUse)        */
    ParamPiece *pieces;
    size_t      n_pieces;
    double     *partial;                    /* one number per piece                                */
} Params;

/* An empty table with room for n parameters, allocated from `nodes`. False, with err set, if that is full. */
bool params_init(Params *p, int n, Arena *nodes, Err *err);

/* Adds a vector (rank 1, dim[1] = 1) or a matrix (rank 2). Copies the first 39 bytes of name. Returns the leaf,
 * whose address is stable and which has no memory until params_alloc; NULL if the table is full. */
Tensor *params_add(Params *p, const char *name, int rank, const int dim[2], double mean, double std,
                   bool decay, int group);

/* The arrays to allocate: values; values and gradients; or those and the optimizer's two moments. */
typedef enum ParamUse { PARAMS_VALUES, PARAMS_GRADIENTS, PARAMS_TRAINING } ParamUse;

/* Allocates the arrays from `mem`, zeroed (1, 2 or 4 of p->len reals, by `use`), and the pieces from `nodes`, and
 * points the leaves at them. The arenas must outlive p. False, with err set, if one of them is full. */
bool params_alloc(Params *p, ParamUse use, Arena *nodes, Arena *mem, Err *err);

/* Bytes of `nodes` that suffice for params_init and params_alloc with n parameters of `count` numbers in all. */
size_t params_nodes_bytes(size_t n, size_t count);

/* Initializes the values from each row's mean, std and lead. An element depends only on the seed, its index and
 * the parameter's index in the table. */
void params_start(Params *p, uint64_t seed);

/* Marks every gradient as empty, so that backward overwrites it. */
void params_forget_gradients(Params *p);

/* Sets groups[g], g < n_groups, to the sum of squares of the gradients of group g; returns the total. */
double params_grad_squares(Params *p, double *groups, int n_groups);

/* The parameter with that name, or NULL. */
Param *params_find(const Params *p, const char *name);

/* The first parameter with a NaN or an infinity in x, an array of p->len numbers such as p->val or p->grad; NULL
 * if all are finite. */
const Param *params_not_finite(const Params *p, const real *x);
#endif
