#include "plot/chart.h"
#include "plot/smooth.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PER_RUN = 4 + RUN_GROUPS + 1, SAMPLED = 1024 };

static bool is_averaged(RunColumn c) { return c == RUN_TRAIN || c >= RUN_NORM; }

static bool make_room(Chart *c, const ChartRun *runs, int n, Err *err)
{
    uint64_t numbers = 1;
    size_t   most = n > 0 ? (size_t)n : 1;             /* calloc may return NULL for 0 bytes */
    for (int k = 0; k < n; k++)
        for (RunColumn col = 0; col < RUN_COLUMNS; col++)
            numbers += runs[k].run->column[col] && is_averaged(col) ? runs[k].run->n : 0;
    c->averages = numbers <= SIZE_MAX / sizeof *c->averages ? malloc((size_t)numbers * sizeof *c->averages) : NULL;
    c->curves = calloc(most * PER_RUN, sizeof *c->curves);
    c->marks = calloc(most, sizeof *c->marks);
    if (c->averages && c->curves && c->marks)
        return true;
    chart_free(c);
    return err_set(err, "out of memory: no room for the averages of %d run%s", n, n == 1 ? "" : "s");
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double chart_cut(const double *average, size_t n)
{
    double some[SAMPLED];
    size_t every = n / SAMPLED + 1, m = 0;
    for (size_t i = 0; i < n && m < SAMPLED; i += every)
        if (isfinite(average[i]))
            some[m++] = average[i];
    if (m == 0)
        return INFINITY;
    qsort(some, m, sizeof *some, by_size);
    double most = some[m * 9 / 10];
    return most > 0 ? 3 * most : INFINITY;
}

/* Appends a curve to the panel. */
static Curve *curve(Panel *p, CurveKind kind, const ChartRun *r, int run, const double *x, const double *y)
{
    Curve *c = &p->curves[p->n++];
    *c = (Curve){ .kind = kind, .x = x, .y = y, .n = r->run->n, .run = run, .color = run };
    return c;
}

/* Widens the y axis to include a curve, up to `cut`. */
static void hold(Panel *p, const Curve *c, double cut)
{
    for (size_t i = 0; i < c->n; i++) {
        if (!isfinite(c->y[i]) || !isfinite(c->x[i]))
            continue;
        axis_hold(&p->y, fmin(c->y[i], cut));
        if (c->y[i] > cut)
            p->above = fmax(c->y[i], isnan(p->above) ? c->y[i] : p->above);
    }
}

/* The limit of y for a run: none if no loss lies far above it, as the noise of a row or a usual start do. */
static double cut_of(const Run *r, const double *mean)
{
    double cut = mean ? chart_cut(mean, r->n) : INFINITY, most = -INFINITY;
    for (int c = 0; c < 2; c++)
        for (size_t i = 0; i < r->n; i++) {
            const double *y = r->column[c ? RUN_VAL : RUN_TRAIN];
            most = y && isfinite(y[i]) ? fmax(most, y[i]) : most;
        }
    return most > 2 * cut ? cut : INFINITY;
}

static double window_of(const Run *r, RunColumn c, const ChartOptions *o)
{
    return smooth_odd(o->window > 0 ? o->window : smooth_window(run_count(r, c)));
}

/* The moving average of a column, stored at *room, which is advanced; NULL if there is no such column. */
static const double *average(const ChartRun *r, RunColumn c, const ChartOptions *o, double **room)
{
    const double *x = r->run->column[c];
    double       *out = *room;
    if (!x)
        return NULL;
    smooth_centred(x, r->run->n, window_of(r->run, c, o), out);
    *room += r->run->n;
    return out;
}

/* The verdict, independent of what is drawn; `room` (n) is scratch. */
static Verdict judge(const Run *r, const Levels *levels, double *room)
{
    const double *train = r->column[RUN_TRAIN];
    if (train)
        smooth_trailing(train, r->n, smooth_window(run_count(r, RUN_TRAIN)), room);
    return verdict_of(r, train ? room : NULL, levels);
}

/* The end of a name, more telling than its beginning, cut to fit a label at a character boundary. */
static const char *tail(const char *name)
{
    size_t n = strlen(name), room = sizeof ((Curve *)0)->label - 1;
    name += n > room ? n - room : 0;
    while (n > room && ((unsigned char)*name & 0xc0) == 0x80)
        name++;
    return name;
}

static void label(Curve *c, const ChartRun *r, int n_runs, const char *what)
{
    if (n_runs > 1)
        snprintf(c->label, sizeof c->label, "%s", c->kind == CURVE_AVERAGE ? tail(r->name) : "");
    else if (c->kind == CURVE_AVERAGE && r->window > 1)
        snprintf(c->label, sizeof c->label, "%s (mean over %.0f rows)", what, r->window);
    else
        snprintf(c->label, sizeof c->label, "%s", what);
}

/* A single run: one colour per curve; several: one colour per run. */
static void loss_curves(Chart *c, ChartRun *runs, int n, const ChartOptions *o, double **room)
{
    Panel *p = &c->panels[0];
    for (int k = 0; k < n; k++) {
        const Run    *r = runs[k].run;
        runs[k].verdict = judge(r, &o->levels, *room);
        const double *x = r->column[o->x], *mean = average(&runs[k], RUN_TRAIN, o, room);
        double        cut = cut_of(r, mean);
        if (mean && runs[k].window > 1)
            hold(p, curve(p, CURVE_RAW, &runs[k], k, x, r->column[RUN_TRAIN]), cut);
        if (mean) {
            Curve *train = curve(p, CURVE_AVERAGE, &runs[k], k, x, mean);
            train->sign = (char)(n > 1 ? 'a' + k % 26 : '.');
            label(train, &runs[k], n, "training");
            hold(p, train, cut);
        }
        if (r->column[RUN_VAL] && runs[k].verdict.best < r->n) {
            Curve *val = curve(p, CURVE_POINTS, &runs[k], k, x, r->column[RUN_VAL]);
            val->color = n > 1 ? k : 1;
            val->sign = (char)(n > 1 ? 'A' + k % 26 : 'o');
            label(val, &runs[k], n, "validation");
            if (!mean)
                snprintf(val->label, sizeof val->label, "%s", n > 1 ? tail(runs[k].name) : "validation");
            hold(p, val, cut);
        }
    }
}

static void best_marks(Chart *c, const ChartRun *runs, int n, RunColumn x)
{
    Panel *p = &c->panels[0];
    p->best = c->marks;
    for (int k = 0; k < n; k++) {
        const Run *r = runs[k].run;
        size_t     at = runs[k].verdict.best;
        if (at < r->n && isfinite(r->column[x][at]))
            p->best[p->n_best++] = (Mark){ r->column[x][at], r->column[RUN_VAL][at], n > 1 ? k : 1 };
    }
}

/* A margin below the curves, to keep them off the axis. */
static void lift(Axis *y)
{
    if (y->log)
        y->low *= exp(0.03 * (log(y->low) - log(y->high)));
    else
        y->low -= 0.03 * (y->high - y->low);
}

/* Adds the baselines near enough to keep the curves readable, nearest first. */
static void put_levels(Panel *p, const Levels *l)
{
    Level all[CHART_LEVELS] = {
        { l->ngram, "" }, { l->bigram, "bigram" }, { l->unigram, "unigram" }, { l->uniform, "uniform" }
    };
    snprintf(all[0].name, sizeof all[0].name, "%d-gram", l->n);
    for (int i = 0; i < CHART_LEVELS; i++) {
        double room = 0.4 * (p->y.high - p->y.low);
        if (!(all[i].at <= p->y.high + room && all[i].at >= p->y.low - room))
            continue;
        p->levels[p->n_levels++] = all[i];
        axis_hold(&p->y, all[i].at);
    }
}

static Panel *add_panel(Chart *c, const char *title, bool log_y, Curve *at)
{
    Panel *p = &c->panels[c->n++];
    *p = (Panel){ .title = title, .curves = at, .above = NAN,
                  .y = { .low = INFINITY, .high = -INFINITY, .log = log_y } };
    return p;
}

static Curve *next_curve(const Panel *p) { return p->curves + p->n; }

/* A single run: one curve per parameter group; several: only the total norm, as more lines would be unreadable. */
static void gradients(Chart *c, const ChartRun *runs, int n, const ChartOptions *o, double **room)
{
    const char *title = n > 1 ? "gradient norm" : "gradient norm by parameter group";
    Panel *p = add_panel(c, title, true, next_curve(&c->panels[0]));
    for (int k = 0; k < n; k++)
        for (RunColumn col = RUN_NORM; col < (n > 1 ? RUN_GROUP : RUN_COLUMNS); col++) {
            const double *mean = average(&runs[k], col, o, room);
            if (!mean)
                continue;
            Curve *line = curve(p, CURVE_AVERAGE, &runs[k], k, runs[k].run->column[o->x], mean);
            const char *name = runs[k].run->name[col];
            name = strncmp(name, "grad_", 5) == 0 && col != RUN_NORM ? name + 5 : col == RUN_NORM ? "all" : name;
            line->color = n > 1 ? k : (int)col - RUN_NORM;
            line->sign = (char)('a' + (n > 1 ? k : (int)col - RUN_NORM) % 26);
            snprintf(line->label, sizeof line->label, "%s", n > 1 ? tail(runs[k].name) : name);
            hold(p, line, INFINITY);
        }
    if (p->n == 0)
        c->n--;
}

static void rates(Chart *c, const ChartRun *runs, int n, const ChartOptions *o)
{
    Panel *p = add_panel(c, "learning rate", false, next_curve(&c->panels[c->n - 1]));
    for (int k = 0; k < n; k++) {
        const double *rate = runs[k].run->column[RUN_RATE];
        if (!rate)
            continue;
        Curve *line = curve(p, CURVE_AVERAGE, &runs[k], k, runs[k].run->column[o->x], rate);
        line->sign = (char)(n > 1 ? 'a' + k % 26 : '.');
        snprintf(line->label, sizeof line->label, "%s", n > 1 ? tail(runs[k].name) : "learning rate");
        hold(p, line, INFINITY);
    }
    axis_hold(&p->y, 0);
    if (p->n == 0)
        c->n--;
}

static void x_axis(Chart *c, const ChartRun *runs, int n, const ChartOptions *o)
{
    static const char *const names[] = { [RUN_STEP] = "step", [RUN_TOKENS] = "tokens", [RUN_SECONDS] = "time" };
    c->x = (Axis){ .low = INFINITY, .high = -INFINITY, .log = o->log_x,
                   .kind = o->x == RUN_SECONDS ? AXIS_TIME : AXIS_COUNT };
    c->x_name = names[o->x];
    if (o->x == RUN_STEP && runs[0].run->faults.epochs)
        c->x_name = "epoch";
    for (int k = 0; k < n; k++)
        for (size_t i = 0; i < runs[k].run->n; i++)
            axis_hold(&c->x, runs[k].run->column[o->x][i]);
    axis_settle(&c->x);
}

bool chart_make(Chart *c, ChartRun *runs, int n, const ChartOptions *o, Err *err)
{
    *c = (Chart){ .n_runs = n };
    if (!make_room(c, runs, n, err))
        return false;
    bool ours = true;
    for (int k = 0; k < n; k++) {
        runs[k].window = window_of(runs[k].run, RUN_TRAIN, o);
        ours = ours && runs[k].run->ours;
    }
    double *room = c->averages;
    x_axis(c, runs, n, o);
    add_panel(c, ours ? "loss, nats per character" : "loss", o->log_y, c->curves);
    loss_curves(c, runs, n, o, &room);
    best_marks(c, runs, n, o->x);
    put_levels(&c->panels[0], &o->levels);
    if (o->gradients)
        gradients(c, runs, n, o, &room);
    if (o->rate)
        rates(c, runs, n, o);
    for (int i = 0; i < c->n; i++)
        axis_settle(&c->panels[i].y);
    lift(&c->panels[0].y);
    return true;
}

void chart_free(Chart *c)
{
    free(c->averages);
    free(c->curves);
    free(c->marks);
    *c = (Chart){ 0 };
}
