#ifndef PLOT_READ_CONSOLE_H
#define PLOT_READ_CONSOLE_H
#include "plot/read/record.h"

/* What a training program prints: lines of words and numbers, such as
 *     step 250: train loss 1.9, val loss 2.0           nanoGPT
 *     iter 10: loss 2.3, time 120ms                    nanoGPT
 *     step 1/100 | loss 3.2 (+1.2z)| norm 4.1          llm.c
 *     s:100 tel:3.2                                    llm.c's main.log
 *     step:125/1750 val_loss:4.6 train_time:900ms      modded-nanogpt
 *     0 val 10.95                                      build-nanogpt
 *     Epoch [1/10], Step [100/600], Loss: 2.3          PyTorch tutorials
 *     {'loss': 0.06, 'epoch': 4.2}                     transformers' Trainer
 * A number belongs to the words before it; commas, semicolons, bars and " - " end them. Numbers with a unit are
 * skipped. A fraction that no words name, as in progress bars, is the batch. Only what can be a column of a log is
 * kept. */

/* Calls r->take for each line with a loss, or with what else a log has. A line without a step or epoch keeps the last
 * one's. */
void console_lines(const Reading *r);
#endif
