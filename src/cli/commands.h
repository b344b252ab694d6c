#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* Every command, as X(name, type of its options, what it does). src/cli/NAME/options.h declares its rows,
 * NAME_command, and its defaults, NAME_options(): man pages and completions are generated from these. */
#define COMMANDS(X)                                                                                       \
    X(train, TrainOptions, "train a model on a text")                                                     \
    X(explain, ExplainOptions, "show what a model attends to in a text, and what would change the loss")  \
    X(plot, PlotOptions, "plot the losses of training runs, with a verdict on each")                   \
    X(sample, SampleOptions, "generate text with a trained model, or score a text")                          \
    X(live, LiveOptions, "write a web page in which a model learns while you watch and interfere")           \
    X(verify, VerifyOptions, "recompute random stretches of a training, and compare every bit")              \
    X(convert, ConvertOptions, "convert a model to or from PyTorch, Hugging Face, llama.cpp and NumPy")

/* What heed is, and its two examples: a command line and its effect. */
#define HEED_IS                                                                                           \
    "heed trains a small transformer on your own text, on your CPU, and explains "     \
    "what it attends to and how its gradients flow."
#define HEED_EXAMPLES(X)                                                                                  \
    X("train book.txt --time 10m", "train a model of book.txt for ten minutes, into the folder run")          \
    X("explain --prompt \"he works in the gar\"", "show how that model predicts the next character, step by step")
#endif
