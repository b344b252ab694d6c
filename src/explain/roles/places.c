#include "explain/roles/places.h"
#include "text/letters.h"

void roles_words(const Vocab *v, const int *ids, int T, uint32_t *chars, int *start)
{
    int first, last, from = 0;
    for (int i = 0; i < T; i++) {
        chars[i] = v->chars[ids[i]];
        start[i] = -1;
    }
    while (from < T && letter_next_word(chars, T, from, &first, &last)) {
        for (int i = first; i <= last && first > 0; i++)
            start[i] = first;
        from = last + 1;
    }
}

/* Whether key j of query i is not taken by the start, the previous character or the character itself. */
static bool free_key(int j, int i) { return j > 0 && j < i - 1; }

static int same(const int *ids, int i, int *keys)
{
    int n = 0;
    for (int j = 1; j < i - 1; j++)
        if (ids[j] == ids[i])
            keys[n++] = j;
    return n;
}

static int one(bool has, int j, int *keys)
{
    keys[0] = j;
    return has;
}

/* The character after the last one before i that is the same. */
static int induction(const int *ids, int i, int *keys)
{
    int j = i - 1;
    while (j >= 0 && ids[j] != ids[i])
        j--;
    return one(j >= 0 && free_key(j + 1, i), j + 1, keys);
}

int roles_keys(Role role, const int *ids, const int *start, int i, int *keys)
{
    switch (role) {
    case ROLE_SELF: return one(i > 0, i, keys);
    case ROLE_PREVIOUS: return one(i > 0, i - 1, keys);
    case ROLE_SAME: return same(ids, i, keys);
    case ROLE_INDUCTION: return induction(ids, i, keys);
    case ROLE_WORD: return one(free_key(start[i], i), start[i], keys);
    case ROLE_START: return one(i > 1, 0, keys);
    case ROLE_REPLAY: case ROLE_CLUE: case ROLES: break;
    }
    return 0;
}
