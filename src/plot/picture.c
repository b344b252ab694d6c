#include "plot/picture.h"
#include "plot/picture_legend.h"
#include "plot/thin.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_COLUMNS = 10 };

/* A panel while it is drawn. */
typedef struct Frame {
    const Chart       *chart;
    const Panel       *panel;
    const PictureLook *look;
    Canvas   canvas;
    int      left;                          /* width of the y labels in columns */
    AxisTick ticks[AXIS_TICKS];
    int      n_ticks;
    size_t  *keep;
} Frame;

static int across(const Frame *f, double x)
{
    return (int)floor(axis_position(&f->chart->x, x) * (canvas_wide(&f->canvas) - 1) + 0.5);
}

static int down(const Frame *f, double y)
{
    return (int)floor((1 - axis_position(&f->panel->y, y)) * (canvas_tall(&f->canvas) - 1) + 0.5);
}

static bool drawable(const Frame *f, const Curve *c, size_t i)
{
    return (!f->chart->x.log || c->x[i] > 0) && (!f->panel->y.log || c->y[i] > 0);
}

/* --- Curves --- */

static size_t points_of(const Curve *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += isfinite(c->y[i]) ? 1 : 0;
    return n;
}

static void draw_line(Frame *f, const Curve *c, int ink)
{
    size_t n = thin_points(c->x, c->y, c->n, f->chart->x.low, f->chart->x.high, canvas_wide(&f->canvas), f->keep);
    bool   begun = false;
    int    x = 0, y = 0;
    for (size_t k = 0; k < n; k++) {
        if (!drawable(f, c, f->keep[k]))
            continue;
        int u = across(f, c->x[f->keep[k]]), v = down(f, c->y[f->keep[k]]);
        canvas_line(&f->canvas, begun ? x : u, begun ? y : v, u, v, ink, c->sign);
        x = u;
        y = v;
        begun = true;
    }
    if (begun && c->kind == CURVE_AVERAGE && picture_lettered(f->panel))
        canvas_mark(&f->canvas, x, y, ink, (uint32_t)c->sign);
}

/* Marks, or a line where marks would overlap. */
static void draw_points(Frame *f, const Curve *c, int ink)
{
    if (points_of(c) > (size_t)f->canvas.columns) {
        draw_line(f, c, ink);
        return;
    }
    for (size_t i = 0; i < c->n; i++)
        if (isfinite(c->y[i]) && isfinite(c->x[i]) && drawable(f, c, i))
            canvas_mark(&f->canvas, across(f, c->x[i]), down(f, c->y[i]), ink, (uint32_t)c->sign);
}

static void draw_curves(Frame *f)
{
    for (int kind = CURVE_RAW; kind <= CURVE_POINTS; kind++)
        for (int k = 0; k < f->panel->n; k++) {
            const Curve *c = &f->panel->curves[k];
            int ink = CANVAS_INK + c->color % CANVAS_INKS;
            if ((int)c->kind != kind || (kind == CURVE_RAW && f->look->colors == CANVAS_NONE))
                continue;
            if (kind == CURVE_POINTS)
                draw_points(f, c, ink);
            else
                draw_line(f, c, kind == CURVE_RAW ? CANVAS_FAINT : ink);
        }
    for (int k = 0; k < f->panel->n_best; k++) {
        const Mark *m = &f->panel->best[k];
        if ((!f->panel->y.log || m->y > 0) && (!f->chart->x.log || m->x > 0))
            canvas_mark(&f->canvas, across(f, m->x), down(f, m->y), CANVAS_INK + m->color % CANVAS_INKS,
                        picture_best(f->look));
    }
}

/* --- Baselines --- */

static void draw_levels(Frame *f)
{
    int step = f->canvas.braille ? 4 : 2;
    for (int k = 0; k < f->panel->n_levels; k++) {
        int y = down(f, f->panel->levels[k].at);
        for (int x = 0; x < canvas_wide(&f->canvas); x += step)
            canvas_line(&f->canvas, x, y, x + step / 4, y, CANVAS_FAINT, '-');
    }
}

static bool is_free(const Canvas *c, int row, int column, int n)
{
    for (int i = column; i < column + n; i++)
        if (i < 0 || i >= c->columns || c->mark[row * c->columns + i] ||
            (c->dots[row * c->columns + i] && c->ink[row * c->columns + i] != CANVAS_FAINT))
            return false;
    return true;
}

/* Writes the name on the line, at the right, middle or left, where no curve passes; false if none is free. */
static bool name_level(Frame *f, const Level *level)
{
    char text[AXIS_LABEL + 16], value[AXIS_LABEL];
    Canvas *c = &f->canvas;
    axis_value(level->at, value);
    int n = snprintf(text, sizeof text, " %s %s ", level->name, value);
    int row = down(f, level->at) / (c->braille ? 4 : 1);
    int columns[] = { c->columns - n - 1, (c->columns - n) / 2, 1 };
    for (int k = 0; k < 3; k++) {
        if (n > c->columns || row < 0 || row >= c->rows || !is_free(c, row, columns[k], n))
            continue;
        for (int i = 0; i < n; i++) {
            c->mark[row * c->columns + columns[k] + i] = (uint32_t)text[i];
            c->ink[row * c->columns + columns[k] + i] = CANVAS_FAINT;
        }
        return true;
    }
    return false;
}

/* --- Axes and text --- */

