#include "plot/picture_legend.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

/* The current line of the legend. */
typedef struct Line {
    const PictureLook *look;
    Buffer *out;
    bool    several;                        /* several runs                      */
    int     at;                             /* columns used; 0: none yet         */
} Line;

uint32_t picture_best(const PictureLook *look) { return look->utf8 ? 0x25c6 : '#'; }

static int columns_of(const char *text)
{
    int    n = 0, len;
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i += (size_t)len)
        n += text_width(text_decode(text + i, size - i, &len));
    return n;
}

int picture_width(const char *text, int columns)
{
    int n = columns_of(text);
    return n < columns ? n : columns;
}

/* A file name may contain control characters; '?' replaces them, lest they reach the terminal. */
static void put_char(Buffer *out, const char *s, int len, uint32_t c)
{
    bool command = c < 0x20 || (c >= 0x7f && c < 0xa0) || (c & TEXT_RAW);
    buffer_add(out, command ? "?" : s, command ? 1 : (size_t)len);
}

void picture_fit(Buffer *out, const char *text, int columns, bool keep_end)
{
    size_t size = strlen(text);
    int    n = columns_of(text), len, from = 0, to = n;     /* the columns of the text to show */
    if (n > columns && keep_end)
        from = n - columns + 2;
    else if (n > columns)
        to = columns - 2;
    if (from > 0)
        buffer_add(out, "..", 2);
    n = 0;
    for (size_t i = 0; i < size; i += (size_t)len) {
        uint32_t c = text_decode(text + i, size - i, &len);
        int      width = text_width(c);
        if (n >= from && n + width <= to)
            put_char(out, text + i, len, c);
        n += width;
    }
    if (to < n)
        buffer_add(out, "..", 2);
}

/* One entry: a sign in its colour and its text. A long file name keeps its end. */
static void item(Line *l, const char *sign, int ink, const char *text, bool name)
{
    int room = l->look->width - 4, wide = columns_of(sign) + 1;
    int n = wide + picture_width(text, room - wide);
    if (l->at > 0 && l->at + 3 + n > l->look->width) {
        buffer_add(l->out, "\n", 1);
        l->at = 0;
    }
    buffer_add(l->out, "   ", l->at > 0 ? 3 : 2);
    l->at += n + (l->at > 0 ? 3 : 2);
    canvas_color(l->out, ink, l->look->colors);
    buffer_add(l->out, sign, strlen(sign));
    if (ink != CANVAS_PLAIN)
        canvas_color(l->out, CANVAS_PLAIN, l->look->colors);
    buffer_add(l->out, " ", 1);
    picture_fit(l->out, text, room - wide, name);
}

bool picture_lettered(const Panel *p)
{
    int lines = 0;
    for (int k = 0; k < p->n; k++)
        lines += p->curves[k].kind == CURVE_AVERAGE;
    return lines > 1;
}

static void curve_item(Line *l, const Panel *p, const Curve *c)
{
    char sign[16];
    if (!*c->label)
        return;
    if (picture_lettered(p) || c->kind == CURVE_POINTS)
        snprintf(sign, sizeof sign, "%c", c->sign);
    else if (l->look->utf8)
        snprintf(sign, sizeof sign, "⠤⠤");
    else
        snprintf(sign, sizeof sign, "%c%c", c->sign, c->sign);
    item(l, sign, CANVAS_INK + c->color % CANVAS_INKS, c->label, l->several);
}

static void best_item(Line *l, const Chart *chart, const Panel *p)
{
    char sign[TEXT_ENCODED + 1] = { 0 }, text[96], value[AXIS_LABEL], x[AXIS_LABEL];
    text_encode(picture_best(l->look), sign);
    snprintf(text, sizeof text, "best validation loss");
    if (p->n_best == 1) {
        axis_value(p->best->y, value);
        if (chart->x.kind == AXIS_TIME)
            axis_label(AXIS_TIME, p->best->x, 1, x);
        else
            axis_whole(p->best->x, x);
        snprintf(text, sizeof text, "best %s at %s%s%s", value, chart->x.kind == AXIS_TIME ? "" : chart->x_name,
                 chart->x.kind == AXIS_TIME ? "" : " ", x);
    }
    item(l, sign, chart->n_runs > 1 ? CANVAS_PLAIN : CANVAS_INK + p->best->color % CANVAS_INKS, text, false);
}

static bool has_points(const Panel *p)
{
    for (int k = 0; k < p->n; k++)
        if (p->curves[k].kind == CURVE_POINTS)
            return true;
    return false;
}

void picture_legend(const Chart *c, const Panel *p, const PictureLook *look, const bool *named, Buffer *out)
{
    Line l = { look, out, c->n_runs > 1, 0 };
    for (int k = 0; k < p->n; k++)
        curve_item(&l, p, &p->curves[k]);
    if (c->n_runs > 1 && has_points(p))
        item(&l, "A", CANVAS_PLAIN, "capitals: validation", false);
    if (p->n_best > 0)
        best_item(&l, c, p);
    for (int k = 0; k < p->n_levels; k++) {
        char text[AXIS_LABEL + 16], value[AXIS_LABEL];
        axis_value(p->levels[k].at, value);
        snprintf(text, sizeof text, "%s %s", p->levels[k].name, value);
        if (!named[k])
            item(&l, "- -", CANVAS_FAINT, text, false);
    }
    buffer_add(out, "\n", l.at > 0);
}
