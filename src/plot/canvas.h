#ifndef PLOT_CANVAS_H
#define PLOT_CANVAS_H
#include "base/buffer.h"

/* A picture of characters: dots of a quarter line's height, eight a character, in Braille (U+2800), or one a
 * character in ASCII; and marks, which are characters on top. */
typedef struct Canvas {
    int            columns, rows;
    bool           braille;
    unsigned char *dots;                    /* (rows, columns) bits of Braille, or the ASCII sign     */
    unsigned char *ink;                     /* (rows, columns) colour of the cell, CANVAS_PLAIN first */
    uint32_t      *mark;                    /* (rows, columns) a character, or 0                      */
} Canvas;

/* Colours; CANVAS_INK + k is that of curve k. */
enum { CANVAS_PLAIN, CANVAS_FAINT, CANVAS_INK, CANVAS_INKS = 8 };

/* How a terminal shows them. */
typedef enum CanvasColors { CANVAS_NONE, CANVAS_8, CANVAS_256 } CanvasColors;

bool canvas_init(Canvas *c, int columns, int rows, bool braille, Err *err);
void canvas_free(Canvas *c);

/* Dots across and down. */
static inline int canvas_wide(const Canvas *c) { return c->braille ? 2 * c->columns : c->columns; }
static inline int canvas_tall(const Canvas *c) { return c->braille ? 4 * c->rows : c->rows; }

/* A line between two dots, clipped at the edges (Bresenham 1965). `sign` is what shows it in ASCII. */
void canvas_line(Canvas *c, int x0, int y0, int x1, int y1, int ink, char sign);

/* A character on the cell that holds the dot; nothing outside. */
void canvas_mark(Canvas *c, int x, int y, int ink, uint32_t mark);

/* A line of the picture, from the top, without blanks at its end and without a newline. */
void canvas_row(const Canvas *c, int row, CanvasColors colors, Buffer *out);

/* What begins and ends text in a colour: "" for CANVAS_PLAIN and without colours. */
void canvas_color(Buffer *out, int ink, CanvasColors colors);
#endif