static void put_title(const Frame *f, Buffer *out)
{
    char text[160], above[AXIS_LABEL];
    int  n = snprintf(text, sizeof text, "%s%s", f->panel->title, f->panel->y.log ? " (log scale)" : "");
    axis_value(f->panel->above, above);
    if (isfinite(f->panel->above))
        snprintf(text + n, sizeof text - (size_t)n, ", clipped (maximum %s)", above);
    picture_fit(out, text, f->look->width, false);
    buffer_add(out, "\n", 1);
}

/* The rows of the picture, each with its y label and the axis. */
static void put_rows(const Frame *f, Buffer *out)
{
    for (int row = 0; row < f->canvas.rows; row++) {
        const char *label = "";
        for (int k = 0; k < f->n_ticks; k++)
            if (down(f, f->ticks[k].at) / (f->canvas.braille ? 4 : 1) == row)
                label = f->ticks[k].label;
        bool tick = *label != '\0';
        const char *line = f->look->utf8 ? (tick ? "┤" : "│") : tick ? "+" : "|";
        buffer_print(out, "%*.*s %s", f->left, f->left, label, line);
        canvas_row(&f->canvas, row, f->look->colors, out);
        buffer_add(out, "\n", 1);
    }
}

static void put_x_line(const Frame *f, const AxisTick *ticks, int n, Buffer *out)
{
    buffer_print(out, "%*s %s", f->left, "", f->look->utf8 ? "└" : "+");
    for (int column = 0; column < f->canvas.columns; column++) {
        bool tick = false;
        for (int k = 0; k < n; k++)
            tick = tick || across(f, ticks[k].at) / (f->canvas.braille ? 2 : 1) == column;
        buffer_print(out, "%s", f->look->utf8 ? (tick ? "┬" : "─") : tick ? "+" : "-");
    }
    buffer_add(out, "\n", 1);
}

static int x_ticks(const Frame *f, AxisTick ticks[AXIS_TICKS])
{
    return axis_ticks(&f->chart->x, f->canvas.columns / 12 < 2 ? 2 : f->canvas.columns / 12, ticks);
}

/* The name of the axis at the left, and the labels under their ticks, skipping those that would overlap. */
static void put_x_labels(const Frame *f, const AxisTick *ticks, int n, Buffer *out)
{
    char line[1100];
    int  width = f->look->width, end = (int)strlen(f->chart->x_name);
    memset(line, ' ', sizeof line);
    memcpy(line, f->chart->x_name, (size_t)end);
    for (int k = 0; k < n; k++) {
        int len = (int)strlen(ticks[k].label), column = across(f, ticks[k].at) / (f->canvas.braille ? 2 : 1);
        int at = f->left + 2 + column - len / 2;
        at = at + len > width ? width - len : at;
        if (at <= end)
            continue;
        memcpy(line + at, ticks[k].label, (size_t)len);
        end = at + len;
    }
    buffer_add(out, line, (size_t)end);
    buffer_add(out, "\n", 1);
}

static void measure(Frame *f, int rows)
{
    f->n_ticks = axis_ticks(&f->panel->y, rows / 3 + 1, f->ticks);
    for (int k = 0; k < f->n_ticks; k++) {
        int n = (int)strlen(f->ticks[k].label);
        f->left = n > f->left ? n : f->left;
    }
}

static bool draw_panel(const Chart *chart, const Panel *panel, const PictureLook *look, int rows, int left, bool last,
                       Buffer *out, Err *err)
{
    Frame f = { .chart = chart, .panel = panel, .look = look };
    AxisTick ticks[AXIS_TICKS];
    bool named[CHART_LEVELS];
    measure(&f, rows);
    f.left = left;
    if (!canvas_init(&f.canvas, look->width - left - 2, rows, look->utf8, err))
        return false;
    f.keep = malloc((size_t)canvas_wide(&f.canvas) * 4 * sizeof *f.keep);
    if (f.keep) {
        draw_levels(&f);
        draw_curves(&f);
        for (int k = 0; k < panel->n_levels; k++)
            named[k] = name_level(&f, &panel->levels[k]);
        put_title(&f, out);
        put_rows(&f, out);
        int n = x_ticks(&f, ticks);
        put_x_line(&f, ticks, n, out);
        if (last)
            put_x_labels(&f, ticks, n, out);
        picture_legend(chart, panel, look, named, out);
    }
    bool ok = f.keep || err_set(err, "out of memory: no room to draw");
    free(f.keep);
    canvas_free(&f.canvas);
    return ok;
}

/* All panels have the same margin, to align their x axes. */
static int margin(const Chart *c, const PictureLook *look)
{
    int left = 0;
    for (int k = 0; k < c->n; k++) {
        Frame f = { .chart = c, .panel = &c->panels[k], .look = look };
        if (look->rows[k] > 0)
            measure(&f, look->rows[k]);
        left = f.left > left ? f.left : left;
    }
    return left < look->width - LEAST_COLUMNS ? left : look->width - LEAST_COLUMNS;
}

bool picture_draw(const Chart *c, const PictureLook *look, Buffer *out, Err *err)
{
    int left = margin(c, look), last = c->n - 1;
    while (last > 0 && look->rows[last] == 0)
        last--;
    for (int k = 0; k <= last; k++)
        if (look->rows[k] > 0 && !draw_panel(c, &c->panels[k], look, look->rows[k], left, k == last, out, err))
            return false;
    return buffer_whole(out, err);
}
