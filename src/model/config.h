#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H
#include "base/err.h"

/* How a model knows the position of a character. */
typedef enum Positions {
    POSITIONS_LEARNED,                      /* an embedding of the position, added at the input    */
    POSITIONS_NONE,                         /* only through the causal mask                        */
    POSITIONS_ROTARY,                       /* rotates queries and keys (Su et al. 2021)           */
    POSITIONS_KINDS
} Positions;

/* The normalization of the residual stream before attention, MLP and output. */
typedef enum Norm {
    NORM_LAYER,                             /* mean 0, variance 1 (Ba, Kiros, Hinton 2016)         */
    NORM_RMS,                               /* mean square 1 (Zhang and Sennrich 2019)             */
    NORM_KINDS
} Norm;

/* The activation function between the two matrices of an MLP. */
typedef enum Activation {
    ACTIVATION_GELU,                        /* Hendrycks and Gimpel 2016                           */
    ACTIVATION_RELU2,                       /* max(x, 0)^2 (So et al. 2021)                        */
    ACTIVATION_KINDS
} Activation;

/* Who has a gain of its own in QK norm. */
typedef enum QkGain { QK_GAIN_HEAD, QK_GAIN_LAYER, QK_GAINS } QkGain;

/* The MLP is MLP_TIMES as wide as the residual stream. */
enum { CHAR_MIX_MAX = 8, MLP_TIMES = 4 };

/* The shape of a model: a field for each SHAPE row of settings.def. V = vocab, T = context, C = channels, L = layers,
 * H = heads, which divides C; positions is a Positions, norm a Norm, activation an Activation. Sources: qk_norm, Henry
 * et al. 2020; value_mix, Zhou et al. 2024; char_mix, So et al. 2021; soft_cap, Gemma 2, 2024. */
typedef struct Config {
#define SHAPE(type, key, ...) type key;
#define TRAINING(type, key, ...)
#include "model/settings.def"
} Config;

/* A named shape and the batch it is trained with. */
typedef struct ConfigSize {
    const char *name;
    int layers, heads, channels, context, batch;
} ConfigSize;

/* tiny (for tests), small, base; a NULL name ends the list. */
extern const ConfigSize config_sizes[];

/* Can a model of this shape be built? If not, err names the number that is wrong, and the values that would do. */
bool config_check(const Config *c, Err *err);
#endif
