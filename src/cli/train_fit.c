#include "cli/train_options.h"
#include <math.h>
#include <stdint.h>

enum { MANY = 3000000 };                    /* characters, which are read three times at most in ten minutes */

/* What ends best on short texts with the fast recipe: the validation loss of the best evaluation, in nats a
 * character, on the first characters of tiny Shakespeare / of data/stories.txt, seed 1. "counted" is knowing the
 * two characters before (model/counting.h), "middle" 2 layers, 4 heads, 64 channels, context 64.
 *
 *      5,000  counted 2.24 / 2.06    tiny, context 32, dropout 0.2, 700 steps       2.18 / 2.04
 *                                    tiny, context 64, dropout 0.2, 500 steps       2.12 / 2.11
 *                                    tiny, context 32, dropout 0.1, 1000 steps      2.21 / 2.06, then 2.37 / 2.20
 *     10,000  counted 2.14 / 1.86    tiny, context 64, dropout 0.2, 1000 steps      2.05 / 1.70
 *                                    tiny, context 64, dropout 0.1, 2000 steps      2.13 / 1.68, then 2.34 / 1.68
 *                                    tiny, context 32, dropout 0.1, 1000 steps      2.09 / 1.72
 *     20,000  counted 1.97 / 1.78    tiny, context 64, dropout 0.1, 2000 steps      1.78 / 1.50
 *                                    tiny, context 32, no dropout, 600 steps        1.90 / 1.61
 *                                    tiny, context 64, weight decay 0.6, 2000 steps 1.85 / 1.58
 *                                    middle, dropout 0.2, 1000 steps                1.80 / 1.51, twice the time
 *                                    small, dropout 0.2, 600 steps                  1.86 / 1.50, ten times the time
 *                                    small, no dropout, 600 steps                   2.06 / 1.72, then 3.59 / 2.31
 *                                    tiny, context 64, dropout 0.1, decay 0.2       1.79
 *                                    middle, dropout 0.2, decay 0.1, 1500 steps     1.79
 *                                    the first, context 128, batch 4                1.80 / 1.49
 *     50,000  counted 1.92 / 1.67    middle, dropout 0.1, 2000 steps                1.62 / 1.01
 *                                    the same, context 128, batch 4                 1.62 / 0.98
 *                                    the same, context 256, batch 2                 1.64 / 0.97
 *                                    middle, dropout 0.05, 2000 steps               1.68 / 0.96
 *                                    middle, dropout 0.2, 2000 steps                1.66 /
 *                                    tiny, context 64, dropout 0.05, 2000 steps     1.68 / 1.13
 *    100,000  counted 1.85           small, dropout 0.1, decay 0.1, 1500 steps      1.51 / 0.72
 *                                    small, dropout 0.1, 1000 steps                 1.52 / 0.75
 *                                    small, dropout 0.2, decay 0.2, 2000 steps      1.53
 *                                    4 layers of 192, context 128, dropout 0.3, decay 0.3, 1500 steps  1.50, in
 *                                                                                   four times the time
 *                                    middle, dropout 0.05, 2000 steps               1.53, a fifth of the time
 *                                    middle, dropout 0.05, 4000 steps               1.53
 *                                    middle, dropout 0.1, 4000 steps                1.52
 *                                    the first, context 256, batch 3                1.50 / 0.66
 *    200,000  counted 2.01           small, dropout 0.05, decay 0.1, 1500 steps     1.60 / 0.65
 *                                    the same, context 256, batch 3                 1.61 / 0.56
 *                                    small, no dropout, 1000 steps                  1.65 at step 900, then 1.66
 *                                    middle, no dropout, 2000 steps                 1.71
 *
 * Longer runs, bfloat16, on an AMD EPYC of 473 GFLOP/s there, context 512, of tiny Shakespeare / of data/stories.txt;
 * 3,000 steps of 3,072 characters take two threads five minutes:
 *
 *    200,000  small, dropout 0.2, decay 0.15, 3000 steps      1.595 / 0.471  (above: 1.61 / 0.56)
 *    300,000  small, context 256, no dropout, 1150 steps      1.493 at step 672, then 1.51 / 0.498  (one minute)
 *             the same, dropout 0.05, decay 0.1               1.415 / 0.489
 *             the same, dropout 0.1, decay 0.1, 2000 steps    1.387 / 0.465
 *             small, dropout 0.15, decay 0.15, 3000 steps     1.342 / 0.408
 *             small, dropout 0.1, decay 0.1, 3000 steps             / 0.386
 *             4 of 192, batch 3, dropout 0.2, decay 0.15, 3000 steps  1.366 / 0.441
 *             4 of 192, dropout 0.1, decay 0.15, 3461 steps   1.434 at step 1156, no better at 1734
 *
 * And in a given time, on all 1,115,394 characters of tiny Shakespeare, Intel Xeon, 2 threads of 180 GFLOP/s:
 *
 *      1 minute    small 1.541; with context 128 or 256 1.537; 3 layers of 96 1.539; 4 of 192, context 128 1.574
 *                  on an AMD EPYC in bfloat16: tiny Shakespeare, 1.54 million characters, which is what is taken
 *                  without a time; data/stories.txt and 12 MB of a dictionary (GCIDE), as many as two threads do:
 *                  small                            1.558 / 0.503 / 1.323 (stories without a time 0.520)
 *                  small, context 256, batch 6      1.544 / 0.417 / 1.155 (0.441)
 *                  3 of 96, context 128, batch 8          / 0.440 / 1.220
 *                  4 of 192, context 128, batch 6         / 0.493 / 1.321
 *      5 minutes   4 layers of 192, context 128     dropout 0.1 1.507, and decay 0.1 1.488 or 0.3 1.519; dropout
 *                                                   0.2 1.547
 *                  the same, context 256            dropout 0.05, decay 0.3 1.477
 *     10 minutes   the same, context 256            dropout 0.1, decay 0.15 1.450 (2,708 steps of 3,072 characters)
 *                  the same, context 512, batch 6   the same steps 1.445
 *                  4 of 128, context 512, batch 6   dropout 0.1, decay 0.1 1.419 (5,256 steps; bfloat16 on the EPYC)
 *     18 minutes   4 of 192, context 512, batch 6   dropout 0.2, decay 0.15 1.453 (6,000 steps; the same EPYC)
 *     25 minutes   6 of 256, context 256            dropout 0.2, decay 0.15 1.461 (8 million characters)
 *     59 minutes   6 of 256, context 512, batch 6   dropout 0.2, decay 0.15 1.403 (7,000 steps, 21.5 million
 *                                                   characters; bfloat16 on an AMD EPYC of 473 GFLOP/s there);
 *                                                   seed 2 1.407
 *
 * In the same way, bfloat16 on the EPYC, data/stories.txt / those 12 MB; batches of 3,072 characters:
 *
 *      1 minute    small, context 512, batch 3      0.414 / 1.221 (256: 0.417 / 1.155; tiny Shakespeare 1.527)
 *      5 minutes   4 of 192, context 512            dropout 0.1, decay 0.15 0.359; without the two 0.391 after two
 *                                                   thirds of it, then 0.429 / 0.950
 *                  4 of 192 or 128, context 256           / 0.954 or 0.949
 *                  4 of 128, context 512            dropout 0.05, decay 0.1 0.337, on two quiet threads
 *     10 minutes   4 of 192, context 512            dropout 0.1, decay 0.15 0.321 / 0.870
 *                  the same, context 1024, batch 3  0.317 / 0.849
 *                  the same, context 256                  / 0.907
 *                  6 of 256, context 512            dropout 0.2, decay 0.15 0.377
 *                  4 of 128, context 512            dropout 0.1, decay 0.1 0.322 / without the two 0.860
 *     60 minutes   6 of 256, context 512            dropout 0.2, decay 0.15 0.299 (7,424 steps) / not run
 *
 * (Who knew how data/stories.txt was made, lists and chances, would be at 0.22.)
 *
 * What is taken between ten minutes and an hour follows from these and was not measured; an hour only for one shape,
 * which is probably too large: see what smaller ones do in ten minutes.
 */
static const TrainFit fits[] = {
    { 7000, INFINITY, { "tiny", 2, 2, 32, 32, 8 }, 0.2, 0, 700, 50, true,
      "it is very short: a model that sees or knows more learns it by heart, and dropout keeps it from that" },
    { 15000, INFINITY, { "tiny", 2, 2, 32, 64, 8 }, 0.2, 0, 1000, 50, true,
      "it is very short: a larger model learns it by heart, and dropout keeps this one from that" },
    { 35000, INFINITY, { "tiny", 2, 2, 32, 64, 8 }, 0.1, 0, 2000, 100, true,
      "it is short: a larger model learns it by heart, and some dropout keeps this one from that" },
    { 80000, INFINITY, { NULL, 2, 4, 64, 128, 4 }, 0.1, 0, 2000, 100, true,
      "it is rather short: a model between tiny and small, with some dropout, learns little by heart" },
    { 150000, INFINITY, { NULL, 4, 4, 128, 256, 3 }, 0.1, 0.1, 1500, 100, true,
      "it is rather short: with some dropout and decay little is learned by heart" },
    { 250000, 4e13, { NULL, 4, 4, 128, 256, 3 }, 0.05, 0.1, 1500, 100, true,
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
