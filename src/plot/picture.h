#ifndef PLOT_PICTURE_H
#define PLOT_PICTURE_H
#include "plot/canvas.h"
#include "plot/chart.h"

/* How a terminal is drawn on. */
typedef struct PictureLook {
    int          width;                     /* columns, at least 20                             */
    int          rows[CHART_PANELS];        /* lines of each panel's picture, 0: leave it out   */
    bool         utf8;                      /* Braille and lines; otherwise ASCII               */
    CanvasColors colors;                    /* raw curves are drawn only in colour, faint       */
} PictureLook;

/* Lines of text that show the chart: of each panel its title, the picture with its y axis, the x axis, the
 * legend. No line is wider than the look allows. False with a sentence when memory ends. */
bool picture_draw(const Chart *c, const PictureLook *look, Buffer *out, Err *err);
#endif
