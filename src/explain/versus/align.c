#include "explain/versus/align.h"

static int least(int x, int y) { return x < y ? x : y; }

/* table[i*nb + j]: the fewest edits from the first i tokens of a to the first j of b, for i < na and j < nb:
 *     d(i,j) = min(d(i-1,j-1) + [a_i != b_j], d(i-1,j) + 1, d(i,j-1) + 1) */
static void fill(const int *a, int na, const int *b, int nb, int *table)
{
    for (int i = 0; i < na; i++)
        for (int j = 0; j < nb; j++) {
            int *d = table + (long)i * nb + j;
            if (i == 0 || j == 0)
                *d = i + j;
            else
                *d = least(d[-nb - 1] + (a[i - 1] != b[j - 1]), least(d[-nb], d[-1]) + 1);
        }
}

static void reverse(AlignColumn *columns, int n)
{
    for (int i = 0; i < n / 2; i++) {
        AlignColumn x = columns[i];
        columns[i] = columns[n - 1 - i];
        columns[n - 1 - i] = x;
    }
}

/* From the right, down to position `first` of both. */
static int trace_back(const int *a, int na, const int *b, int nb, int first, const int *table, AlignColumn *columns)
{
    int n = 0, i = na - 1 - first, j = nb - 1 - first, wide = nb - first;
    columns[n++] = (AlignColumn){ na - 1, nb - 1 };
    while (i > 0 || j > 0) {
        const int *d = table + (long)i * wide + j;
        if (i > 0 && j > 0 && *d == d[-wide - 1] + (a[first + i - 1] != b[first + j - 1]))
            i--, j--, columns[n++] = (AlignColumn){ first + i, first + j };
        else if (i > 0 && *d == d[-wide] + 1)
            columns[n++] = (AlignColumn){ first + --i, -1 };
        else
            columns[n++] = (AlignColumn){ -1, first + --j };
    }
    return n;
}

/* Pairing the common beginning costs nothing, so that the fewest edits of the rest are the fewest of all. */
int align_tokens(const int *a, int na, const int *b, int nb, int *table, AlignColumn *columns)
{
    int first = 0;
    while (first < na - 1 && first < nb - 1 && a[first] == b[first])
        first++;
    fill(a + first, na - first, b + first, nb - first, table);
    int n = trace_back(a, na, b, nb, first, table, columns);
    for (int i = first - 1; i >= 0; i--)
        columns[n++] = (AlignColumn){ i, i };
    reverse(columns, n);
    return n;
}

static bool differs(const int *a, const int *b, AlignColumn c) { return c.a < 0 || c.b < 0 || a[c.a] != b[c.b]; }

/* The first position of a (or b) at or after column k, and the last before it; -1 if there is none. */
static int after(const AlignColumn *columns, int n, int k, bool of_b)
{
    for (; k < n; k++)
        if ((of_b ? columns[k].b : columns[k].a) >= 0)
            return of_b ? columns[k].b : columns[k].a;
    return -1;
}

static int before(const AlignColumn *columns, int k, bool of_b)
{
    while (--k >= 0)
        if ((of_b ? columns[k].b : columns[k].a) >= 0)
            return of_b ? columns[k].b : columns[k].a;
    return -1;
}

/* Whether a word of either sequence continues from column k-1 to column k. */
static bool splits_word(const int *a, const int *b, const AlignColumn *columns, int n, int k, const bool *letter)
{
    int a0 = before(columns, k, false), a1 = after(columns, n, k, false);
    int b0 = before(columns, k, true), b1 = after(columns, n, k, true);
    return (a0 >= 0 && a1 >= 0 && letter[a[a0]] && letter[a[a1]]) ||
           (b0 >= 0 && b1 >= 0 && letter[b[b0]] && letter[b[b1]]);
}

static void mark_words(const int *a, const int *b, const AlignColumn *columns, int n, const bool *letter, bool *mark)
{
    for (int k = 0; k < n; k++)
        mark[k] = differs(a, b, columns[k]);
    for (int k = 1; k < n; k++)
        mark[k] |= mark[k - 1] && splits_word(a, b, columns, n, k, letter);
    for (int k = n - 1; k > 0; k--)
        mark[k - 1] |= mark[k] && splits_word(a, b, columns, n, k, letter);
}

/* Columns first..end-1; an empty side begins where the other's neighbours are. */
static AlignSpan span_of(const AlignColumn *columns, int first, int end)
{
    AlignSpan s = { before(columns, first, false) + 1, 0, before(columns, first, true) + 1, 0 };
    s.a_end = before(columns, end, false) + 1;
    s.b_end = before(columns, end, true) + 1;
    return s;
}

int align_spans(const int *a, const int *b, const AlignColumn *columns, int n, const bool *letter, bool *mark,
                AlignSpan *spans)
{
    int n_spans = 0;
    mark_words(a, b, columns, n, letter, mark);
    for (int k = 1; k + 1 < n; k++)
        if (!mark[k] && mark[k - 1] && mark[k + 1])
            mark[k] = !letter[a[columns[k].a]];
    for (int k = 0, end; k < n; k = end + 1) {
        for (end = k; end < n && mark[end]; end++)
            ;
        if (end > k)
            spans[n_spans++] = span_of(columns, k, end);
    }
    return n_spans;
}
