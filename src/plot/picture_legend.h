#ifndef PLOT_PICTURE_LEGEND_H
#define PLOT_PICTURE_LEGEND_H
#include "plot/picture.h"

/* What the signs and colours of a panel mean, on as many lines as that takes. named: which of its levels have
 * their name in the picture. */
void picture_legend(const Chart *c, const Panel *p, const PictureLook *look, const bool *named, Buffer *out);

/* Has it several lines, so that each has a letter: at its end in Braille, all along in ASCII? */
bool picture_lettered(const Panel *p);

/* The mark of the least validation loss. */
uint32_t picture_best(const PictureLook *look);

/* UTF-8 text in at most `columns` columns, 2 at least, without its end, or its beginning, where it is longer;
 * control characters as '?'. */
void picture_fit(Buffer *out, const char *text, int columns, bool keep_end);

/* How many columns that takes, at most `columns`. */
int picture_width(const char *text, int columns);
#endif
