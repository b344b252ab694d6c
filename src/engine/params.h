#ifndef ENGINE_PARAMS_H
#define ENGINE_PARAMS_H
#include "engine/tape.h"
#include <stddef.h>

/* What changes a parameter at a step: adamw_step or muon_step. */
typedef enum ParamRule { RULE_ADAMW, RULE_MUON } ParamRule;

/* One parameter: a row of the table that optimizer, checkpoint, export and explain all walk. */
typedef struct Param {
    char   name[40];                        /* as PyTorch users know it: "h.0.attn.c_attn.weight" */
    int    rank, dim[2];
    double mean, std;                       /* first values: mean + std * standard normal          */
    size_t lead;                            /* not 0: so many begin with the mean, the rest with 0 */
    bool   decay;                           /* weight decay applies                                */
    int    group;                           /* what it belongs to, a number of the model's          */
    ParamRule rule;                         /* RULE_ADAMW unless the model says otherwise           */
    double rate;                            /* the learning rate is multiplied with it; 1 likewise  */
    int    parts;                           /* Muon: so many matrices stacked, each a matrix of its
                                               own to it (query, key and value); 1 likewise         */
    size_t at, len;                         /* its place in the flat arrays, and its size           */
    Tensor tensor;                          /* the leaf that the model computes with                */
} Param;

/* A piece of a parameter that one thread works on. */
typedef struct ParamPiece {
    int    param;
    size_t at, len;
} ParamPiece;

/* All parameters. Values, gradients and the optimizer's moments are four flat arrays of `len` numbers
 * (each parameter starts on a cache line; the gaps stay 0). Memory belongs to the arenas given. */
typedef struct Params {
    Param      *list;
    int         n, room;
    size_t      len, count;                 /* length of the arrays; numbers that are parameters */
    real       *val, *grad, *m, *v;         /* grad, m, v NULL unless asked for                   */
    ParamPiece *pieces;
    size_t      n_pieces;
    double     *partial;                    /* one number a piece                                 */
} Params;

/* An empty table with room for n parameters, from `nodes`; false, with a sentence, when that is full. */
bool params_init(Params *p, int n, Arena *nodes, Err *err);

/* Adds a row: a vector (rank 1, dim[1] 1) or a matrix (rank 2). The name is copied, its first 39 bytes. Returns
 * the leaf (without memory until params_alloc), which stays where it is; NULL when the table is full. */
Tensor *params_add(Params *p, const char *name, int rank, const int dim[2], double mean, double std,
                   bool decay, int group);

/* What the parameters are used for decides which arrays they need: values only; values and
 * gradients; or those and the optimizer's moments. */
typedef enum ParamUse { PARAMS_VALUES, PARAMS_GRADIENTS, PARAMS_TRAINING } ParamUse;

/* Memory for the arrays from `mem` (zeroed), for the pieces from `nodes`, and the leaves point into it; these
 * arenas must live as long. False, with a sentence, when one of them is full: `use` takes 1, 2 or 4 arrays of
 * p->len reals. */
bool params_alloc(Params *p, ParamUse use, Arena *nodes, Arena *mem, Err *err);

/* Enough of `nodes` for params_init and params_alloc with n parameters of `count` numbers in all. */
size_t params_nodes_bytes(size_t n, size_t count);

/* The first values, normally distributed as the rows say: a function of the seed, the parameter's place in
 * the table and the element alone. */
void params_start(Params *p, uint64_t seed);

/* Marks every gradient as holding nothing, so that backward overwrites it. */
void params_forget_gradients(Params *p);

/* Sum of squares of the gradients of each group (n_groups numbers); the total is returned. */
double params_grad_squares(Params *p, double *groups, int n_groups);

/* The parameter of that name, or NULL. */
Param *params_find(const Params *p, const char *name);

/* The first parameter that holds a NaN or an infinity in x (an array of p->len numbers, such as
 * p->val or p->grad), or NULL. */
const Param *params_not_finite(const Params *p, const real *x);
#endif
