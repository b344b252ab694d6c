#include "cli/plot/logs.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/model_file.h"
#include "cli/plot/advice.h"
#include "cli/term.h"
#include "text/kind.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* "runs/a/log.csv" is called runs/a. */
static void name_log(PlotLog *log)
{
    static const char usual[] = "/log.csv";
    size_t n = strlen(log->path), m = sizeof usual - 1;
    if (strcmp(log->path, "-") == 0)
        snprintf(log->name, sizeof log->name, "standard input");
    else if (n > m && strcmp(log->path + n - m, usual) == 0)
        snprintf(log->name, sizeof log->name, "%.*s", (int)(n - m), log->path);
    else
        snprintf(log->name, sizeof log->name, "%s", log->path);
    text_harmless(log->name);
}

static bool name_one(PlotLog *log, const char *path, Err *err)
{
    bool   folder = strcmp(path, "-") != 0 && file_is_dir(path);
    size_t n = strlen(path);
    while (folder && n > 1 && path[n - 1] == '/')
        n--;
    int len = snprintf(log->path, sizeof log->path, "%.*s%s", (int)n, path, folder ? "/log.csv" : "");
    if (len < 0 || len >= (int)sizeof log->path)
        return err_set(err, "cannot open %.60s…: the path is too long", path);
    name_log(log);
    return true;
}

/* The newest run's log; where there is none, the one that --follow waits for. */
static void newest(char *path, size_t size)
{
    static const char *const log[] = { "log.csv" };
    char dir[512];
    model_file_newest_run(log, 1, dir, sizeof dir);
    snprintf(path, size, "%s/log.csv", *dir ? dir : "run");
    model_file_note("plot", NULL, path);
}

bool plot_logs_name(PlotLogs *l, const PlotOptions *o, Err *err)
{
    char usual[528] = "";
    if (o->logs.n == 0)
        newest(usual, sizeof usual);
    l->n = o->logs.n > 0 ? o->logs.n : 1;
    for (int i = 0; i < l->n; i++)
        if (!name_one(&l->log[i], o->logs.n > 0 ? o->logs.items[i] : usual, err))
            return false;
    return true;
}

static const RunColumn x_column[] = { [PLOT_X_STEP] = RUN_STEP, [PLOT_X_TOKENS] = RUN_TOKENS,
                                      [PLOT_X_SECONDS] = RUN_SECONDS };

static const char *const x_names[] = { "step", "tokens", "seconds" };

static bool fits(const Run *r, const PlotOptions *o, Err *err)
{
    return r->column[x_column[o->x]] || err_set(err, "it has no %s column: choose another --x", x_names[o->x]);
}

static bool read_one(PlotLog *log, const PlotOptions *o, Err *err)
{
    FileData file = { 0 };
    RunNames names = { o->step, o->train, o->val };
    if (!file_read(log->path, &file, err))
        return o->logs.n > 0 || file_exists(log->path) ? false :
               err_add(err, "; train a model first, or name a log or the folder of a run");
    if (file.len > 5 && memcmp(file.p, "\211heed", 5) == 0)
        err_set(err, "it is a model, not a log: name its folder, or the log.csv in it");
    bool text = err_any(err) || text_kind_check(log->name, file.p ? file.p : "", file.len, err);
    bool ok = text && !err_any(err) && run_read(&log->run, file.p ? file.p : "", file.len, names, o->follow, err);
    file_free(&file);
    if (!text)
        return false;
    if (!ok && log->run.faults.no_loss)
        err_add(err, "; name one with --train or --val");
    if (ok && !fits(&log->run, o, err)) {
        run_free(&log->run);
        ok = false;
    }
    return ok || err_in(err, "%s", log->name);
}

bool plot_logs_read(PlotLogs *l, const PlotOptions *o, Err *err)
{
    plot_logs_free(l);
    for (int i = 0; i < l->n; i++) {
        if (!read_one(&l->log[i], o, err)) {
            plot_logs_free(l);
            return false;
        }
        l->runs[i] = (ChartRun){ .run = &l->log[i].run, .name = l->log[i].name };
    }
    return true;
}

void plot_logs_free(PlotLogs *l)
{
    for (int i = 0; i < l->n; i++)
        run_free(&l->log[i].run);
}

/* How many values of a column a logarithmic axis cannot show, of how many. */
static size_t hidden(const Run *r, RunColumn c, size_t *of)
{
    size_t n = 0;
    *of = 0;
    for (size_t i = 0; r->column[c] && i < r->n; i++) {
        n += r->column[c][i] <= 0;
        *of += isfinite(r->column[c][i]) != 0;
    }
    return n;
}

