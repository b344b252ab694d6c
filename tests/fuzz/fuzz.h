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

/* Each file of this folder is a harness: LLVMFuzzerTestOneInput, libFuzzer's entry point, passes untrusted bytes to the
 * shipped code and checks what must hold for any input. scripts/fuzz links it with libFuzzer; the test suite links it
 * with replay.c, which runs it on the files in seeds and found. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts unless x holds. */
#define HOLDS(x, said)                                                                             \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            fprintf(stderr, "%s:%d: failed: %s (%s)\n", __FILE__, __LINE__, #x, said);      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A failure sets a sentence, a success does not. */
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

/* Bytes requested from malloc so far, freed or not, as counted by the sanitizer. */
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

/* The path of a file in the harness's temporary folder, in /dev/shm if possible. */
static inline char *fuzz_path(const char *name)
{
    if (!*scratch_dir && access("/dev/shm", W_OK) == 0) {
        strcpy(scratch_dir, "/dev/shm/heed-fuzz-XXXXXX");
        HOLDS(mkdtemp(scratch_dir) && atexit(scratch_end) == 0, "no folder to work in");
    }
    return scratch(name);
}

/* Writes n bytes to that file; returns its path. */
static inline char *fuzz_file(const char *name, const void *bytes, size_t n)
{
    (void)fuzz_path(name);
    return scratch_file(name, bytes, n);
}
#endif
