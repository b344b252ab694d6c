#ifndef FUZZ_H
#define FUZZ_H
#include "base/err.h"
#include "alloc_count.h"
#include "scratch.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A harness is one file of this folder: LLVMFuzzerTestOneInput, the entry point of libFuzzer, takes bytes as if an
 * enemy had written them, gives them to the shipped code, and asks for what must hold of any bytes. scripts/fuzz
 * links it with libFuzzer; the test suite links it with replay.c, which gives it the files in seeds and found. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold, whatever the input. */
#define HOLDS(x, said)                                                                             \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s (%s)\n", __FILE__, __LINE__, #x, said);      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Nothing fails without a sentence, and nothing that succeeds leaves one. */
static inline void fuzz_told(bool ok, const Err *err)
{
    HOLDS(ok != err_any(err), err->msg);
    HOLDS(ok || strlen(err->msg) > 10, err->msg);
}

/* ---- Memory ---- */

#ifdef ALLOC_OTHERS
int __sanitizer_install_malloc_and_free_hooks(void (*taken)(const volatile void *, size_t),
                                              void (*freed)(const volatile void *));
static size_t fuzz_bytes;

static void fuzz_note(const volatile void *p, size_t n) { fuzz_bytes += p ? n : 0; }
static void fuzz_ignore(const volatile void *p) { (void)p; }

/* Bytes asked of malloc so far, given back or not; the sanitizer counts them. */
static inline size_t fuzz_asked(void)
{
    static bool begun;
    if (!begun)
        __sanitizer_install_malloc_and_free_hooks(fuzz_note, fuzz_ignore);
    begun = true;
    return fuzz_bytes;
}
#else
static inline size_t fuzz_asked(void) { return alloc_count().bytes; }
#endif

/* ---- Files ---- */

/* The path of that file in a folder of the harness's own: in memory, where there is such a place. */
static inline char *fuzz_path(const char *name)
{
    if (!*scratch_dir && access("/dev/shm", W_OK) == 0) {
        strcpy(scratch_dir, "/dev/shm/heed-fuzz-XXXXXX");
        HOLDS(mkdtemp(scratch_dir) && atexit(scratch_end) == 0, "no folder to work in");
    }
    return scratch(name);
}

/* That file, holding n bytes; its path. */
static inline char *fuzz_file(const char *name, const void *bytes, size_t n)
{
    (void)fuzz_path(name);
    return scratch_file(name, bytes, n);
}
#endif
