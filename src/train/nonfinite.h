#ifndef TRAIN_NONFINITE_H
#define TRAIN_NONFINITE_H
#include "model/gpt.h"

/* Where a number that is not finite came from, as a sentence in err with a remedy. Both return false. */

/* After a forward pass: the first parameter, else the first result on the tape, that holds one. */
bool nonfinite_in_forward(const Gpt *g, const Tape *t, Err *err);

/* After a backward pass: the first parameter whose gradient holds one. */
bool nonfinite_in_gradients(const Gpt *g, Err *err);
#endif
