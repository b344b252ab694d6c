#include "cli/plot/options.h"
#include <string.h>

#define T      PlotOptions
#define SHOW   "What to show"
#define TABLE  "Columns that plot does not recognize"
#define OUTPUT "Output (default: the terminal)"

static const char *const xs[] = { "step", "tokens", "seconds", NULL };

static const Flag rows[] = {
    { "LOG.csv", 0, ARGS_FLAG(T, logs), .min = 0, .max = PLOT_MOST_RUNS, .otherwise = "the newest run's",
      .help = "logs, or folders with a log.csv, drawn in one chart; - is standard input" },

    { "x", 0, CHOICE_FLAG(T, x), .metavar = "WHAT", .choices = xs, .group = SHOW,
      .help = "the x axis: step, tokens or seconds" },
    { "log", 0, BOOL_FLAG(T, log_y), .group = SHOW, .help = "logarithmic loss axis" },
    { "log-x", 0, BOOL_FLAG(T, log_x), .group = SHOW, .help = "logarithmic x axis" },
    { "smooth", 0, REAL_FLAG(T, smooth), .metavar = "N", .group = SHOW, .min = 0, .max = 1e9,
      .help = "average losses and gradient norms over N values, half before and half after; 1: no smoothing",
      .otherwise = "a fiftieth of the values" },
    { "gradients", 0, SWITCH_FLAG(T, gradients), .group = SHOW, .negatable = true,
      .help = "a panel of gradient norms by parameter group; for several runs, of the total norm",
      .otherwise = "if there is room" },
    { "lr", 0, BOOL_FLAG(T, rate), .group = SHOW, .help = "a panel of the learning rate" },
    { "corpus", 0, LIST_FLAG(T, corpus), .metavar = "FILE", .group = SHOW,
      .help = "the training text (repeat for several files): draws the uniform, unigram and bigram baselines and "
              "the best n-gram model's, and compares with a trigram model" },
    { "follow", 0, BOOL_FLAG(T, follow), .group = SHOW,
      .help = "redraw as the logs grow, until Ctrl-C; if the output is not a terminal, print a line per change" },
    { "height", 0, INT_FLAG(T, height), .metavar = "N", .group = SHOW, .min = 4, .max = 200,
      .help = "height of the loss panel in lines", .otherwise = "what fits" },
    { "ascii", 0, BOOL_FLAG(T, ascii), .group = SHOW, .help = "no Braille, even if the terminal supports it" },

    { "step", 0, STRING_FLAG(T, step), .metavar = "NAME", .group = TABLE, .help = "the step column" },
    { "train", 0, STRING_FLAG(T, train), .metavar = "NAME", .group = TABLE, .help = "the training loss column" },
    { "val", 0, STRING_FLAG(T, val), .metavar = "NAME", .group = TABLE, .help = "the validation loss column" },

    { "svg", 0, STRING_FLAG(T, svg), .metavar = "FILE", .group = OUTPUT,
      .help = "write an SVG picture; - is standard output" },
    { "html", 0, STRING_FLAG(T, html), .metavar = "FILE", .group = OUTPUT,
      .help = "write a self-contained interactive page (zoom, values, smoothing); - is standard output" },
    { "png", 0, STRING_FLAG(T, png), .metavar = "FILE", .group = OUTPUT,
      .help = "say how to make a PNG picture: plot draws SVG, other programs convert it" },
    { "json", 0, BOOL_FLAG(T, json), .group = OUTPUT, .help = "print a JSON summary: best, last, verdict" },
    { "force", 0, BOOL_FLAG(T, force), .group = OUTPUT, .help = "replace FILE even if plot did not write it" },
};

const Command plot_command = {
    .name = "plot",
    .does = "Draws the losses in training logs, and judges each run.",
    .notes = "Examples: plot, plot run1 run2 --x seconds, plot run --follow, plot loss.csv --train nll --svg loss.svg\n"
             "Reads tables with a header (CSV and its kin; separators are recognized), JSON (an object per line, "
             "arrays, trainer_state.json), and the lines that training programs print. Known column names, ignoring "
             "case: step, iter, iteration, epoch, batch; train_loss, loss, train; val_loss, valid_loss, eval_loss, "
             "validation; lr; tokens; seconds; grad_norm and grad_…; others with the word \"loss\". A column of "
             "words (phase: train, val; metric: loss, val_loss) tells rows apart. Rows of the "
             "same step are merged, the last value counts; where the step goes back, as after resuming, new rows "
             "replace the old.\n"
             "Smoothing is a centred moving average over the values of a column: half of its window lies before a "
             "value, half after it.",
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
    if (o->png) {
        size_t n = strlen(o->png), stem = n > 4 && strcmp(o->png + n - 4, ".png") == 0 ? n - 4 : n;
        return err_set(err, "no PNG is drawn: convert the SVG: plot --svg %.*s.svg && rsvg-convert %.*s.svg > %.*s.png",
                       (int)stem, o->png, (int)stem, o->png, (int)stem, o->png);
    }
    if (outs > 1)
        return err_set(err, "only one of --svg, --html and --json can go to standard output: give the others a file");
    if (dashes > 1)
        return err_set(err, "standard input can be read only once");
    if (o->follow && (dashes || outs))
        return err_set(err, "--follow rereads files and draws on the terminal: %s",
                       dashes ? "it cannot follow standard input" : "remove --json and -");
    for (int i = 0; i < o->logs.n; i++)
        if ((o->svg && strcmp(o->svg, o->logs.items[i]) == 0 && !is_dash(o->svg)) ||
            (o->html && strcmp(o->html, o->logs.items[i]) == 0 && !is_dash(o->html)))
            return err_set(err, "%s is the log itself: choose another name for the output", o->logs.items[i]);
    return true;
}
