#ifndef PLOT_PICTURE_H
#define PLOT_PICTURE_H
#include "plot/canvas.h"
#include "plot/chart.h"

/* The properties of the terminal. */
typedef struct PictureLook {
    int          width;                     /* columns, at least 20                             */
    int          rows[CHART_PANELS];        /* height of each panel in lines, 0: omit it        */
    bool         utf8;                      /* Braille and box drawing; otherwise ASCII         */
    CanvasColors colors;                    /* without colours, raw curves are omitted          */
} PictureLook;

/* Appends the chart as lines of text, none wider than look->width: for each panel its title, the curves with their
 * axes, and the legend. False, with a sentence, when out of memory. */
bool picture_draw(const Chart *c, const PictureLook *look, Buffer *out, Err *err);
#endif
