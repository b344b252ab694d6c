#ifndef FAULT_H
#define FAULT_H
#include <stdbool.h>
#include <stddef.h>

/* A library to preload (LD_PRELOAD) into a program under test. It counts the program's calls and makes number
 * FAULT_AT fail as FAULT_HOW says:
 *     ENOSPC, EIO, EINTR, ENOMEM, EAGAIN   the call fails with that error
 *     short                                a write or read does only the first half
 *     filling                              short for a write, otherwise ENOSPC; ENOSPC from then on
 *     kill-before, kill-after              the process is killed before or after the call
 *     slow                                 the process sleeps for two seconds before a write
 *     none                                 no fault: for FAULT_LIST
 * Only calls that can fail in that way are counted. With the suffix "-on" all later ones fail too.
 * FAULT_SAID=FILE: appends the failed call to that file; if it stays empty, FAULT_AT is past the last call.
 * FAULT_LIST=FILE: appends every call, in order. */

/* The faults that are possible for a call. */
enum {
    FAULT_FULL    = 1,                      /* ENOSPC: it takes disk space                        */
    FAULT_BROKEN  = 2,                      /* EIO                                                */
    FAULT_SIGNAL  = 4,                      /* EINTR                                              */
    FAULT_SHORT   = 8,
    FAULT_CHANGES = 16,                     /* kills matter: it changes what is stored            */
    FAULT_MEMORY  = 32,                     /* ENOMEM                                             */
    FAULT_THREAD  = 64,                     /* EAGAIN                                             */
};

/* The fault of this call. */
typedef struct Fault {
    int  error;                             /* fails with that errno; 0: no failure               */
    bool half;
    bool kill;                              /* fault_kill after the call                          */
} Fault;

/* Counts a call: its name, its object (or NULL), a number, and the faults possible for it. */
Fault fault_call(const char *call, const char *about, size_t n, int ways);

void fault_kill(void);

/* The function of that name that the program would have called. */
void *fault_real(const char *name);
#endif
