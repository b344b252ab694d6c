#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H
#include "base/err.h"

/* How a model knows where a character stands. */
typedef enum Positions {
    POSITIONS_LEARNED,                      /* an embedding of the position is added at the input */
    POSITIONS_NONE,                         /* not at all, but for what the causal mask tells     */
    POSITIONS_ROTARY,                       /* queries and keys are turned by it (Su et al. 2021) */
    POSITIONS_KINDS
} Positions;

/* How the residual stream is brought to one size before it is read. */
typedef enum Norm {
    NORM_LAYER,                             /* mean 0, deviation 1 (Ba, Kiros, Hinton 2016)       */
    NORM_RMS,                               /* mean square 1 (Zhang and Sennrich 2019)            */
    NORM_KINDS
} Norm;

/* What stands between the two matrices of an MLP. */
typedef enum Activation {
    ACTIVATION_GELU,                        /* Hendrycks and Gimpel 2016                          */
    ACTIVATION_RELU2,                       /* max(x, 0)^2 (So et al. 2021)                       */
    ACTIVATION_KINDS
} Activation;

/* The MLP is MLP_TIMES as wide as the residual stream. */
enum { CHAR_MIX_MOST = 8, MLP_TIMES = 4 };

/* The shape of a model. */
typedef struct Config {
    int  vocab, context;                    /* V tokens; T characters at most in view */
    int  channels, layers, heads;           /* C, L, H; H divides C                   */
    bool bias;                              /* biases in linear maps and norms        */
    bool tied;                              /* the output matrix is the embedding     */
    int  positions, norm, activation;       /* a Positions, a Norm, an Activation     */
    bool embed_norm;                        /* embeddings are normed, too             */
    bool qk_norm;                           /* queries and keys of one length, times a gain a head (Henry et al. 2020) */
    bool value_mix;                         /* values mixed with the first layer's (Zhou et al. 2024) */
    int  char_mix;                          /* what QKV reads is mixed from so many characters, this one
                                               included (So et al. 2021, depthwise); 0: not at all    */
    double soft_cap;                        /* logits stay within +- this (Gemma 2, 2024); 0: any     */
} Config;

/* A named shape and the batch it is trained with. */
typedef struct ConfigSize {
    const char *name;
    int layers, heads, channels, context, batch;
} ConfigSize;

/* tiny (for tests), small, base; a NULL name ends the list. */
extern const ConfigSize config_sizes[];

/* Whether a model of this shape can be built; the sentence says which number is wrong and why. */
bool config_check(const Config *c, Err *err);
#endif
