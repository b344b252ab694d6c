#ifndef PLOT_READ_WORDS_H
#define PLOT_READ_WORDS_H
#include <stdbool.h>
#include <stddef.h>

/* Column names are matched by whole words: "valiant" is not validation, "loss_scale" is not a loss. */

enum { WORDS_MOST = 16, WORDS_LONGEST = 20 };

typedef struct Words {
    int  n;
    char s[WORDS_MOST][WORDS_LONGEST];
} Words;

/* The words of a name in lower case: separated by all but letters and digits, and before a capital ("trainLoss"). Of
 * more than WORDS_MOST the last ones; of a longer word its beginning. "trainloss" is two words. Weights & Biases
 * exports name columns "RUN - METRIC": the run's name is left out. */
void words_of(Words *w, const char *name, size_t n);

/* Is s in the list, which ends with NULL? */
bool words_in(const char *s, const char *const *list);

/* Does the name contain a word of the list? */
bool words_any(const Words *w, const char *const *list);

/* What a loss was measured on. */
typedef enum Split { SPLIT_NONE, SPLIT_TRAIN, SPLIT_HELD_OUT } Split;

/* What a word such as "train" or "eval" says. */
Split words_split(const char *word);

/* The word that counts: the nearest before word `at`, else the nearest after it. */
Split words_split_of(const Words *w, int at);

/* The index of the last word that means a loss, -1: none. */
int words_loss(const Words *w);

/* Words that leave the meaning of a loss as it is: "mean", "epoch", "lm". */
bool words_neutral(const char *word);
#endif
