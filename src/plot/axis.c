#include "plot/axis.h"
#include "base/human.h"
#include <math.h>
#include <stdio.h>

double axis_position(const Axis *a, double x)
{
    if (a->log && !(x > 0))
        return NAN;
    double at = a->log ? (log(x) - log(a->low)) / (log(a->high) - log(a->low)) : (x - a->low) / (a->high - a->low);
    return at < -1 ? -1 : at > 2 ? 2 : at;
}

/* The width of a larger range would overflow a double. */
static const double largest = 1e300;

void axis_hold(Axis *a, double x)
{
    if (!(fabs(x) <= largest) || (a->log && x < 1 / largest))
        return;
    a->low = x < a->low ? x : a->low;
    a->high = x > a->high ? x : a->high;
}

void axis_settle(Axis *a)
{
    if (!(a->low <= a->high)) {
        a->low = a->log ? 0.1 : 0;
        a->high = 1;
    }
    if (a->log ? log(a->low) < log(a->high) : a->low < a->high)
        return;
    double room = fabs(a->low) > 0 ? fabs(a->low) * 0.1 : 1;
    a->low = a->log ? a->low / 1.1 : a->low - room / 2;
    a->high = a->log ? a->high * 1.1 : a->high + room / 2;
}

/* --- Labels --- */

static void time_label(double x, double step, char out[AXIS_LABEL])
{
    double minutes = floor(x / 60), seconds = x - minutes * 60;
    if (step < 1 || x < 60)
        snprintf(out, AXIS_LABEL, "%.4g s", x);
    else if (step < 60)
        snprintf(out, AXIS_LABEL, "%.0f m %02.0f s", minutes, seconds);
    else if (x < 3600)
        snprintf(out, AXIS_LABEL, "%.0f m", minutes);
    else if (x < 48 * 3600.0 || step < 86400)
        snprintf(out, AXIS_LABEL, "%.0f h %02.0f m", floor(x / 3600), fmod(minutes, 60));
    else
        snprintf(out, AXIS_LABEL, "%.4g d", x / 86400);
}

/* How many decimals distinguish multiples of `step`: 2.5 needs one. */
static int decimals(double step)
{
    for (int n = 0; n < 8; n++, step *= 10)
        if (fabs(step - floor(step + 0.5)) < 1e-6 * step)
            return n;
    return 8;
}

void axis_whole(double x, char out[AXIS_LABEL])
{
    if (fabs(x) < 1e13)
        snprintf(out, AXIS_LABEL, "%s", human_count(llrint(x)).s);
    else
        snprintf(out, AXIS_LABEL, "%.6g", x);
}

void axis_value(double x, char out[AXIS_LABEL])
{
    snprintf(out, AXIS_LABEL, fabs(x) >= 1 && fabs(x) < 1e5 ? "%.2f" : "%.3g", x);
}

void axis_label(AxisKind kind, double x, double step, char out[AXIS_LABEL])
{
    static const struct { double unit; const char *sign; } units[] = { { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" } };
    double size = fabs(x);
    if (kind == AXIS_TIME) {
        time_label(x, step, out);
        return;
    }
    for (int i = 0; i < 3; i++)
        if (size >= (i == 2 ? 1e4 : units[i].unit) && size < 1e13) {
            snprintf(out, AXIS_LABEL, "%.*f%s", decimals(step / units[i].unit), x / units[i].unit, units[i].sign);
            return;
        }
    if (size >= 1e13 || (size > 0 && size < 1e-4) || (size > 0 && step < 1e-5))
        snprintf(out, AXIS_LABEL, "%.6g", x);
    else if (step >= 1)
        axis_whole(x, out);
    else
        snprintf(out, AXIS_LABEL, "%.*f", decimals(step), x);
}

/* --- Ticks --- */

static double nice_step(double least)
{
    double ten = pow(10, floor(log10(least)));
    return least <= ten * 1.0000001 ? ten : least <= 2 * ten ? 2 * ten : least <= 5 * ten ? 5 * ten : 10 * ten;
}

static double nice_time(double least)
{
    static const double nice[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
                                   86400 };
    if (least < 1)
        return nice_step(least);
    for (size_t i = 0; i < sizeof nice / sizeof *nice; i++)
        if (nice[i] >= least)
            return nice[i];
    return 86400 * nice_step(least / 86400);
}

static int linear_ticks(const Axis *a, int most, AxisTick out[AXIS_TICKS])
{
    double least = (a->high - a->low) / most;
    if (!(least > 0) || !isfinite(least))
        return 0;
    double step = a->kind == AXIS_TIME ? nice_time(least) : nice_step(least), k = ceil(a->low / step - 1e-9);
    int    n = 0;
    for (; n < most && k * step <= a->high + step * 1e-9 && k * step + step > k * step; k++, n++) {
        out[n].at = k * step + 0.0;         /* no -0 */
        axis_label(a->kind, out[n].at, step, out[n].label);
    }
    return n;
}

/* The values m * 10^k: m from {1}, {1, 5} or {1, 2, 5} (`kinds` of them), k every `every`th power. Returns most + 1 if
 * there are too many. */
static int log_ticks(const Axis *a, int most, int kinds, int every, AxisTick out[AXIS_TICKS])
{
    static const int set[3][3] = { { 1 }, { 1, 5 }, { 1, 2, 5 } };
    int n = 0, from = (int)floor(log10(a->low) + 1e-9), to = (int)ceil(log10(a->high) - 1e-9);
    for (int k = from; k <= to; k++)
        for (int m = 0; m < kinds && (k - from) % every == 0; m++) {
            double x = set[kinds - 1][m] * pow(10, k);
            if (x < a->low * (1 - 1e-9) || x > a->high * (1 + 1e-9))
                continue;
            if (n == most)
                return most + 1;
            out[n].at = x;
            axis_label(a->kind, x, pow(10, k), out[n++].label);
        }
    return n;
}

int axis_ticks(const Axis *a, int most, AxisTick out[AXIS_TICKS])
{
    most = most < 2 ? 2 : most > AXIS_TICKS ? AXIS_TICKS : most;
    if (!a->log || a->high / a->low < 4)
        return linear_ticks(a, most, out);
    for (int kinds = 3; kinds > 0; kinds--) {
        int n = log_ticks(a, most, kinds, 1, out);
        if (n <= most)
            return n >= 2 ? n : linear_ticks(a, most, out);
    }
    for (int every = 2;; every++) {
        int n = log_ticks(a, most, 1, every, out);
        if (n <= most)
            return n;
    }
}
