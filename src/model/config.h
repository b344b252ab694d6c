#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H
#include "base/err.h"

/* How a model knows where a character stands. */
typedef enum Positions {
    POSITIONS_LEARNED,                      /* an embedding of the position is added at the input */
    POSITIONS_NONE,                         /* not at all, but for what the causal mask tells     */
    POSITIONS_KINDS
} Positions;

/* The shape of a model. */
typedef struct Config {
    int  vocab, context;                    /* V tokens; T characters at most in view */
    int  channels, layers, heads;           /* C, L, H; H divides C                   */
    bool bias;                              /* biases in linear maps and norms        */
    bool tied;                              /* the output matrix is the embedding     */
    int  positions;                         /* a Positions                            */
} Config;

/* A named shape and the batch it is trained with. */
typedef struct ConfigSize {
    const char *name;
    int layers, heads, channels, context, batch;
} ConfigSize;

/* tiny (for tests), small, base; a NULL name ends the list. */
extern const ConfigSize config_sizes[];

/* The size of that name, or NULL. */
const ConfigSize *config_size(const char *name);

/* Whether a model of this shape can be built; the sentence says which number is wrong and why. */
bool config_check(const Config *c, Err *err);
#endif
