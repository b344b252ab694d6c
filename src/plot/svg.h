#ifndef PLOT_SVG_H
#define PLOT_SVG_H
#include "base/buffer.h"
#include "plot/chart.h"

/* How such a file begins, whichever version wrote it. */
extern const char svg_mark[];

/* The chart as an SVG file: panels one under the other, legends, and the n sentences under them. Light or dark
 * as the reader asks for, light in print; runs differ by dashes too, and text is text. False with a sentence
 * when memory ends. */
bool svg_draw(const Chart *c, const char *const *sentences, int n, Buffer *out, Err *err);

/* Text within XML: what markup is made of is escaped, what XML cannot hold becomes U+FFFD. */
void svg_text(Buffer *out, const char *text);
#endif
