#ifndef PLOT_PICTURE_LEGEND_H
#define PLOT_PICTURE_LEGEND_H
#include "plot/picture.h"

/* Appends the legend of a panel, on as many lines as needed. named[k]: baseline k has its name in the picture, and is
 * left out. */
void picture_legend(const Chart *c, const Panel *p, const PictureLook *look, const bool *named, Buffer *out);

/* Does the panel have several lines? Then each carries a letter: at its end in Braille, all along in ASCII. */
bool picture_lettered(const Panel *p);

/* The mark of the best validation loss. */
uint32_t picture_best(const PictureLook *look);

/* Appends UTF-8 text cut to `columns` columns (at least 2): longer text loses its end, or its beginning with keep_end.
 * Control characters become '?'. */
void picture_fit(Buffer *out, const char *text, int columns, bool keep_end);

/* The width of text in columns, at most `columns`. */
int picture_width(const char *text, int columns);
#endif
