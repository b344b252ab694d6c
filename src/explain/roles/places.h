#ifndef EXPLAIN_ROLES_PLACES_H
#define EXPLAIN_ROLES_PLACES_H
#include "text/vocab.h"

/* What a head can do: which keys j <= i the query at i attends to. The keys i and i-1 belong to ROLE_SELF and
 * ROLE_PREVIOUS alone, and key 0 to ROLE_START (from i = 2 on), so that no attention counts for two of these. A head
 * may still have two roles: the character after the last one like this may begin the word. */
typedef enum Role {
    ROLE_SELF,                              /* i                                                                  */
    ROLE_PREVIOUS,                          /* i-1                                                                */
    ROLE_SAME,                              /* all earlier characters that are the same as the one at i           */
    ROLE_INDUCTION,                         /* the character after the last of those (Elhage et al. 2021, "A
                                               mathematical framework for transformer circuits", induction heads) */
    ROLE_WORD,                              /* the first character of the word that i is in                       */
    ROLE_START,                             /* 0                                                                  */
    ROLE_REPLAY,                            /* in a random string that is repeated: the character after the same
                                               place in the first copy (Olsson et al. 2022, "In-context learning
                                               and induction heads", prefix matching)                             */
    ROLE_CLUE,                              /* the clue of a held-out sentence, from its last character           */
    ROLES
} Role;

enum { ROLES_IN_TEXT = ROLE_REPLAY };       /* those before are measured on the text itself */

/* Where the word of each of T tokens begins, to start (T): -1 outside words, and in one that begins at 0, which the
 * window may have cut. letters.h defines words. chars: room for T. */
void roles_words(const Vocab *v, const int *ids, int T, uint32_t *chars, int *start);

/* The keys of a role in the text for query i, to keys (room for i + 1); returns how many, 0: the role has none here.
 * start: as roles_words wrote it. */
int roles_keys(Role role, const int *ids, const int *start, int i, int *keys);
#endif
