#ifndef MODEL_GIVEN_H
#define MODEL_GIVEN_H
#include "model/recipe.h"

/* Settings as someone asks for them: SETTINGS numbers by index into setting_table, NaN for those not given. */

/* Writes what was given over what is there. A budget alone replaces the steps by at most `most` (0: no limit), steps
 * alone the budget; a new peak rate keeps its ratio to the final one. */
void given_take(const double *given, long most, Config *c, TrainSettings *s);

/* Shape and settings of a new run: the recipe, then `size` and its batch, the length and dropout, then what was given.
 * weight_decay: the least that Muon gets. vocab is left 0. */
typedef struct GivenFit {
    ConfigSize size;
    double     dropout, weight_decay;
    long       steps, eval_every;
    bool       enough;                      /* more steps would not help, however long the time    */
} GivenFit;

void given_settings(const double *given, const Recipe *recipe, const GivenFit *fit, Config *c, TrainSettings *s);
#endif
