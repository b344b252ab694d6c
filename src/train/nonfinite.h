#ifndef TRAIN_NONFINITE_H
#define TRAIN_NONFINITE_H
#include "model/gpt.h"

/* Name in err the first tensor that holds a NaN or an infinity. Both return false. */

/* After a forward pass: the first such parameter, else the first result on the tape. */
bool nonfinite_in_forward(const Gpt *g, const Tape *t, Err *err);

/* After a backward pass: the first parameter with such a gradient. */
bool nonfinite_in_gradients(const Gpt *g, Err *err);
#endif
