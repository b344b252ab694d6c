#include "cli/plot/json.h"
#include "base/file.h"
#include "cli/term.h"
#include <errno.h>
#include <math.h>

enum { DIGITS = 12 };

void plot_json_levels(Json *j, const Levels *l)
{
    json_object(j, "levels");
    json_number(j, "uniform", l->uniform, DIGITS);
    json_number(j, "unigram", l->unigram, DIGITS);
    json_number(j, "bigram", l->bigram, DIGITS);
    json_number(j, "ngram", l->ngram, DIGITS);
    json_number(j, "n", l->n ? (double)l->n : NAN, DIGITS);
    json_end(j);
}

/* The value of a row, with its step, tokens and seconds; null if there is no row. */
static void point(Json *j, const char *key, const Run *r, RunColumn c, size_t row)
{
    if (row >= r->n) {
        json_null(j, key);
        return;
    }
    json_object(j, key);
    json_number(j, "loss", r->column[c][row], DIGITS);
    json_number(j, "step", r->column[RUN_STEP][row], DIGITS);
    if (r->column[RUN_TOKENS])
        json_number(j, "tokens", r->column[RUN_TOKENS][row], DIGITS);
    if (r->column[RUN_SECONDS])
        json_number(j, "seconds", r->column[RUN_SECONDS][row], DIGITS);
    json_end(j);
}

static void faults(Json *j, const RunFaults *f)
{
    char notes[RUN_NOTES][RUN_NOTE];
    int  n = run_notes(f, notes);
    json_object(j, "faults");
    json_int(j, "broken_lines", (int64_t)f->broken);
    json_int(j, "fields_without_number", (int64_t)f->words);
    json_int(j, "rows_given_way", (int64_t)f->dropped);
    json_int(j, "values_given_again", (int64_t)f->replaced);
    json_int(j, "losses_not_finite", (int64_t)f->not_finite);
    json_bool(j, "half_written_last_line", f->half);
    json_end(j);
    json_array(j, "notes");
    for (int k = 0; k < n; k++)
        json_text(j, NULL, notes[k]);
    json_end_array(j);
}

void plot_json_run(Json *j, const PlotLog *log, const ChartRun *run)
{
    const Run     *r = &log->run;
    const Verdict *v = &run->verdict;
    json_text(j, "name", log->name);
    json_text(j, "file", log->path);
    json_int(j, "rows", (int64_t)r->n);
    json_number(j, "last_step", r->n > 0 ? r->column[RUN_STEP][r->n - 1] : 0, DIGITS);
    json_object(j, "columns");
    for (int c = 0; c < RUN_COLUMNS; c++) {
        static const char *const keys[RUN_COLUMNS] = {
            [RUN_STEP] = "step", [RUN_TOKENS] = "tokens", [RUN_SECONDS] = "seconds", [RUN_RATE] = "lr",
            [RUN_TRAIN] = "train", [RUN_VAL] = "val", [RUN_NORM] = "grad_norm",
        };
        if (keys[c] && r->column[c])
            json_text(j, keys[c], r->name[c]);
    }
    json_end(j);
    faults(j, &r->faults);
    point(j, "train_last", r, RUN_TRAIN, v->last);
    json_number(j, "train_average", v->train, DIGITS);
    json_number(j, "average_rows", run->window, DIGITS);
    point(j, "val_best", r, RUN_VAL, v->best);
    point(j, "val_last", r, RUN_VAL, v->last_val);
    json_text(j, "verdict", verdict_word(v->kind));
    json_text(j, "sentence", v->text);
}

bool plot_json(FILE *out, PlotLogs *l, const PlotOptions *o, Err *err)
{
    Chart c;
    Json  j = { .out = out };
    if (!plot_logs_chart(l, o, false, &c, err))
        return false;
    chart_free(&c);
    errno = 0;
    json_object(&j, NULL);
    json_text(&j, "format", "heed-plot-1");
    plot_json_levels(&j, &l->levels);
    json_array(&j, "runs");
    for (int k = 0; k < l->n; k++) {
        json_object(&j, NULL);
        plot_json_run(&j, &l->log[k], &l->runs[k]);
        json_end(&j);
    }
    json_end_array(&j);
    json_end(&j);
    return (!j.lost && !ferror(out)) || term_deserted(out) ||
           err_set(err, "cannot write to standard output: %s", file_why(errno));
}
