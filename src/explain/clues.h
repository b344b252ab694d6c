#ifndef EXPLAIN_CLUES_H
#define EXPLAIN_CLUES_H
#include "base/file.h"
#include "text/vocab.h"

/* A sentence up to the point where only an earlier clue decides how it goes on. */
typedef struct Clue {
    const char *word, *prompt;              /* the ambiguous word; the sentence so far             */
    int        *ids, n;                     /* its tokens                                          */
    int         right, wrong;               /* tokens: how it goes on, and would in the other sense */
    int         at, len;                    /* where in it the clue stands, in tokens              */
} Clue;

/* The items of a file like data/clues.tsv: a header line, then word, sense, prompt, right, wrong, clue_start
 * and clue_length, parted by tabs. */
typedef struct Clues {
    FileData file;
    Clue    *items;
    int      n, *ids;
} Clues;

/* Reads them as tokens of v. Strings live as long as `c`; clues_free in either case. False, with the line and
 * what is wrong with it: not seven fields; a character that v lacks, or more than `context` of them (the file
 * belongs to another text); right and wrong with the same first character; a clue that is not inside the
 * prompt; no items. */
bool clues_read(Clues *c, const char *path, const Vocab *v, int context, Err *err);
void clues_free(Clues *c);
#endif
