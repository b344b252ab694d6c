#include "cli/machine.h"
#include "cli/command.h"
#include "cli/term.h"
#include "kernel/bf16.h"
#include "kernel/pool.h"
#include <math.h>
#include <stdio.h>

int machine_start(const char *command, const char *kernels, int threads, Err *err)
{
    char here[80];
    Err  fewer = { 0 };
    if (!kernel_use(kernels)) {
        kernel_names(here, sizeof here);
        err_set(err, "--kernels %s is not available on this processor; available: %s", kernels, here);
        return COMMAND_MISUSED;
    }
    if (!pool_start(threads > 0 ? threads : pool_processors(), &fewer))
        term_print(stderr, "%s: %s\n", command, fewer.msg);
    return COMMAND_DONE;
}

double machine_rate(bool bf16)
{
    enum { TIMES = 20, ROUNDS = 1000 };
    double best = 0;
    real   sink;
    for (int i = 0; i < TIMES; i++) {
        double began = term_seconds(), done = (bf16 ? kernel_bf16(kernel)->burn : kernel->burn)(ROUNDS, &sink);
        double rate  = done / fmax(term_seconds() - began, 1e-9);
        best = rate > best ? rate : best;
    }
    return best * pool_threads();
}

bool machine_has_precision(bool bf16, Err *err)
{
    return !bf16 || kernel_bf16(kernel) ||
           err_set(err, "--precision bf16: the %s kernels have no bfloat16 products on this processor. avx512 has them "
                   "on processors with AVX512-BF16; ref has them everywhere, slowly. Use --precision float, or "
                   "--kernels ref to try bf16", kernel->name);
}

bool machine_resumes(bool bf16, Err *err)
{
    return !bf16 || kernel_bf16(kernel) ||
           err_set(err, "the run to resume multiplies in bfloat16, and the %s kernels cannot on this processor: "
                   "--kernels ref can, slowly, or resume it on a processor with AVX512-BF16", kernel->name);
}
