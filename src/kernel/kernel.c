/* Which table this processor can run. simd.c is compiled once for each instruction set that the
 * build's compiler knows, and HAVE_ says which. */
#include "kernel/kernel.h"
#include <string.h>

const Kernels *kernel = &kernel_ref;

const Kernels *kernel_at(int i)
{
    const Kernels *have[4];
    int            n = 0;
    have[n++]        = &kernel_ref;
    return i >= 0 && i < n ? have[i] : NULL;
}

bool kernel_use(const char *name)
{
    for (int i = 0; kernel_at(i); i++)
        if (!name || strcmp(kernel_at(i)->name, name) == 0) {
            kernel = kernel_at(i);
            return true;
        }
    return false;
}
