#include "cli/train/options.h"
#include <math.h>
#include <stdint.h>

enum { MANY = 3000000 };                    /* characters, which are read three times at most in ten minutes */

/* What is taken, by runs of scripts/sweep in data/sweep.csv: scripts/sweep --table data/sweep.csv shows the best ones,
 * and tests/cli/train/test_fit.c asks that no run is better than what is taken by more than 0.02 nats a character. They
 * say, the whole:
 *
 * - A short text is learned by heart by a model that is too large: the shorter, the smaller, and the more dropout.
 * - A long context pays more than anything else that costs as much, from a minute on; a longer one needs more minutes.
 * - A text that is read many times is learned best by a small model with more dropout and decay and more steps.
 * - A text that is too long for that gains by a larger model after some minutes.
 *
 * Dropout is a compromise: text that was made by a grammar (data/stories.txt; who knew how it was made, lists and
 * chances, would be at 0.22) wants less than people's (tiny Shakespeare).
 */
static const TrainFit fits[] = {
    { 7000, INFINITY, { "tiny", 2, 2, 32, 32, 8 }, 0.2, 0, 700, 50, true,
      "it is very short: a model that sees or knows more learns it by heart, and dropout keeps it from that" },
    { 15000, INFINITY, { NULL, 2, 4, 64, 64, 8 }, 0.3, 0.1, 1000, 50, true,
      "it is very short: a larger model learns it by heart, and much dropout keeps this one from that" },
    { 35000, INFINITY, { NULL, 2, 4, 64, 64, 8 }, 0.2, 0.1, 2000, 100, true,
      "it is short: a larger model learns it by heart, and dropout keeps this one from that" },
    { 80000, 2.2e13, { NULL, 3, 4, 96, 128, 6 }, 0.2, 0.1, 2000, 100, true,
      "it is rather short: with dropout and decay little is learned by heart" },
    { 80000, INFINITY, { NULL, 4, 4, 128, 256, 6 }, 0.3, 0.2, 2000, 100, true,
      "it is rather short for that time: with much dropout and decay little is learned by heart" },
    { 150000, 4e13, { NULL, 4, 4, 128, 256, 6 }, 0.15, 0.15, 1150, 100, false,
      "it is rather short: with some dropout and decay little is learned by heart" },
    { 150000, INFINITY, { NULL, 4, 4, 128, 512, 6 }, 0.25, 0.2, 3000, 250, true,
      "it is rather short for that time: with dropout and decay little is learned by heart" },
    { 250000, 4e13, { NULL, 4, 4, 128, 256, 6 }, 0.1, 0.15, 1150, 100, false,
      "it is rather short: with a little dropout and decay little is learned by heart" },
    { 250000, INFINITY, { NULL, 4, 4, 128, 512, 6 }, 0.2, 0.15, 3000, 250, true,
      "it is rather short for that time: with dropout and decay little is learned by heart" },
    { 500000, 4e13, { NULL, 4, 4, 128, 256, 6 }, 0.05, 0.1, 1000, 125, false,
      "it is rather short: with a little dropout and decay little is learned by heart" },
    { 500000, INFINITY, { NULL, 4, 4, 128, 512, 6 }, 0.12, 0.12, 3000, 250, true,
      "it is rather short for that time: with dropout and decay little is learned by heart" },
    { MANY, 6e13, { NULL, 4, 4, 128, 256, 6 }, 0, 0, 1000, 125, false,
      "the best for a minute or two on a processor; more --time takes a longer context, or a larger model" },
    { MANY, 2.5e14, { NULL, 4, 4, 128, 512, 6 }, 0.1, 0.1, 5000, 250, false,
      "the best for some ten minutes on a processor; dropout and decay, because it will be read many times" },
    { MANY, 8e14, { NULL, 4, 4, 128, 512, 6 }, 0.15, 0.15, 9000, 250, false,
      "as for ten minutes, with more dropout, because it will be read many times" },
    { MANY, INFINITY, { NULL, 6, 8, 256, 512, 6 }, 0.2, 0.15, 7000, 250, false,
      "for an hour or more on a processor; dropout and decay, because it will be read many times" },
    { SIZE_MAX, 6e13, { NULL, 4, 4, 128, 256, 6 }, 0, 0, 1000, 125, false,
      "the best for a minute or two on a processor; more --time takes a larger one" },
    { SIZE_MAX, 5e14, { NULL, 4, 4, 192, 1024, 3 }, 0, 0, 3000, 250, false,
      "the best for some ten minutes on a processor" },
    { SIZE_MAX, INFINITY, { NULL, 6, 8, 256, 1024, 3 }, 0, 0, 6000, 250, false,
      "for an hour or more on a processor" },
};

/* GPT-2's recipe makes little of a long context in a minute or two: with 1.54 million characters of tiny Shakespeare
 * it comes to 2.277 in windows of 256 and to 1.887 in windows of 64. As many characters in all. */
static TrainFit short_windows(TrainFit f)
{
    enum { CONTEXT = 64, BATCH = 12 };
    int windows = f.size.context * f.size.batch / CONTEXT, batch = windows < BATCH ? windows : BATCH;
    int times = windows / batch;
    f.steps *= times;
    f.eval_every *= times;
    f.size.context = CONTEXT;
    f.size.batch = batch;
    return f;
}

/* Without a time it is as for a minute or two. */
TrainFit train_fit(size_t n, double operations, bool gpt2)
{
    const TrainFit *f = fits;
    while (n >= f->below || operations > f->upto)
        f++;
    return gpt2 && f->size.context > 64 && f->size.channels <= 128 ? short_windows(*f) : *f;
}

TrainFit train_fit_size(const ConfigSize *size)
{
    return (TrainFit){ .size = *size, .steps = 2000, .eval_every = 250 };
}
