#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H
#include "base/err.h"

/* Chooses what a command computes with, as its flags --kernels and --threads say: the instruction set of
 * that name (NULL: the best one here) and so many threads (0: as many as this process may use). Returns
 * COMMAND_DONE, or COMMAND_MISUSED with a sentence when there is no such instruction set here. A system
 * that gives fewer threads is no failure, for the result is the same: stderr is told, in the name of
 * `command`. The caller ends them with pool_stop. */
int machine_start(const char *command, const char *kernels, int threads, Err *err);

/* After machine_start: multiply-adds a second, counted as two operations each, that all threads together could do
 * if nothing were loaded or stored, as a burn of well under a millisecond tells (kernel.h); of floats, or of
 * bfloat16s where there are products of them. */
double machine_rate(bool bf16);

/* After machine_start: whether what was chosen can multiply bfloat16, when that is asked for; a sentence that
 * says which can. */
bool machine_has_precision(bool bf16, Err *err);
#endif
