#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H
#include <stdbool.h>

/* Catches SIGINT, SIGTERM and SIGHUP (unless nohup ignores it): the first asks the program to finish, a second
 * ends it at once with exit code 130. System calls are interrupted, not restarted. */
void interrupt_watch(void);
bool interrupt_came(void);

/* Removes temporary files when one of these signals ends the program. interrupt_watch replaces it. */
void interrupt_clean(void);

/* The text that the first signal writes to standard error at once, since finishing may take long. Borrowed; NULL
 * for none. */
void interrupt_says(const char *what);
#endif
