#ifndef PLOT_SVG_PANEL_H
#define PLOT_SVG_PANEL_H
#include "base/buffer.h"
#include "plot/chart.h"

enum { SVG_WIDTH = 840, SVG_EDGE = 12, SVG_COLORS = 8 };

/* How high panel k is, in pixels: title, legend, picture, and the x axis under the last one. */
double svg_panel_height(const Chart *c, int k);

/* Writes panel k, whose upper edge is at `top`. False with a sentence when memory ends. */
bool svg_panel(const Chart *c, int k, double top, Buffer *out, Err *err);
#endif
