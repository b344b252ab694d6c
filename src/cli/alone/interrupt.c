/* cli/interrupt.h where there are no signals. */
#include "cli/interrupt.h"

void interrupt_watch(void) {}

void interrupt_clean(void) {}

void interrupt_says(const char *what) { (void)what; }

bool interrupt_came(void) { return false; }
