#ifndef ALLOC_COUNT_H
#define ALLOC_COUNT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* Counts the test program's allocations. Include it in one file of the program: with glibc the functions below
 * replace the library's. Sanitizers have their own, and other C libraries no second name for theirs; there
 * nothing is counted, and alloc_counts returns false. */
typedef struct AllocCount {
    size_t calls, bytes;
} AllocCount;

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define ALLOC_OTHERS 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ALLOC_OTHERS 1
#endif
#endif

#if defined __GLIBC__ && defined __linux__ && !defined ALLOC_OTHERS
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_size_t alloc_calls, alloc_bytes;

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t unit, size_t n);

static inline void alloc_note(size_t n)
{
    atomic_fetch_add(&alloc_calls, 1);
    atomic_fetch_add(&alloc_bytes, n);
}

void *malloc(size_t n)
{
    alloc_note(n);
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    alloc_note(n * size);
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    alloc_note(n);
    return __libc_realloc(p, n);
}

void *aligned_alloc(size_t unit, size_t n)
{
    alloc_note(n);
    return __libc_memalign(unit, n);
}

int posix_memalign(void **p, size_t unit, size_t n)
{
    alloc_note(n);
    return (*p = __libc_memalign(unit, n)) ? 0 : 12;
}

void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
    alloc_note(n);
    return (void *)syscall(SYS_mmap, at, n, protection, flags, fd, offset);
}

static inline AllocCount alloc_count(void)
{
    return (AllocCount){ atomic_load(&alloc_calls), atomic_load(&alloc_bytes) };
}

/* Whether counting works here: one call adds one. Not under valgrind, which replaces some of the functions. */
static inline bool alloc_counts(void)
{
    void *(*volatile ask)(size_t, size_t) = aligned_alloc;          /* an outside call, not inlined */
    AllocCount before = alloc_count();
    free(ask(64, 6400));
    AllocCount after = alloc_count();
    return after.calls == before.calls + 1 && after.bytes == before.bytes + 6400;
}
#else
static inline AllocCount alloc_count(void) { return (AllocCount){ 0, 0 }; }
static inline bool       alloc_counts(void) { return false; }
#endif
#endif
