#ifndef CLI_HABITS_H
#define CLI_HABITS_H

/* Options that users of nanoGPT, llama.cpp and Hugging Face's transformers type, for one command. */
typedef struct Habit {
    const char *command, *names;            /* names separated by blanks, with hyphens; a single one is a letter   */
    const char *means;                      /* the option of the same meaning and values, or NULL                  */
    const char *answer;                     /* then a clause that says what to do instead                          */
} Habit;

/* The row of that name, in which an underscore counts as a hyphen; NULL: none. */
const Habit *habit_find(const char *command, const char *name);
#endif
