#include "cli/version.h"
#include <string.h>

#if defined(__clang__)
#define COMPILER "clang", __clang_major__, __clang_minor__, __clang_patchlevel__
#elif defined(__GNUC__)
#define COMPILER "gcc", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__
#else
#define COMPILER "unknown compiler", 0, 0, 0
#endif

void version_print(FILE *out, const char *name, VersionKernels *kernels)
{
    char all[80];
    kernels(all, sizeof all);
    fprintf(out, "%s %s\n", name, HEED_VERSION);
    fprintf(out, "compiler          %s %d.%d.%d, for %s\n", COMPILER, HEED_TARGET);
    fprintf(out, "instruction sets  %s\n", all);
    fprintf(out, "in use            %.*s\n", (int)strcspn(all, ","), all);
}