/* How many losses are in rows without a value for the x axis, of how many. */
static size_t without_x(const Run *r, RunColumn x, size_t *of)
{
    size_t n = 0;
    *of = 0;
    for (RunColumn c = RUN_TRAIN; c <= RUN_VAL; c++)
        for (size_t i = 0; r->column[c] && i < r->n; i++)
            if (isfinite(r->column[c][i])) {
                n += isfinite(r->column[x][i]) == 0;
                ++*of;
            }
    return n;
}

static void note_hidden(FILE *out, const PlotLog *log, const PlotOptions *o)
{
    static const struct { RunColumn c; const char *one, *many; } losses[] = {
        { RUN_TRAIN, "training loss", "training losses" }, { RUN_VAL, "validation loss", "validation losses" } };
    size_t of, n;
    for (int k = 0; k < 2 && o->log_y; k++)
        if ((n = hidden(&log->run, losses[k].c, &of)) > 0)
            term_print(out, "plot: %s: %zu of %zu %s %s not above 0: not on the logarithmic axis\n", log->name, n, of,
                       of == 1 ? losses[k].one : losses[k].many, n == 1 ? "is" : "are");
    if ((n = without_x(&log->run, x_column[o->x], &of)) > 0)
        term_print(out, "plot: %s: %zu of %zu loss%s no %s: not drawn\n", log->name, n, of,
                   of == 1 ? " has" : n == 1 ? "es has" : "es have", x_names[o->x]);
    if (o->log_x && (n = hidden(&log->run, x_column[o->x], &of)) > 0)
        term_print(out, "plot: %s: the x of %zu of %zu row%s is not above 0: not on the logarithmic axis\n", log->name,
                   n, of, of == 1 ? "" : "s");
}

void plot_logs_note(FILE *out, const PlotLogs *l, const PlotOptions *o, bool growing)
{
    for (int i = 0; i < l->n; i++) {
        char      notes[RUN_NOTES][RUN_NOTE];
        RunFaults faults = l->log[i].run.faults;
        faults.half = faults.half && !growing;
        int n = run_notes(&faults, notes);
        for (int k = 0; k < n; k++)
            term_print(out, "plot: %s: %s\n", l->log[i].name, notes[k]);
        if (!o->json)
            note_hidden(out, &l->log[i], o);
    }
}

/* Can any loss of the log be drawn? */
static bool drawable(const Run *r, const PlotOptions *o)
{
    const double *x = r->column[x_column[o->x]];
    for (RunColumn c = RUN_TRAIN; c <= RUN_VAL; c++)
        for (size_t i = 0; r->column[c] && i < r->n; i++)
            if (isfinite(r->column[c][i]) && isfinite(x[i]) && (!o->log_y || r->column[c][i] > 0) &&
                (!o->log_x || x[i] > 0))
                return true;
    return false;
}

static bool no_rows(const PlotLog *log, Err *err)
{
    const RunFaults *f = &log->run.faults;
    if (f->broken > 0)
        return err_set(err, "%s: none of its %zu line%s is a row of the table: the first is line %zu (too few or too "
                       "many fields, or no step)", log->name, f->broken, f->broken == 1 ? "" : "s", f->broken_line);
    return err_set(err, "%s has no rows yet: --follow waits for them", log->name);
}

bool plot_logs_drawable(const PlotLogs *l, const PlotOptions *o, Err *err)
{
    bool any = o->json;
    for (int k = 0; k < l->n; k++) {
        if (l->log[k].run.n == 0)
            return no_rows(&l->log[k], err);
        any = any || drawable(&l->log[k].run, o);
    }
    if (any)
        return true;
    const Run  *r = &l->log[0].run;
    const char *train = r->name[RUN_TRAIN], *val = r->name[RUN_VAL];
    return err_set(err, "%s: nothing to draw: in %zu row%s, no value of the column%s \"%.80s\"%s%.80s%s is a number%s",
                   l->log[0].name, r->n, r->n == 1 ? "" : "s", *train && *val ? "s" : "", *train ? train : val,
                   *train && *val ? " and \"" : "", *train ? val : "", *train && *val ? "\"" : "",
                   o->log_y || o->log_x ? " that a logarithmic axis can show" : "");
}

bool plot_logs_chart(PlotLogs *l, const PlotOptions *o, bool gradients, Chart *c, Err *err)
{
    ChartOptions co = { .x = x_column[o->x], .log_x = o->log_x, .log_y = o->log_y, .gradients = gradients,
                        .rate = o->rate, .window = o->smooth, .levels = l->levels };
    if (!chart_make(c, l->runs, l->n, &co, err))
        return false;
    for (int i = 0; i < l->n; i++)
        plot_advise(&l->runs[i].verdict, &l->log[i].run);
    return true;
}
