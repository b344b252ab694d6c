#include "cli/live/options.h"

#define T      LiveOptions
#define INSIDE "What the page opens with (default: one of its own texts)"

static const Flag rows[] = {
    { "text", 0, STRING_FLAG(T, text), .metavar = "FILE",
      .help = "a text to train on, UTF-8; - for standard input",
      .group = INSIDE },
    { "model", 'm', STRING_FLAG(T, model), .metavar = "FILE",
      .help = "a model file, or the folder of a run: to look at, and with --text to train on",
      .group = INSIDE },
    { "prompt", 'p', STRING_FLAG(T, prompt), .metavar = "TEXT",
      .help = "the characters to watch; they can be changed in the page",
      .group = INSIDE, .otherwise = "the start of the text" },
    { "out", 'o', STRING_FLAG(T, out), .metavar = "FILE",
      .help = "the page; - for standard output",
      .group = "Output" },
    { "force", 0, BOOL_FLAG(T, force), .help = "replace any file named by --out", .group = "Output" },
};

const Command live_command = {
    .name = "live",
    .does = "Writes a web page in which a model learns while you watch what each character attends to and which way "
            "the gradient pushes every score.",
    .notes = "Examples: live, live --text book.txt --out book.html, live --model run --text book.txt\n"
             "The page is one file that loads nothing from anywhere and works offline. It trains in the browser, and "
             "saves model.heed, which sample and explain open.",
    .flags = rows,
    .n = sizeof rows / sizeof *rows,
};

LiveOptions live_options(void) { return (LiveOptions){ .out = "heed.html" }; }
