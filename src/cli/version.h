#ifndef CLI_VERSION_H
#define CLI_VERSION_H
#include <stdio.h>

/* kernel_names (kernel/kernel.h) of the program's precision, which this file does not know. */
typedef void VersionKernels(char *out, size_t size);

/* Prints "NAME VERSION", then a line each: the compiler and target, the instruction sets that this program has and
 * this processor supports, best first, and the default one. */
void version_print(FILE *out, const char *name, VersionKernels *kernels);
#endif
