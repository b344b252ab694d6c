#include "plot/canvas.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

bool canvas_init(Canvas *c, int columns, int rows, bool braille, Err *err)
{
    size_t n = (size_t)columns * (size_t)rows;
    *c = (Canvas){ .columns = columns, .rows = rows, .braille = braille };
    c->mark = calloc(n, sizeof *c->mark);
    c->dots = calloc(2, n);
    if (c->mark && c->dots) {
        c->ink = c->dots + n;
        return true;
    }
    canvas_free(c);
    return err_set(err, "out of memory: no room for a picture of %d by %d characters", columns, rows);
}

void canvas_free(Canvas *c)
{
    free(c->mark);
    free(c->dots);
    *c = (Canvas){ 0 };
}

static void dot(Canvas *c, int x, int y, int ink, char sign)
{
    static const unsigned char bits[4][2] = { { 1, 8 }, { 2, 16 }, { 4, 32 }, { 64, 128 } };
    if (x < 0 || y < 0 || x >= canvas_wide(c) || y >= canvas_tall(c))
        return;
    int at = c->braille ? y / 4 * c->columns + x / 2 : y * c->columns + x;
    if (c->ink[at] == CANVAS_FAINT && ink != CANVAS_FAINT)      /* one colour per cell: faint yields */
        c->dots[at] = 0;
    if (c->braille)
        c->dots[at] |= bits[y % 4][x % 2];
    else
        c->dots[at] = (unsigned char)sign;
    c->ink[at] = (unsigned char)ink;
}

/* Clamps to three times the picture, to bound the time a line takes. */
static int near_by(int v, int size) { return v < -size ? -size : v > 2 * size ? 2 * size : v; }

void canvas_line(Canvas *c, int x0, int y0, int x1, int y1, int ink, char sign)
{
    y0 = near_by(y0, canvas_tall(c));
    y1 = near_by(y1, canvas_tall(c));
    x0 = near_by(x0, canvas_wide(c));
    x1 = near_by(x1, canvas_wide(c));
    int dx = abs(x1 - x0), dy = -abs(y1 - y0), sx = x0 < x1 ? 1 : -1, sy = y0 < y1 ? 1 : -1, error = dx + dy;
    for (;;) {
        dot(c, x0, y0, ink, sign);
        if (x0 == x1 && y0 == y1)
            return;
        int twice = 2 * error;
        if (twice >= dy) {
            error += dy;
            x0 += sx;
        }
        if (twice <= dx) {
            error += dx;
            y0 += sy;
        }
    }
}

void canvas_mark(Canvas *c, int x, int y, int ink, uint32_t mark)
{
    if (x < 0 || y < 0 || x >= canvas_wide(c) || y >= canvas_tall(c))
        return;
    int at = c->braille ? y / 4 * c->columns + x / 2 : y * c->columns + x;
    c->mark[at] = mark;
    c->ink[at] = (unsigned char)ink;
}

/* Of medium lightness, to be visible on light and dark backgrounds: blue, vermilion, green, purple, yellow, grey, sky,
 * wine, ordered and spaced as in Okabe and Ito 2008, "Color universal design". */
void canvas_color(Buffer *out, int ink, CanvasColors colors)
{
    static const int of_256[CANVAS_INKS] = { 33, 166, 35, 169, 136, 245, 38, 132 };
    static const int of_8[CANVAS_INKS] = { 34, 31, 32, 35, 33, 37, 36, 31 };
    if (colors == CANVAS_NONE)
        return;
    if (ink == CANVAS_PLAIN)
        buffer_print(out, "\033[0m");
    else if (ink == CANVAS_FAINT)
        buffer_print(out, colors == CANVAS_256 ? "\033[38;5;244m" : "\033[2m");
    else if (colors == CANVAS_256)
        buffer_print(out, "\033[38;5;%dm", of_256[(ink - CANVAS_INK) % CANVAS_INKS]);
    else
        buffer_print(out, "\033[%dm", of_8[(ink - CANVAS_INK) % CANVAS_INKS]);
}

static uint32_t shown(const Canvas *c, int at)
{
    if (c->mark[at])
        return c->mark[at];
    if (!c->dots[at])
        return ' ';
    return c->braille ? 0x2800u + c->dots[at] : c->dots[at];
}

void canvas_row(const Canvas *c, int row, CanvasColors colors, Buffer *out)
{
    int ink = CANVAS_PLAIN, end = c->columns, first = row * c->columns;
    while (end > 0 && shown(c, first + end - 1) == ' ')
        end--;
    for (int at = first; at < first + end; at++) {
        char     text[TEXT_ENCODED];
        uint32_t what = shown(c, at);
        int      next = what == ' ' ? ink : c->ink[at];
        if (next != ink && ink != CANVAS_PLAIN)
            canvas_color(out, CANVAS_PLAIN, colors);
        if (next != ink && next != CANVAS_PLAIN)
            canvas_color(out, next, colors);
        ink = next;
        buffer_add(out, text, (size_t)text_encode(what, text));
    }
    if (ink != CANVAS_PLAIN)
        canvas_color(out, CANVAS_PLAIN, colors);
}
