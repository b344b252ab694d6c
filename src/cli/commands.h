#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* Every command, as X(name, type of its options, what it does). Each has src/cli/NAME.c and, in
 * src/cli/NAME_options.h, its row NAME_command and NAME_options(), which gives the defaults: man pages and
 * completions are made from these. */
#define COMMANDS(X)                                                                                       \
    X(train, TrainOptions, "train a model on a text")                                                     \
    X(explain, ExplainOptions, "show what a model attends to in a text, and what the loss would change")  \
    X(plot, PlotOptions, "draw the losses of training runs, and say what came of them")                   \
    X(sample, SampleOptions, "write text with a trained model, or score a text")                          \
    X(convert, ConvertOptions, "take a model to PyTorch, Hugging Face, llama.cpp or NumPy, and back")

/* What heed is, and the two examples that it shows: what to type, and what that does. */
#define HEED_IS                                                                                           \
    "heed trains a small transformer on your own text, on the processor that you have, and explains "     \
    "what it attends to and how its gradients flow."
#define HEED_EXAMPLES(X)                                                                                  \
    X("train book.txt --time 10m", "ten minutes later the folder run holds a model of book.txt")          \
    X("explain --prompt \"he works in the gar\"", "how that model guesses what comes next, number by number")
#endif
