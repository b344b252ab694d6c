#ifndef EXPLAIN_VERSUS_ALIGN_H
#define EXPLAIN_VERSUS_ALIGN_H
#include <stdbool.h>

/* Two sequences of tokens written below each other, and where they differ. */

/* One column: a position of each sequence, or -1 where one of them has none. */
typedef struct AlignColumn {
    int a, b;
} AlignColumn;

/* Columns that pair the last token with the last (the answer is read there), and everything before with the fewest
 * columns that differ: insertions, deletions and replacements count 1 each (Wagner and Fischer 1974, "The
 * string-to-string correction problem"). Of equally short ones it takes the one that pairs the common beginning and
 * then from the right, so that words of different length are aligned at their ends. a (na), b (nb), both at least 1;
 * table: room for na*nb; columns: room for na+nb. Returns the number of columns. */
int align_tokens(const int *a, int na, const int *b, int nb, int *table, AlignColumn *columns);

/* A stretch that differs: positions a..a_end-1 of one, b..b_end-1 of the other; one of them may be empty. */
typedef struct AlignSpan {
    int a, a_end, b, b_end;
} AlignSpan;

/* The stretches that differ, widened to whole words (runs of tokens with `letter`, by token), so that "thumb" and "hub"
 * are one replacement; neighbours that only one equal token separates are joined. mark: room for n; spans: room for n.
 * Returns their number. */
int align_spans(const int *a, const int *b, const AlignColumn *columns, int n, const bool *letter, bool *mark,
                AlignSpan *spans);
#endif
