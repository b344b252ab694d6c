#ifndef CLI_PLOT_LEVELS_H
#define CLI_PLOT_LEVELS_H
#include "cli/plot/logs.h"

/* Computes the n-gram baselines; those unknown are NaN. Uniform: from the vocabulary size of the model in the folder of
 * each log (model.heed, best.heed), if they all agree. With --corpus, all from that text, read and split as the model's
 * training did, or by train's defaults, with windows of 256; warns on stderr if the model was trained on another text.
 * False, with a sentence, if the text cannot be read. */
bool plot_levels(PlotLogs *l, const PlotOptions *o, Err *err);
#endif
