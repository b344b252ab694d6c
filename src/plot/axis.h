#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H
#include <stdbool.h>

typedef enum AxisKind { AXIS_COUNT, AXIS_TIME } AxisKind;      /* times are in seconds */

/* A range of values and its scale, linear or logarithmic. */
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

/* The position of x: 0 at low, 1 at high. Clamped to -1..2, so that times a width in pixels it fits an int. NaN for
 * x <= 0 on a logarithmic axis. */
double axis_position(const Axis *a, double x);

/* Round values within the range, at most `most` (2 to AXIS_TICKS), at least two if possible; returns how many. Linear:
 * multiples of 1, 2 or 5 times a power of ten (Heckbert 1990, "Nice numbers for graph labels"). Time: multiples of 1,
 * 2, 5, 10, 15, 30 seconds, minutes and so on. Logarithmic: powers of ten, and 2 and 5 times them if they fit. */
int axis_ticks(const Axis *a, int most, AxisTick out[AXIS_TICKS]);

/* Widens the range to include x. An empty range is { .low = INFINITY, .high = -INFINITY }. Ignores x that is not finite
 * or beyond 1e300. */
void axis_hold(Axis *a, double x);

/* Ensures low < high (and low > 0 for a logarithm): adds a margin around a single value, replaces an empty range. */
void axis_settle(Axis *a);

/* A tick label: "1,500", "20k", "1.2M"; "0.25"; "3e-05"; "1 m 30 s". `step`, the distance between ticks, determines the
 * number of digits. */
void axis_label(AxisKind kind, double x, double step, char out[AXIS_LABEL]);

/* An integer in full, "1,234,567"; a loss, "1.71", "0.0123". */
void axis_whole(double x, char out[AXIS_LABEL]);
void axis_value(double x, char out[AXIS_LABEL]);
#endif
