#include "plot/svg_panel.h"
#include "plot/svg.h"
#include "plot/thin.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT = 64, RIGHT = 18, TITLE = 24, LEGEND = 20, LOSS = 330, OTHER = 150, UNDER = 16, X_LABELS = 34, LETTER = 7,
       MOST_CIRCLES = 150 };

/* A panel and its area. */
typedef struct Frame {
    const Chart *chart;
    const Panel *panel;
    int          k;
    double       x, y, w, h;                /* of the plot area, without labels */
    Buffer      *out;
} Frame;

static const char *const dashes[SVG_COLORS] = { "", "8 3", "2 3", "12 3 2 3", "5 2", "1 2", "14 4", "6 2 2 2 2 2" };

static double across(const Frame *f, double x) { return f->x + axis_position(&f->chart->x, x) * f->w; }

static double down(const Frame *f, double y) { return f->y + (1 - axis_position(&f->panel->y, y)) * f->h; }

static bool drawable(const Frame *f, const Curve *c, size_t i)
{
    return isfinite(c->x[i]) && isfinite(c->y[i]) && (!f->chart->x.log || c->x[i] > 0) &&
           (!f->panel->y.log || c->y[i] > 0);
}

/* --- Legend --- */

static int columns_of(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* Starts a new line if the next entry does not fit. */
static void advance(double *x, int *line, double width)
{
    if (*x > LEFT && *x + width > SVG_WIDTH - RIGHT) {
        *x = LEFT;
        (*line)++;
    }
}

static void swatch(Buffer *out, const Curve *c, const Chart *chart, double x, double y)
{
    const char *dash = chart->n_runs > 1 ? dashes[c->color % SVG_COLORS] : "";
    buffer_print(out, "<path class=\"c%d%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" d=\"M%.0f %.1fh26\"/>",
                 c->color % SVG_COLORS, c->kind == CURVE_POINTS ? " o" : "", dash, x, y - 4);
    if (c->kind == CURVE_POINTS)
        buffer_print(out, "<g class=\"o\"><circle class=\"c%d\" stroke-width=\"1.5\" r=\"3\" cx=\"%.0f\" cy=\"%.1f\"/>"
                     "</g>", c->color % SVG_COLORS, x + 13, y - 4);
}

/* Writes the legend and returns its number of lines; with out NULL it only counts them. */
static int legend(const Chart *chart, const Panel *p, double top, Buffer *out)
{
    double x = LEFT;
    int    line = 0;
    for (int k = 0; k < p->n; k++) {
        const Curve *c = &p->curves[k];
        double width = 34 + LETTER * columns_of(c->label) + 20;
        if (!*c->label)
            continue;
        advance(&x, &line, width);
        if (out) {
            swatch(out, c, chart, x, top + LEGEND * line);
            buffer_print(out, "<text x=\"%.0f\" y=\"%.1f\">", x + 32, top + LEGEND * line);
            svg_text(out, c->label);
            buffer_print(out, "</text>\n");
        }
        x += width;
    }
    return line + 1;
}

/* --- Curves --- */

static void put_path(const Frame *f, const Curve *c, const size_t *keep, size_t n, double width)
{
    bool begun = false;
    const char *dash = f->chart->n_runs > 1 && c->kind == CURVE_AVERAGE ? dashes[c->color % SVG_COLORS] : "";
    buffer_print(f->out, "<path class=\"c%d%s\" stroke-width=\"%.1f\" stroke-linejoin=\"round\" "
                 "stroke-dasharray=\"%s\" d=\"", c->color % SVG_COLORS, c->kind == CURVE_RAW ? " w" : "", width, dash);
    for (size_t k = 0; k < n; k++)
        if (drawable(f, c, keep[k])) {
            buffer_print(f->out, "%s%.1f %.1f", begun ? "L" : "M", across(f, c->x[keep[k]]), down(f, c->y[keep[k]]));
            begun = true;
        }
    buffer_print(f->out, "%s\"/>\n", begun ? "" : "M0 0");
}

static void put_circles(const Frame *f, const Curve *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += drawable(f, c, i);
    if (n > MOST_CIRCLES)
        return;
    buffer_print(f->out, "<g class=\"o\">");
    for (size_t i = 0; i < c->n; i++)
        if (drawable(f, c, i))
            buffer_print(f->out, "<circle class=\"c%d\" stroke-width=\"1.5\" r=\"2.7\" cx=\"%.1f\" cy=\"%.1f\"/>\n",
                         c->color % SVG_COLORS, across(f, c->x[i]), down(f, c->y[i]));
    buffer_print(f->out, "</g>\n");
}

static bool put_curves(const Frame *f, Err *err)
{
    int     wide = (int)f->w;
    size_t *keep = malloc((size_t)wide * 4 * sizeof *keep);
    if (!keep)
        return err_set(err, "out of memory: no room to draw");
    buffer_print(f->out, "<clipPath id=\"p%d\"><rect x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\"/>"
                 "</clipPath>\n<g clip-path=\"url(#p%d)\">\n", f->k, f->x - 3, f->y - 3, f->w + 6, f->h + 6, f->k);
    for (int kind = CURVE_RAW; kind <= CURVE_POINTS; kind++)
        for (int k = 0; k < f->panel->n; k++) {
            const Curve *c = &f->panel->curves[k];
            if ((int)c->kind != kind)
                continue;
            size_t n = thin_points(c->x, c->y, c->n, f->chart->x.low, f->chart->x.high, wide, keep);
            put_path(f, c, keep, n, kind == CURVE_RAW ? 1 : kind == CURVE_AVERAGE ? 1.8 : 1.3);
            if (kind == CURVE_POINTS)
                put_circles(f, c);
        }
    buffer_print(f->out, "</g>\n");
    free(keep);
    return true;
}

static void put_best(const Frame *f)
{
    for (int k = 0; k < f->panel->n_best; k++) {
        const Mark *m = &f->panel->best[k];
        double x = across(f, m->x), y = down(f, m->y);
        char   value[AXIS_LABEL], at[AXIS_LABEL];
        if (!isfinite(x) || !isfinite(y))
            continue;
        buffer_print(f->out, "<path class=\"f%d\" style=\"fill-opacity:1\" d=\"M%.1f %.1fl6 6 -6 6 -6 -6z\"/>\n",
                     m->color % SVG_COLORS, x, y - 6);
        axis_value(m->y, value);
        axis_label(f->chart->x.kind, m->x, 1, at);
        if (f->chart->x.kind == AXIS_COUNT)
            axis_whole(m->x, at);
        if (f->chart->n_runs == 1)
            buffer_print(f->out, "<text class=\"h\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">"
                         "best %s at %s%s%s</text>\n", x, y - 13,
                         x > f->x + 0.8 * f->w ? "end" : x < f->x + 0.2 * f->w ? "start" : "middle", value,
                         f->chart->x.kind == AXIS_TIME ? "" : f->chart->x_name,
                         f->chart->x.kind == AXIS_TIME ? "" : " ", at);
    }
}

/* --- Axes --- */

/* How many points of the curves (raw ones aside) a label from left to right at height y would cover. */
static size_t covered(const Frame *f, double left, double right, double y)
{
    size_t n = 0;
    for (int k = 0; k < f->panel->n; k++) {
        const Curve *c = &f->panel->curves[k];
        for (size_t i = 0; c->kind != CURVE_RAW && i < c->n; i++) {
            double x = drawable(f, c, i) ? across(f, c->x[i]) : -1;
            n += x > left - 20 && x < right + 20 && fabs(down(f, c->y[i]) - y) < 14;
        }
    }
    return n;
}

/* The right end of a label where it covers the fewest points: at the right, middle or left. */
static double free_end(const Frame *f, double width, double y)
{
    double ends[] = { f->x + f->w - 4, f->x + (f->w + width) / 2, f->x + width + 12 }, best = ends[0];
    size_t least = SIZE_MAX;
    for (int k = 0; k < 3; k++) {
        size_t n = covered(f, ends[k] - width, ends[k], y);
        best = n < least ? ends[k] : best;
        least = n < least ? n : least;
    }
    return best;
}

static void put_levels(const Frame *f)
{
    for (int k = 0; k < f->panel->n_levels; k++) {
        const Level *l = &f->panel->levels[k];
        double y = down(f, l->at), at = y < f->y + 14 ? y + 14 : y - 4;
        char   value[AXIS_LABEL];
        axis_value(l->at, value);
        buffer_print(f->out, "<path class=\"l\" stroke-width=\"1.2\" d=\"M%.0f %.1fh%.0f\"/>\n", f->x, y, f->w);
        buffer_print(f->out, "<text class=\"s h\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s %s</text>\n",
                     free_end(f, 90, at - 4), at, l->name, value);
    }
}

static void put_axes(const Frame *f, bool labels)
{
    AxisTick ticks[AXIS_TICKS];
    int n = axis_ticks(&f->panel->y, (int)(f->h / 38), ticks);
    buffer_print(f->out, "<g class=\"s\">\n");
    for (int k = 0; k < n; k++)
        buffer_print(f->out, "<path class=\"g\" d=\"M%.0f %.1fh%.0f\"/>"
                     "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", f->x, down(f, ticks[k].at), f->w,
                     f->x - 8, down(f, ticks[k].at) + 4, ticks[k].label);
    n = axis_ticks(&f->chart->x, 9, ticks);
    double last = 0;
    for (int k = 0; k < n; k++) {
        double x = across(f, ticks[k].at), half = 4.0 * (double)strlen(ticks[k].label);
        buffer_print(f->out, "<path class=\"a\" d=\"M%.1f %.1fv5\"/>", x, f->y + f->h);
        if (labels && x - half > last) {
            buffer_print(f->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
                         x + half > SVG_WIDTH ? (double)SVG_WIDTH - 2 : x, f->y + f->h + 19,
                         x + half > SVG_WIDTH ? "end" : "middle", ticks[k].label);
            last = x + half;
        }
    }
    if (labels)
        buffer_print(f->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", f->x + f->w / 2,
                     f->y + f->h + 35, f->chart->x_name);
    buffer_print(f->out, "</g>\n<path class=\"a\" d=\"M%.0f %.1fv%.0fh%.0f\"/>\n", f->x, f->y, f->h, f->w);
}

static double picture_height(int k) { return k == 0 ? LOSS : OTHER; }

double svg_panel_height(const Chart *c, int k)
{
    return TITLE + LEGEND * legend(c, &c->panels[k], 0, NULL) + 6 + picture_height(k) + UNDER +
           (k == c->n - 1 ? X_LABELS : 0);
}

bool svg_panel(const Chart *c, int k, double top, Buffer *out, Err *err)
{
    const Panel *p = &c->panels[k];
    Frame f = { .chart = c, .panel = p, .k = k, .x = LEFT, .w = SVG_WIDTH - LEFT - RIGHT, .h = picture_height(k),
                .out = out };
    char  above[AXIS_LABEL];
    buffer_print(out, "<text class=\"t\" x=\"%d\" y=\"%.1f\">%s%s%s", LEFT, top + 14, p->title,
                 p->y.log ? " (log scale)" : "",
                 p->n_best > 0 && c->n_runs > 1 ? " (circles: validation, diamond: best)" : "");
    axis_value(p->above, above);
    if (isfinite(p->above))
        buffer_print(out, ", clipped (maximum %s)", above);
    buffer_print(out, "</text>\n");
    f.y = top + TITLE + LEGEND * legend(c, p, top + TITLE + 12, out) + 6;
    put_axes(&f, k == c->n - 1);
    put_levels(&f);
    bool ok = put_curves(&f, err);
    put_best(&f);
    return ok;
}
