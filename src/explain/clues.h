#ifndef EXPLAIN_CLUES_H
#define EXPLAIN_CLUES_H
#include "base/file.h"
#include "text/vocab.h"

/* An item: a sentence cut where only an earlier clue decides how it continues. */
typedef struct Clue {
    const char *word, *prompt;              /* the ambiguous word; the sentence so far                      */
    int        *ids, n;                     /* tokens of the prompt                                         */
    int         right, wrong;               /* next token in the sense of the prompt, and in the other sense */
    int         at, len;                    /* the clue's tokens within the prompt                          */
} Clue;

/* The items of a file such as data/stories.tsv: a header line, then word, sense, prompt, right, wrong, clue_start and
 * clue_length, separated by tabs. */
typedef struct Clues {
    FileData file;
    Clue    *items;
    int      n, *ids;
} Clues;

/* Reads the file as tokens of v. Strings live as long as c; call clues_free in either case. False with the line and the
 * fault: not seven fields; a character that v lacks, or more than `context` of them (the file belongs to another text);
 * right and wrong start with the same character; the clue is not inside the prompt; no items. */
bool clues_read(Clues *c, const char *path, const Vocab *v, int context, Err *err);
void clues_free(Clues *c);
#endif
