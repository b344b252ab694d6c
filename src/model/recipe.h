#ifndef MODEL_RECIPE_H
#define MODEL_RECIPE_H
#include "model/gpt.h"
#include "model/settings.h"

/* A way to build a block and to train it: everything about a run that is neither its size nor its text. Of
 * shape the sizes are 0, of how the batch, the steps and the seed. */
typedef struct Recipe {
    const char   *name;
    Config        shape;
    TrainSettings how;
} Recipe;

enum { RECIPE_GPT2, RECIPE_FAST, RECIPE_DEFAULT = RECIPE_FAST };

/* gpt2, fast; a NULL name ends the list. And their names alone, for flags. */
extern const Recipe recipes[];
extern const char *const recipe_names[];

/* Gives each parameter its optimizer and its rate, as the settings say (Param.rule, .rate, .parts). */
void recipe_assign(Gpt *g, const TrainSettings *s);
#endif
