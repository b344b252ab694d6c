#include "cli/train/options.h"
#include <math.h>
#include <stdint.h>

enum { MANY = 3000000 };                    /* characters, which ten minutes read at most three times */

/* Chosen from the runs of scripts/sweep in data/sweep.csv: scripts/sweep --table data/sweep.csv shows the best, and
 * tests/cli/train/test_fit.c requires that no run beats these choices by more than 0.02 nats per character. Those runs
 * are without counts; what few were compared with them is in scripts/README.md, and as_if() follows. In short:
 *
 * - A large model overfits a short text: the shorter the text, the smaller the model, and the more dropout.
 * - From a minute on, a long context gains more than anything else of the same cost; a longer one needs more minutes.
 * - A text that is read many times is learned best by a small model with more dropout, weight decay and steps.
 * - A text too long for that gains from a larger model after some minutes.
 *
 * Dropout is a compromise: a generated text (data/stories.txt; with its grammar known, its loss is 0.22) needs less of
 * it than a text written by people (tiny Shakespeare). */
static const TrainFit fits[] = {
    { 7000, INFINITY, { "tiny", 2, 2, 32, 32, 8 }, 0.2, 0, 700, 50, true,
      "very short: a larger model or a longer context overfits; dropout limits that" },
    { 15000, INFINITY, { NULL, 2, 4, 64, 64, 8 }, 0.3, 0.1, 1000, 50, true,
      "very short: a larger model overfits; strong dropout limits that" },
    { 35000, INFINITY, { NULL, 2, 4, 64, 64, 8 }, 0.2, 0.1, 2000, 100, true,
      "short: a larger model overfits; dropout limits that" },
    { 80000, 2.2e13, { NULL, 3, 4, 96, 128, 6 }, 0.2, 0.1, 2000, 100, true,
      "rather short: dropout and weight decay limit overfitting" },
    { 80000, INFINITY, { NULL, 4, 4, 128, 256, 6 }, 0.3, 0.2, 2000, 100, true,
      "rather short for that time: strong dropout and weight decay limit overfitting" },
    { 150000, 4e13, { NULL, 4, 4, 128, 256, 6 }, 0.15, 0.15, 1150, 100, false,
      "rather short: some dropout and weight decay limit overfitting" },
    { 150000, INFINITY, { NULL, 4, 4, 128, 512, 6 }, 0.25, 0.2, 3000, 250, true,
      "rather short for that time: dropout and weight decay limit overfitting" },
    { 250000, 4e13, { NULL, 4, 4, 128, 256, 6 }, 0.1, 0.15, 1150, 100, false,
      "rather short: light dropout and weight decay limit overfitting" },
    { 250000, INFINITY, { NULL, 4, 4, 128, 512, 6 }, 0.2, 0.15, 3000, 250, true,
      "rather short for that time: dropout and weight decay limit overfitting" },
    { 500000, 4e13, { NULL, 4, 4, 128, 256, 6 }, 0.05, 0.1, 1000, 125, false,
      "rather short: light dropout and weight decay limit overfitting" },
    { 500000, INFINITY, { NULL, 4, 4, 128, 512, 6 }, 0.12, 0.12, 3000, 250, true,
      "rather short for that time: dropout and weight decay limit overfitting" },
    { MANY, 6e13, { NULL, 4, 4, 128, 256, 6 }, 0, 0, 1000, 125, false,
      "best for a minute or two on a CPU; more --time allows a longer context or a larger model" },
    { MANY, 2.5e14, { NULL, 4, 4, 128, 512, 6 }, 0.1, 0.1, 5000, 250, false,
      "best for about ten minutes on a CPU; dropout and weight decay, because the text will be read many times" },
    { MANY, 8e14, { NULL, 4, 4, 128, 512, 6 }, 0.15, 0.15, 9000, 250, false,
      "as for ten minutes, with more dropout, because the text will be read many times" },
    { MANY, INFINITY, { NULL, 6, 8, 256, 512, 6 }, 0.2, 0.15, 7000, 250, false,
      "for an hour or more on a CPU; dropout and weight decay, because the text will be read many times" },
    { SIZE_MAX, 6e13, { NULL, 4, 4, 128, 256, 6 }, 0, 0, 1000, 125, false,
      "best for a minute or two on a CPU; more --time allows a larger model" },
    { SIZE_MAX, 5e14, { NULL, 4, 4, 192, 1024, 3 }, 0, 0, 3000, 250, false,
      "best for about ten minutes on a CPU" },
    { SIZE_MAX, INFINITY, { NULL, 6, 8, 256, 1024, 3 }, 0, 0, 6000, 250, false,
      "for an hour or more on a CPU" },
};

/* GPT-2's recipe gains little from a long context in a minute or two: after 1.54 million characters of tiny Shakespeare
 * its loss is 2.277 with context 256 and 1.887 with context 64. The total number of characters stays the same. */
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

/* A model with counts overfits sooner: after five minutes of tiny Shakespeare the shape and the dropout for one or two
 * have 1.458, a longer context with dropout 1.407 (scripts/README.md). Texts of other lengths were not compared. */
static double as_if(size_t n, double operations) { return n >= 500000 && n < MANY ? 3 * operations : operations; }

/* Without a time limit: as for a minute or two. */
TrainFit train_fit(size_t n, double operations, bool gpt2, bool counts)
{
    const TrainFit *f = fits;
    operations = counts ? as_if(n, operations) : operations;
    while (n >= f->below || operations > f->upto)
        f++;
    return gpt2 && f->size.context > 64 && f->size.channels <= 128 ? short_windows(*f) : *f;
}

TrainFit train_fit_size(const ConfigSize *size)
{
    return (TrainFit){ .size = *size, .steps = 2000, .eval_every = 250 };
}
