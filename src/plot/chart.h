#ifndef PLOT_CHART_H
#define PLOT_CHART_H
#include "plot/axis.h"
#include "plot/verdict.h"

/* The chart, independent of how it is drawn: panels of curves over one x axis. */

typedef enum CurveKind {
    CURVE_RAW,                              /* unsmoothed: faint, behind the others  */
    CURVE_AVERAGE,                          /* smoothed: a line                      */
    CURVE_POINTS                            /* evaluations: marks, joined            */
} CurveKind;

typedef struct Curve {
    CurveKind     kind;
    const double *x, *y;                    /* (n), owned by the run or the chart; NaN: no value         */
    size_t        n;
    int           color, run;               /* index of the colour; of the run                           */
    char          sign;                     /* its character in ASCII and as a mark                      */
    char          label[RUN_NAME + 40];     /* "": not in the legend                                     */
} Curve;

typedef struct Mark {
    double x, y;
    int    color;
} Mark;

typedef struct Level {
    double at;
    char   name[16];
} Level;

enum { CHART_PANELS = 3, CHART_LEVELS = 4 };

typedef struct Panel {
    const char *title;
    Axis   y;
    Curve *curves;
    int    n;
    Mark  *best;                            /* (n_best) minima of the validation losses     */
    int    n_best;
    Level  levels[CHART_LEVELS];
    int    n_levels;
    double above;                           /* the largest value if the y axis ends below it, else NaN */
} Panel;

typedef struct ChartRun {
    const Run  *run;
    const char *name;
    double      window;                     /* training losses averaged over, odd, from chart_make       */
    Verdict     verdict;                    /* from chart_make                       */
} ChartRun;

typedef struct ChartOptions {
    RunColumn x;                            /* RUN_STEP, RUN_TOKENS or RUN_SECONDS                          */
    bool      log_x, log_y;
    bool      gradients, rate;              /* panels                                                       */
    double    window;                       /* values to average over; 0: a fiftieth of those of a column   */
    Levels    levels;
} ChartOptions;

typedef struct Chart {
    Axis        x;
    const char *x_name;
    Panel       panels[CHART_PANELS];
    int         n, n_runs;
    Curve      *curves;
    Mark       *marks;
    double     *averages;
} Chart;

/* Smooths, judges and lays out n runs, each of which has the x column and must outlive the chart. False, with nothing
 * to free, when out of memory. */
bool chart_make(Chart *c, ChartRun *runs, int n, const ChartOptions *o, Err *err);
void chart_free(Chart *c);

/* Upper limit of y where a loss is more than twice as large: three times the 90th percentile of the averages. INFINITY
 * if there are none above 0. */
double chart_cut(const double *average, size_t n);
#endif
