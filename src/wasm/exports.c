/* What a page calls besides src/live: memory for arguments, and the choice of kernels. */
#include "kernel/kernel.h"
#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

void       *EXPORT(heed_alloc)(size_t n);
void        EXPORT(heed_free)(void *p);
const char *EXPORT(heed_kernels)(void);

void *heed_alloc(size_t n) { return malloc(n); }

void heed_free(void *p) { free(p); }

/* Takes the fastest kernels and returns their name: "wasm", or "ref" where the engine does not fuse multiply-adds. */
const char *heed_kernels(void)
{
    kernel_use(NULL);
    return kernel->name;
}
