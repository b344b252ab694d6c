#include "cli/plot/options.h"
#include <string.h>

#define T      PlotOptions
#define SHOW   "What to show"
#define TABLE  "Columns, where their names do not tell"
#define OUTPUT "Where to (otherwise to the terminal)"

static const char *const xs[] = { "step", "tokens", "seconds", NULL };

static const Flag rows[] = {
    { "LOG.csv", 0, ARGS_FLAG(T, logs), .help = "logs, or folders with a log.csv; several are drawn over one another; - is standard "
      "input", .min = 0, .max = PLOT_MOST_RUNS, .otherwise = "run/log.csv" },

    { "x", 0, CHOICE_FLAG(T, x), .metavar = "WHAT", .choices = xs, .group = SHOW,
      .help = "along the x axis: step, tokens or seconds" },
    { "log", 0, BOOL_FLAG(T, log_y), .group = SHOW, .help = "the loss on a logarithmic axis" },
    { "log-x", 0, BOOL_FLAG(T, log_x), .group = SHOW, .help = "a logarithmic x axis" },
    { "smooth", 0, REAL_FLAG(T, smooth), .metavar = "N", .group = SHOW, .min = 0, .max = 1e9,
      .help = "average training losses over about N rows, 1 for none", .otherwise = "a fiftieth of the rows" },
    { "gradients", 0, SWITCH_FLAG(T, gradients), .group = SHOW, .negatable = true,
      .help = "a second panel: gradient norms by group of parameters, of all of them for several runs",
      .otherwise = "where there is room" },
    { "lr", 0, BOOL_FLAG(T, rate), .group = SHOW, .help = "one more panel: the learning rate" },
    { "corpus", 0, LIST_FLAG(T, corpus), .metavar = "FILE", .group = SHOW,
      .help = "the text that was trained on (again for each of several): adds the uniform, unigram and bigram "
              "baselines, and compares with a trigram model" },
    { "follow", 0, BOOL_FLAG(T, follow), .group = SHOW,
      .help = "draw again as the logs grow, until Ctrl-C; where the output is no terminal, a line at each change" },
    { "height", 0, INT_FLAG(T, height), .metavar = "N", .group = SHOW, .min = 4, .max = 200,
      .help = "lines of the losses' picture", .otherwise = "what fits" },
    { "ascii", 0, BOOL_FLAG(T, ascii), .group = SHOW, .help = "no Braille, even where the terminal has it" },

    { "step", 0, STRING_FLAG(T, step), .metavar = "NAME", .group = TABLE, .help = "the column of steps" },
    { "train", 0, STRING_FLAG(T, train), .metavar = "NAME", .group = TABLE, .help = "the column of training losses" },
    { "val", 0, STRING_FLAG(T, val), .metavar = "NAME", .group = TABLE, .help = "the column of validation losses" },

    { "svg", 0, STRING_FLAG(T, svg), .metavar = "FILE", .group = OUTPUT, .help = "a picture, - for standard output" },
    { "html", 0, STRING_FLAG(T, html), .metavar = "FILE", .group = OUTPUT,
      .help = "a page to look at in a browser, without network: read-out, zoom, runs on and off, smoothing; - for standard "
              "output" },
    { "json", 0, BOOL_FLAG(T, json), .group = OUTPUT, .help = "a summary on standard output: best, last, verdict" },
    { "force", 0, BOOL_FLAG(T, force), .group = OUTPUT, .help = "replace FILE even if plot did not write it" },
};

const Command plot_command = {
    .name = "plot",
    .does = "Draws the losses of training runs, and says what came of them.",
    .notes = "Examples: plot, plot run1 run2 --x seconds, plot run --follow, plot loss.csv --train nll --svg loss.svg\n"
             "Any table with a line of names first will do, separated by commas, semicolons or tabs. Known names, whatever their "
             "capitals: step, iter, iteration, epoch; train_loss, loss, train; val_loss, valid_loss, eval_loss, validation; lr; "
             "tokens; seconds; grad_norm and grad_…; others that hold the word loss. Rows of one step are put together, the later "
             "value counts; where the step goes back, as after resuming, the rows from there on give way.\n"
             "Averages are of all rows, weighted less the older they are, and computed before anything is left out for drawing.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

PlotOptions plot_options(void) { return (PlotOptions){ .gradients = -1 }; }

static bool is_dash(const char *s) { return s && strcmp(s, "-") == 0; }

bool plot_options_check(const PlotOptions *o, Err *err)
{
    int dashes = 0, outs = is_dash(o->svg) + is_dash(o->html) + o->json;
    for (int i = 0; i < o->logs.n; i++)
        dashes += is_dash(o->logs.items[i]);
    if (outs > 1)
        return err_set(err, "only one of --svg, --html and --json can go to standard output: give the others a file");
    if (dashes > 1)
        return err_set(err, "standard input can be read once only");
    if (o->follow && (dashes || outs))
        return err_set(err, "--follow reads files again and again and draws on the terminal: %s",
                       dashes ? "it cannot follow standard input" : "leave out --json and -");
    for (int i = 0; i < o->logs.n; i++)
        if ((o->svg && strcmp(o->svg, o->logs.items[i]) == 0 && !is_dash(o->svg)) ||
            (o->html && strcmp(o->html, o->logs.items[i]) == 0 && !is_dash(o->html)))
            return err_set(err, "%s is the log that is read: give the picture another name", o->logs.items[i]);
    return true;
}
