#ifndef MODEL_GPT_PARAMS_H
#define MODEL_GPT_PARAMS_H
#include "model/gpt.h"
#include <stdint.h>

/* The one description of the model's parameters. gpt_init, counts, packing, model files and exports walk this
 * table: a new parameter is a row in gpt_params.c, a pointer in Gpt or GptBlockParams, and its use in gpt.c. */

/* A dimension as a function of Config: 1, 2, V, T, C, 3 C, the width of the MLP, H or 1, char_mix,
 * PRIOR_CONTEXTS. */
typedef enum GptSize {
    SIZE_1, SIZE_2, SIZE_V, SIZE_T, SIZE_C, SIZE_3C, SIZE_MLP, SIZE_GAINS, SIZE_CHAR_MIX,
    SIZE_PRIOR, GPT_SIZES
} GptSize;

/* What is special about a parameter. */
enum {
    GPT_DECAYS = 1,                         /* weight decay applies                                        */
    GPT_PACKED = 2,                         /* weight of a linear map in a block: packed where it stays    */
    GPT_WRITES = 4,                         /* the product is added to the residual stream                 */
    GPT_FIRST_ROW = 8                       /* row 0 starts at the mean, the others at 0                   */
};

/* A row: one parameter, or one in each block. */
typedef struct GptParam {
    const char *name;                       /* as in GPT-2 in PyTorch; in a block behind "h.N."            */
    const char *gguf;                       /* in llama.cpp, in a block behind "blk.N."; NULL: not in GPT-2 */
    GptSize     rows, columns;              /* columns SIZE_1: a vector                                    */
    double      mean, std;                  /* initialization: mean + std * standard normal                */
    GptGroup    group;
    unsigned    flags;                      /* GPT_DECAYS, …                                               */
    bool      (*present)(const Config *c);  /* NULL: always                                                */
    int         first_layer;                /* the first layer that has it                                 */
    bool        in_block;
    size_t      at;                         /* its pointer: offset in GptBlockParams, or in Gpt            */
} GptParam;

/* A walk over the parameters of one shape, in the order of the model file: the current row, its layer (0 outside
 * blocks) and its shape. The Config is the caller's and must outlive the walk. */
typedef struct GptParamsWalk {
    const Config   *config;
    const GptParam *row;
    int             layer, rank, dim[2];    /* dim[1] is 1 for a vector */
} GptParamsWalk;

/* for (GptParamsWalk w = gpt_params_walk(c); gpt_params_next(&w);) … */
GptParamsWalk gpt_params_walk(const Config *c);
bool          gpt_params_next(GptParamsWalk *w);

/* How many numbers a model of that shape, which config_check allows, has. */
uint64_t gpt_params_count(const Config *c);

/* The current parameter of g; NULL when the walk is over another shape and g lacks it. The layers must be the same. */
Tensor *gpt_params_tensor(const Gpt *g, const GptParamsWalk *w);

/* Sets it, for gpt_init. */
void gpt_params_set(Gpt *g, const GptParamsWalk *w, Tensor *x);

/* Walks to the next weight that a linear map multiplies with, the output matrix, tied or not, among them; NULL after
 * the last. */
Tensor *gpt_params_next_weight(const Gpt *g, GptParamsWalk *w);
#endif
