#ifndef PLOT_CANVAS_H
#define PLOT_CANVAS_H
#include "base/buffer.h"

/* A picture in characters: 2 by 4 dots per cell in Braille (U+2800), one per cell in ASCII, and marks, characters drawn
 * on top. */
typedef struct Canvas {
    int            columns, rows;
    bool           braille;
    unsigned char *dots;                    /* (rows, columns) Braille bits, or the ASCII character   */
    unsigned char *ink;                     /* (rows, columns) colour of the cell, CANVAS_PLAIN first */
    uint32_t      *mark;                    /* (rows, columns) a character, or 0                      */
} Canvas;

/* Colours; CANVAS_INK + k is the colour of curve k. */
enum { CANVAS_PLAIN, CANVAS_FAINT, CANVAS_INK, CANVAS_INKS = 8 };

/* The colours that a terminal supports. */
typedef enum CanvasColors { CANVAS_NONE, CANVAS_8, CANVAS_256 } CanvasColors;

bool canvas_init(Canvas *c, int columns, int rows, bool braille, Err *err);
void canvas_free(Canvas *c);

/* Width and height in dots. */
static inline int canvas_wide(const Canvas *c) { return c->braille ? 2 * c->columns : c->columns; }
static inline int canvas_tall(const Canvas *c) { return c->braille ? 4 * c->rows : c->rows; }

/* Draws a line between two dots, clipped at the edges (Bresenham 1965), with the character `sign` in ASCII. */
void canvas_line(Canvas *c, int x0, int y0, int x1, int y1, int ink, char sign);

/* Puts a character on the cell that contains the dot; ignored outside the canvas. */
void canvas_mark(Canvas *c, int x, int y, int ink, uint32_t mark);

/* Writes one row, 0 at the top, without trailing blanks and without a newline. */
void canvas_row(const Canvas *c, int row, CanvasColors colors, Buffer *out);

/* Writes the escape sequence that switches to a colour, or back with CANVAS_PLAIN; nothing without colours. */
void canvas_color(Buffer *out, int ink, CanvasColors colors);
#endif
