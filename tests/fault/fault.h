#ifndef FAULT_H
#define FAULT_H
#include <stdbool.h>
#include <stddef.h>

/* A library to be preloaded (LD_PRELOAD) into a program under test. It counts the calls that the program
 * makes and lets the FAULT_AT-th go wrong in the way of FAULT_HOW:
 *     ENOSPC, EIO, EINTR, ENOMEM, EAGAIN   the call fails so
 *     short                                a write or read does the first half only
 *     filling                              the same for a write, or ENOSPC, and ENOSPC from then on
 *     kill-before, kill-after              the process is gone before the call, or when it was done
 *     none                                 nothing: for FAULT_LIST
 * Only calls to which that can happen are counted. With "-on" behind it all later ones go wrong, too.
 * FAULT_SAID=FILE: the call that went wrong is appended to that file; if it stays empty, FAULT_AT is beyond
 * the last call. FAULT_LIST=FILE: every call is, in order: to see what is done before what. */

/* The ways that are possible for a call. */
enum {
    FAULT_FULL    = 1,                      /* ENOSPC: it takes room on the disk                  */
    FAULT_BROKEN  = 2,                      /* EIO                                                */
    FAULT_SIGNAL  = 4,                      /* EINTR                                              */
    FAULT_SHORT   = 8,
    FAULT_CHANGES = 16,                     /* kills make a difference: it changes what is stored */
    FAULT_MEMORY  = 32,                     /* ENOMEM                                             */
    FAULT_THREAD  = 64,                     /* EAGAIN                                             */
};

/* What is to happen to this call. */
typedef struct Fault {
    int  error;                             /* fails with that errno; 0: does not                 */
    bool half;
    bool kill;                              /* fault_kill when it is done                         */
} Fault;

/* Counts a call: its name, what it is about (may be NULL), a number, and what can happen to it. */
Fault fault_call(const char *call, const char *about, size_t n, int ways);

void fault_kill(void);

/* The function of that name which the program would have called. */
void *fault_real(const char *name);
#endif
