#ifndef MODEL_RECIPE_H
#define MODEL_RECIPE_H
#include "model/gpt.h"
#include "model/settings.h"

/* Architecture, initialization and optimizer under one name: the columns gpt2 and fast of settings.def. Sizes, batch
 * and length are 0. */
typedef struct Recipe {
    const char   *name;
    Config        shape;
    TrainSettings how;
} Recipe;

enum { RECIPE_GPT2, RECIPE_FAST, RECIPE_PORTABLE, RECIPE_DEFAULT = RECIPE_FAST };

/* gpt2, fast, portable; a NULL name ends the list. And the names alone, for flags. */
extern const Recipe recipes[];
extern const char *const recipe_names[];

/* Sets each parameter's optimizer and learning rate from the settings (Param.rule, .rate, .parts). */
void recipe_assign(Gpt *g, const TrainSettings *s);
#endif
