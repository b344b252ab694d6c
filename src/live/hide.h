#ifndef LIVE_HIDE_H
#define LIVE_HIDE_H
#include <stdbool.h>
#include <stddef.h>

/* hidden (n): the positions of ids (n), in sequences of T, where they spell the word of word_n tokens. Words that
 * overlap are all found; one that begins or ends outside its sequence is not. */
void live_hide(const int *ids, size_t n, size_t T, const int *word, int word_n, bool *hidden);
#endif
