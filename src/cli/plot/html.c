#include "cli/plot/html.h"
#include "cli/output.h"
#include "cli/plot/json.h"
#include "plot/thin.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = "<!DOCTYPE html>\n<html lang=\"en\" data-page=\"heed-plot\">\n";

/* A page holds at most MOST_ROWS rows and evaluations of a run; of longer runs, the means of at most GROUPS groups. */
enum { MOST_ROWS = 20000, GROUPS = 10000, STEP_DIGITS = 10, DIGITS = 6, VAL_COLUMNS = MOST_ROWS / 4 };

bool plot_html_may(const char *path, Err *err) { return output_may(path, mark, "page made by plot", "--html", err); }

typedef enum Take { TAKE_LAST, TAKE_MEAN, TAKE_MIN, TAKE_MAX } Take;

/* Reduces the finite values of the rows from..to-1 to one. */
static double reduce(const double *x, size_t from, size_t to, Take how)
{
    double sum = 0, low = NAN, high = NAN, last = NAN;
    int    n = 0;
    for (size_t i = from; i < to; i++)
        if (isfinite(x[i])) {
            sum += x[i];
            n++;
            low = fmin(low, x[i]);
            high = fmax(high, x[i]);
            last = x[i];
        }
    return how == TAKE_MEAN ? (n ? sum / n : NAN) : how == TAKE_MIN ? low : how == TAKE_MAX ? high : last;
}

static void column(Json *j, const char *key, const Run *r, RunColumn c, size_t every, Take how, int digits)
{
    if (!r->column[c])
        return;
    json_array(j, key);
    for (size_t i = 0; i < r->n; i += every)
        json_number(j, NULL, reduce(r->column[c], i, i + every < r->n ? i + every : r->n, how), digits);
    json_end_array(j);
}

static void gradients(Json *j, const Run *r, size_t every)
{
    json_array(j, "gradients");
    for (RunColumn c = RUN_NORM; c < RUN_COLUMNS; c++) {
        if (!r->column[c])
            continue;
        const char *name = r->name[c];
        json_object(j, NULL);
        json_text(j, "name", c == RUN_NORM ? "all" : strncmp(name, "grad_", 5) == 0 ? name + 5 : name);
        column(j, "norm", r, c, every, TAKE_MEAN, 4);
        json_end(j);
    }
    json_end_array(j);
}

static void some(Json *j, const char *key, const double *x, const size_t *row, size_t n, int digits)
{
    if (!x)
        return;
    json_array(j, key);
    for (size_t k = 0; k < n; k++)
        json_number(j, NULL, x[row[k]], digits);
    json_end_array(j);
}

/* Writes the evaluations with their own x values: all of them, or those needed at a width of VAL_COLUMNS pixels. */
static bool validation(Json *j, const Run *r)
{
    size_t  n = 0, *row = malloc((MOST_ROWS + 1) * sizeof *row);
    const double *val = r->column[RUN_VAL], *step = r->column[RUN_STEP];
    if (!row)
        return false;
    for (size_t i = 0; val && i < r->n; i++)
        if (isfinite(val[i]) && n++ < MOST_ROWS)
            row[n - 1] = i;
    if (n > MOST_ROWS)
        n = thin_points(step, val, r->n, step[0], step[r->n - 1], VAL_COLUMNS, row);
    json_object(j, "validation");
    some(j, "step", step, row, n, STEP_DIGITS);
    some(j, "tokens", r->column[RUN_TOKENS], row, n, STEP_DIGITS);
    some(j, "seconds", r->column[RUN_SECONDS], row, n, STEP_DIGITS);
    some(j, "loss", val, row, val ? n : 0, DIGITS);
    json_end(j);
    free(row);
    return true;
}

static bool run(Json *j, const PlotLog *log, const ChartRun *run)
{
    const Run *r = &log->run;
    size_t     every = r->n <= MOST_ROWS ? 1 : (r->n + GROUPS - 1) / GROUPS;
    json_object(j, NULL);
    plot_json_run(j, log, run);
    json_bool(j, "ours", r->ours);
    json_text(j, "step_name", r->faults.epochs ? "epoch" : r->faults.no_step ? "row" : "step");
    json_int(j, "every", (int64_t)every);
    column(j, "step", r, RUN_STEP, every, TAKE_LAST, STEP_DIGITS);
    column(j, "tokens", r, RUN_TOKENS, every, TAKE_LAST, STEP_DIGITS);
    column(j, "seconds", r, RUN_SECONDS, every, TAKE_LAST, STEP_DIGITS);
    column(j, "rate", r, RUN_RATE, every, TAKE_LAST, DIGITS);
    column(j, "train", r, RUN_TRAIN, every, TAKE_MEAN, DIGITS);
    if (every > 1) {
        json_int(j, "train_values", (int64_t)run_count(r, RUN_TRAIN));
        column(j, "train_least", r, RUN_TRAIN, every, TAKE_MIN, DIGITS);
        column(j, "train_greatest", r, RUN_TRAIN, every, TAKE_MAX, DIGITS);
    }
    gradients(j, r, every);
    bool ok = validation(j, r);
    json_end(j);
    return ok;
}

static bool write_data(FILE *f, PlotLogs *l, const PlotOptions *o)
{
    static const char *const xs[] = { [PLOT_X_STEP] = "step", [PLOT_X_TOKENS] = "tokens",
                                      [PLOT_X_SECONDS] = "seconds" };
    Json j = { .out = f };
    bool ok = true;
    json_object(&j, NULL);
    json_text(&j, "format", "heed-plot-page-1");
    json_text(&j, "program", "plot (heed) " HEED_VERSION);
    json_text(&j, "x", xs[o->x]);
    json_bool(&j, "log", o->log_y);
    json_bool(&j, "log_x", o->log_x);
    json_bool(&j, "rate", o->rate);
    json_bool(&j, "gradients", o->gradients != 0);
    plot_json_levels(&j, &l->levels);
    json_array(&j, "runs");
    for (int k = 0; k < l->n && ok; k++)
        ok = run(&j, &l->log[k], &l->runs[k]);
    json_end_array(&j);
    json_end(&j);
    return ok && !j.lost;
}

bool plot_html(const char *path, PlotLogs *l, const PlotOptions *o, Err *err)
{
    Chart  c;
    char  *json = NULL;
    size_t len = 0;
    if (!plot_logs_chart(l, o, false, &c, err))     /* for averages and verdicts */
        return false;
    chart_free(&c);
    FILE *f = open_memstream(&json, &len);
    bool  ok = f && write_data(f, l, o);
    ok = (!f || fclose(f) == 0) && ok && json;      /* json NULL: fclose ran out of memory silently */
    if (!ok)
        err_set(err, "out of memory: no room for the page %s", path);
    const FilePart parts[] = { { plot_html_before, plot_html_before_len }, { json, len },
                               { plot_html_after, plot_html_after_len } };
    ok = ok && output_write(path, parts, sizeof parts / sizeof *parts, err);
    free(json);
    return ok;
}
