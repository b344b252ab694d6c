#ifndef CLI_VERSION_H
#define CLI_VERSION_H
#include <stdio.h>

/* kernel_names (kernel/kernel.h) of the precision that the program computes in, which this file does not know. */
typedef void VersionKernels(char *out, size_t size);

/* Prints "NAME VERSION" and, in a line each, what it was compiled with and for, the instruction sets that the program
 * has and this processor can run, best first, and the one that is used unless --kernels says otherwise. */
void version_print(FILE *out, const char *name, VersionKernels *kernels);
#endif
