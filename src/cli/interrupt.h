#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H
#include <stdbool.h>

/* Watches for Ctrl-C, an end asked for, and a terminal that closed (unless nohup): the first asks to finish, a
 * second one ends the process at once. Calls to the system are interrupted. */
void interrupt_watch(void);
bool interrupt_came(void);

/* What the first one says at once on standard error, because finishing may take long; the caller's. NULL: nothing. */
void interrupt_says(const char *what);
#endif
