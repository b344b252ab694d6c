#ifndef CLI_EXPLAIN_PICTURE_H
#define CLI_EXPLAIN_PICTURE_H
#include <stdbool.h>

enum {
#define SIZE(name, value) PICTURE_##name = (value),
#include "cli/explain/picture.def"
#undef SIZE
};

/* Where everything stands in the picture: the prompt on one line, arcs above and below it, the answer's bars beside it
 * or, if the picture is narrow, under it. In pixels. src/page/explain/layout.js is the same in JavaScript;
 * tests/page compares the two. */
typedef struct Picture {
    double width, height;
    double left, cell;                      /* of the first column; width of a column              */
    double letter, foot;                    /* font size; from the middle of the letters to an arc */
    double line;                            /* y of the middle of the letters                      */
    double reach, thick;                    /* height of the longest arc; width of one of share 1  */
    int    columns;
    double bars_x, bars_y, bar;             /* where the bars start; the longest                   */
} Picture;

/* What is shown of a prompt of n characters with the query at `row`. */
typedef struct PictureText {
    int           n, row;
    const double *share;                    /* (n) the larger of a key's two shares; 0 behind the row */
    const bool   *blank;                    /* (n) white space                                        */
    int          *column;                   /* (n) out: the column, or -1 - column of the fold        */
} PictureText;

/* Lays out a picture of that width. A prompt that does not fit at the least cell is folded: shown are the pieces
 * (words, or PIECE characters) of the row and of the keys with the largest shares, then the text around the row; each
 * hidden run is one column. */
Picture picture_layout(PictureText *t, double width);

/* x of the middle of character j's column. */
double picture_x(const Picture *p, const PictureText *t, int j);

/* Height of an arc that spans `distance` pixels, and width of one with that share. */
double picture_rise(const Picture *p, double distance);
double picture_thick(const Picture *p, double share);
#endif
