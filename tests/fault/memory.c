/* The calls by which the programs, and the C library on their behalf, get memory and threads. */
#include "fault/fault.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

/* No memory is available while the real functions are being looked up. */
static _Thread_local bool looking;

static void *look(const char *name)
{
    looking = true;
    void *real = fault_real(name);
    looking = false;
    return real;
}

static bool refused(const char *call, size_t n)
{
    if (!looking && fault_call(call, NULL, n, FAULT_MEMORY).error == 0)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    static void *(*real)(size_t);
    if (refused("malloc", n))
        return NULL;
    if (!real)
        *(void **)&real = look("malloc");
    return real(n);
}

void *calloc(size_t n, size_t size)
{
    static void *(*real)(size_t, size_t);
    if (refused("calloc", n * size))
        return NULL;
    if (!real)
        *(void **)&real = look("calloc");
    return real(n, size);
}

void *realloc(void *p, size_t n)
{
    static void *(*real)(void *, size_t);
    if (refused("realloc", n))
        return NULL;
    if (!real)
        *(void **)&real = look("realloc");
    return real(p, n);
}

void *aligned_alloc(size_t unit, size_t n)
{
    static void *(*real)(size_t, size_t);
    if (refused("aligned_alloc", n))
        return NULL;
    if (!real)
        *(void **)&real = look("aligned_alloc");
    return real(unit, n);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*work)(void *), void *with)
{
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    Fault f = fault_call("pthread_create", NULL, 0, FAULT_THREAD);
    if (!real)
        *(void **)&real = look("pthread_create");
    return f.error ? f.error : real(thread, attr, work, with);
}
