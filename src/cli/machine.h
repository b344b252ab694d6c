#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H
#include "base/err.h"

/* Applies --kernels and --threads: selects the instruction set with that name (NULL: the best available) and
 * starts that many threads (0: all processors this process may use). Returns COMMAND_DONE, or COMMAND_MISUSED
 * with a sentence if this processor lacks the instruction set. Getting fewer threads is not an error, since
 * results do not depend on their number: a warning goes to stderr, prefixed by `command`. The caller stops
 * the threads with pool_stop. */
int machine_start(const char *command, const char *kernels, int threads, Err *err);

/* After machine_start: peak FLOP/s of all threads (a multiply-add counts as two), with no loads or stores, measured
 * by the kernels' burn loop (kernel.h) in well under a millisecond; in float, or in bfloat16 if the kernels
 * have bfloat16 products. */
double machine_rate(bool bf16);

/* After machine_start: false, with a sentence naming the kernels that can, if bf16 is requested and the selected
 * kernels have no bfloat16 products. */
bool machine_has_precision(bool bf16, Err *err);

/* The same for a run to resume, which was begun elsewhere and keeps its precision. */
bool machine_resumes(bool bf16, Err *err);
#endif
