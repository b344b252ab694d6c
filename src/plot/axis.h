#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H
#include <stdbool.h>

typedef enum AxisKind { AXIS_COUNT, AXIS_TIME } AxisKind;      /* times are in seconds */

/* A range of values, and how it is laid along a line. */
typedef struct Axis {
    double   low, high;                     /* low < high; both above 0 when log */
    bool     log;
    AxisKind kind;
} Axis;

enum { AXIS_TICKS = 24, AXIS_LABEL = 32 };

typedef struct AxisTick {
    double at;
    char   label[AXIS_LABEL];
} AxisTick;

/* Where x is: 0 at low, 1 at high, beyond them outside, from -1 to 2: what lies farther out is as good as there, and
 * an int holds it times any width. NaN for what a logarithm cannot show. */
double axis_place(const Axis *a, double x);

/* Round values within the range, at most `most` <= AXIS_TICKS of them, two where that can be: steps of 1, 2 or
 * 5 times a power of ten (Heckbert 1990, "Nice numbers for graph labels"), of time 1, 2, 5, 10, 15, 30 seconds,
 * minutes and so on; of a logarithm powers of ten, and 2 and 5 of them where there is room. Returns how many. */
int axis_ticks(const Axis *a, int most, AxisTick out[AXIS_TICKS]);

/* Widens it to hold x, which may be the first: starts as { .low = INFINITY, .high = -INFINITY }. What is not
 * finite, or beyond 1e300, is passed over. */
void axis_hold(Axis *a, double x);

/* Makes the range one that can be drawn: some room around a single value or none, nothing below 0 for a
 * logarithm. */
void axis_settle(Axis *a);

/* A value as a label says it: "1,500", "20k", "1.2M"; "0.25"; "3e-05"; "1 m 30 s". `step` is how far the labels
 * are apart and tells the digits. */
void axis_label(AxisKind kind, double x, double step, char out[AXIS_LABEL]);

/* A whole number in full, "1,234,567", and a loss, "1.71", "0.0123". */
void axis_whole(double x, char out[AXIS_LABEL]);
void axis_value(double x, char out[AXIS_LABEL]);
#endif
