#include "cli/explain/picture.h"
#include <math.h>

enum { OPEN = -1, HIDDEN = -2, SHOWN = 0 };

static double clamp(double x, double low, double high) { return fmax(low, fmin(high, x)); }

/* The piece that character j belongs to: [*first, *end). It ends after a blank, or after PIECE characters. */
static void piece_of(const PictureText *t, int j, int *first, int *end)
{
    for (*first = 0, *end = 0; *end <= j;) {
        *first = *end;
        while (*end < t->n && *end - *first < PICTURE_PIECE && !t->blank[*end])
            ++*end;
        if (*end < t->n && *end - *first < PICTURE_PIECE)
            ++*end;
    }
}

/* Shows the piece of character j if it and the fold before it fit into `left` columns; returns what is left. */
static int take(PictureText *t, int j, int left)
{
    int first, end;
    piece_of(t, j, &first, &end);
    int need = end - first + 1;
    for (int k = first; k < end; k++)
        t->column[k] = need <= left ? SHOWN : HIDDEN;
    return need <= left ? left - need : left;
}

/* The undecided character with the largest share that would be drawn; -1: none. */
static int largest_open(const PictureText *t)
{
    int best = -1;
    for (int j = 0; j < t->n; j++)
        if (t->column[j] == OPEN && t->share[j] >= PICTURE_SHARE_PC / 100.0 &&
            (best < 0 || t->share[j] > t->share[best]))
            best = j;
    return best;
}

/* Chooses what to show in `fit` columns; one is kept for a fold at the end. */
static void choose(PictureText *t, int fit)
{
    int left = fit - 1;
    for (int j = 0; j < t->n; j++)
        t->column[j] = OPEN;
    left = take(t, t->row, left);
    for (int j; (j = largest_open(t)) >= 0;)
        left = take(t, j, left);
    for (int j = t->row; j >= 0; j--)
        if (t->column[j] == OPEN)
            left = take(t, j, left);
    for (int j = t->row; j < t->n; j++)
        if (t->column[j] == OPEN)
            left = take(t, j, left);
}

/* Numbers the columns and returns how many there are. A fold is one column, however many characters it hides. */
static int number_columns(PictureText *t)
{
    int columns = 0;
    for (int j = 0; j < t->n; j++) {
        bool folded = t->column[j] != SHOWN, again = folded && j > 0 && t->column[j - 1] < 0;
        if (!again)
            columns++;
        t->column[j] = folded ? -columns : columns - 1;
    }
    return columns;
}

/* The answer's bars: in their own column, or under the text if the picture is narrow. */
static void place_bars(Picture *p, bool wide, double bottom)
{
    double high = (PICTURE_BARS - 1) * PICTURE_BAR_PITCH;
    p->bars_x = wide ? p->width - PICTURE_SIDE + 44 : 44;
    p->bars_y = wide ? p->line - high / 2 : bottom + PICTURE_BAR_PITCH + 8;
    p->bar = wide ? PICTURE_BAR : p->width - 44 - 76;
    p->height = wide ? bottom : p->bars_y + high + PICTURE_BAR_HIGH;
}

Picture picture_layout(PictureText *t, double width)
{
    bool   wide = width >= PICTURE_NARROW;
    double edge = wide ? PICTURE_EDGE : PICTURE_EDGE_NARROW, text = width - edge - (wide ? PICTURE_SIDE : edge);
    int    fit = (int)(text / (wide ? PICTURE_CELL_LEAST : PICTURE_CELL_NARROW));
    for (int j = 0; j < t->n; j++)
        t->column[j] = SHOWN;
    if (t->n > fit)
        choose(t, fit);
    Picture p = { .width = width, .columns = number_columns(t) };
    p.cell = fmin(PICTURE_CELL_MOST, text / p.columns);
    p.left = edge + (text - p.cell * p.columns) / 2;
    p.letter = p.cell * PICTURE_LETTER_PC / 100;
    p.foot = PICTURE_FOOT + p.letter * PICTURE_FOOT_PC / 100;
    p.reach = clamp(text * PICTURE_REACH_PC / 100, PICTURE_REACH_LEAST, PICTURE_REACH_MOST);
    p.thick = clamp(p.cell, PICTURE_THICK_LEAST, PICTURE_THICK_MOST);
    p.line = PICTURE_TOP + p.reach + p.foot;
    place_bars(&p, wide, p.line + p.foot + p.reach + PICTURE_BOTTOM);
    return p;
}

double picture_x(const Picture *p, const PictureText *t, int j)
{
    int column = t->column[j] < 0 ? -1 - t->column[j] : t->column[j];
    return p->left + p->cell * (column + 0.5);
}

double picture_rise(const Picture *p, double distance)
{
    double low = p->reach * PICTURE_LOW_PC / 100;
    return low + (p->reach - low) * distance / (p->cell * p->columns);
}

double picture_thick(const Picture *p, double share) { return fmax(PICTURE_THIN, p->thick * share); }
