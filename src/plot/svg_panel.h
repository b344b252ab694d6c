#ifndef PLOT_SVG_PANEL_H
#define PLOT_SVG_PANEL_H
#include "base/buffer.h"
#include "plot/chart.h"

enum { SVG_WIDTH = 840, SVG_EDGE = 12, SVG_COLORS = 8 };

/* The height of panel k in pixels, with its title and legend, and the x labels of the last panel. */
double svg_panel_height(const Chart *c, int k);

/* Appends panel k, its upper edge at y = `top`. False, with a sentence, when out of memory. */
bool svg_panel(const Chart *c, int k, double top, Buffer *out, Err *err);
#endif
