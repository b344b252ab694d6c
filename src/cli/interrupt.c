#include "cli/interrupt.h"
#include "base/file.h"
#include "cli/command.h"
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupts;
static const char *volatile sentence;

/* Calls only async-signal-safe functions. */
static void on_interrupt(int signal)
{
    (void)signal;
    if (interrupts++) {
        file_abandon();
        _exit(COMMAND_INTERRUPTED);
    }
    if (sentence && write(STDERR_FILENO, sentence, strlen(sentence)) < 0)
        sentence = NULL;                    /* standard error is closed */
}

void interrupt_says(const char *what) { sentence = what; }

void interrupt_watch(void)
{
    struct sigaction act = { .sa_handler = on_interrupt };
    sigemptyset(&act.sa_mask);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)      /* respect nohup */
        sigaction(SIGHUP, &act, NULL);
}

/* The default action follows when the handler returns: SA_RESETHAND. */
static void on_end(int signal)
{
    file_abandon();
    raise(signal);
}

void interrupt_clean(void)
{
    static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction act = { .sa_handler = on_end, .sa_flags = (int)SA_RESETHAND }, old;
    sigemptyset(&act.sa_mask);
    for (int i = 0; i < 3; i++)
        if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(ends[i], &act, NULL);
}

bool interrupt_came(void) { return interrupts > 0; }
