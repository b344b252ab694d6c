#include "cli/train_options.h"

/* What ends best on short texts with the fast recipe: validation loss of the best model, in nats a character,
 * of the first characters of tiny Shakespeare / of data/stories.txt, with one seed. "counted" is knowing the
 * two characters before (model/counting.h); d is --dropout.
 */
static const TrainFit fits[] = {
    { 10000, { "tiny", 2, 2, 32, 32, 8 }, 0.2, 700, 50,
      "it is very short: a model that sees or knows more learns it by heart, and dropout keeps it from that" },
    { 35000, { "tiny", 2, 2, 32, 64, 8 }, 0.1, 2000, 100,
      "it is short: a larger model would learn it by heart, and dropout keeps this one from that" },
    { 80000, { NULL, 2, 4, 64, 64, 8 }, 0.1, 2000, 100,
      "it is rather short: between tiny and small, and with some dropout, little is learned by heart" },
    { 0, { "small", 4, 4, 128, 64, 12 }, 0, 2000, 250,
      "the best for minutes to an hour on a processor; --size base learns more in many hours" },
};

TrainFit train_fit(size_t n)
{
    const TrainFit *f = fits;
    while (f->below && n >= f->below)
        f++;
    return *f;
}

TrainFit train_fit_size(const ConfigSize *size)
{
    return (TrainFit){ .size = *size, .steps = 2000, .eval_every = 250 };
}
