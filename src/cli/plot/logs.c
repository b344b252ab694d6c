#include "cli/plot/logs.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/plot/advice.h"
#include "cli/term.h"
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

bool plot_logs_name(PlotLogs *l, const PlotOptions *o, Err *err)
{
    const char *usual = "run/log.csv";
    l->n = o->logs.n > 0 ? o->logs.n : 1;
    for (int i = 0; i < l->n; i++)
        if (!name_one(&l->log[i], o->logs.n > 0 ? o->logs.items[i] : usual, err))
            return false;
    return true;
}

static const RunColumn x_column[] = { [PLOT_X_STEP] = RUN_STEP, [PLOT_X_TOKENS] = RUN_TOKENS,
                                      [PLOT_X_SECONDS] = RUN_SECONDS };

static bool fits(const Run *r, const PlotOptions *o, Err *err)
{
    static const char *const names[] = { "step", "tokens", "seconds" };
    return r->column[x_column[o->x]] || err_set(err, "it has no %s column: choose another --x", names[o->x]);
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
    bool ok = !*err->msg && run_read(&log->run, file.p ? file.p : "", file.len, names, o->follow, err);
    file_free(&file);
    for (int c = 0; ok && c < RUN_COLUMNS; c++)
        text_harmless(log->run.name[c]);
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

void plot_logs_note(FILE *out, const PlotLogs *l, bool growing)
{
    for (int i = 0; i < l->n; i++) {
        char      notes[RUN_NOTES][RUN_NOTE];
        RunFaults faults = l->log[i].run.faults;
        faults.half = faults.half && !growing;
        int n = run_notes(&faults, notes);
        for (int k = 0; k < n; k++)
            term_print(out, "plot: %s: %s\n", l->log[i].name, notes[k]);
    }
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
