#ifndef CLI_PLOT_LEVELS_H
#define CLI_PLOT_LEVELS_H
#include "cli/plot/logs.h"

/* What guessing and counting reach, to compare with. The vocabulary of a model beside the logs (best.heed,
 * model.heed) tells what guessing does, if it is the same for all of them. With --corpus that text is counted,
 * as the model's training read and parted it, or as train would; stderr is told when it is another one than the
 * model's. What is not known is NaN. False, with a sentence, when the text cannot be read. */
bool plot_levels(PlotLogs *l, const PlotOptions *o, Err *err);
#endif
