#ifndef PLOT_SVG_H
#define PLOT_SVG_H
#include "base/buffer.h"
#include "plot/chart.h"

/* The first bytes of every SVG file written here, by any version. */
extern const char svg_mark[];

/* Appends the chart as an SVG file: the panels with their legends, and the n sentences below. It follows the reader's
 * light or dark theme and prints light; runs differ in colour and dashes. False, with a sentence, if out of memory. */
bool svg_draw(const Chart *c, const char *const *sentences, int n, Buffer *out, Err *err);

/* Appends text, escaped for XML; characters that XML cannot represent become U+FFFD. */
void svg_text(Buffer *out, const char *text);
#endif
