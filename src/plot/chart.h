#ifndef PLOT_CHART_H
#define PLOT_CHART_H
#include "plot/axis.h"
#include "plot/verdict.h"

/* What is drawn, whatever it is drawn with: panels of curves over one x axis. */

typedef enum CurveKind {
    CURVE_RAW,                              /* as measured, faint, behind the others */
    CURVE_AVERAGE,                          /* a line                                */
    CURVE_POINTS                            /* measured now and then: marks, joined  */
} CurveKind;

typedef struct Curve {
    CurveKind     kind;
    const double *x, *y;                    /* (n), the run's or the chart's; NaN where there is nothing */
    size_t        n;
    int           color, run;               /* which of the colours; whose                               */
    char          sign;                     /* in ASCII, and as a mark                                   */
    char          label[RUN_NAME + 40];     /* "" for what is not in the legend                          */
} Curve;

typedef struct Mark {
    double x, y;
    int    color;
} Mark;

typedef struct Level {
    double      at;
    const char *name;
} Level;

enum { CHART_PANELS = 3, CHART_LEVELS = 3 };

typedef struct Panel {
    const char *title;
    Axis   y;
    Curve *curves;
    int    n;
    Mark  *best;                            /* (n_best) where the validation loss was least */
    int    n_best;
    Level  levels[CHART_LEVELS];
    int    n_levels;
    double above;                           /* the greatest value, where the picture is cut off below it; else NaN */
} Panel;

typedef struct ChartRun {
    const Run  *run;
    const char *name;
    double      window;                     /* rows to average over, from chart_make */
    Verdict     verdict;                    /* from chart_make                       */
} ChartRun;

typedef struct ChartOptions {
    RunColumn x;                            /* RUN_STEP, RUN_TOKENS or RUN_SECONDS                          */
    bool      log_x, log_y;
    bool      gradients, rate;              /* panels                                                       */
    double    window;                       /* rows to average over; 0: a fiftieth of each run's            */
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

/* Averages, judges and lays out n runs, which must outlive the chart; the x column must be in each of them
 *. False, with nothing to free, when memory ends. */
bool chart_make(Chart *c, ChartRun *runs, int n, const ChartOptions *o, Err *err);
void chart_free(Chart *c);

/* Where y is cut off, above: three times the value below which nine tenths of the averages lie. */
double chart_cut(const double *average, size_t n);
#endif
