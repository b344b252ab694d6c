#include "cli/explain/excerpt.h"
#include "base/topk.h"
#include "cli/explain/screen.h"
#include <string.h>

enum { WORDS = 8 };                         /* at most so many that matter */

/* What is being chosen. keep (n), n = row + 1. */
typedef struct Choice {
    const Term    *t;
    const Subject *s;
    bool          *keep;
    int            n, columns;
} Choice;

/* Columns of what is kept, with its gaps. */
static int columns_kept(const Choice *c)
{
    int columns = 0;
    for (int i = 0; i < c->n; i++)
        if (c->keep[i])
            columns += screen_glyph_width(c->t, subject_at(c->s, i)) + (i > 0 && !c->keep[i - 1]);
    return columns;
}

/* Keeps characters first..last too, if there is room. */
static bool keep_too(Choice *c, int first, int last, bool *before)
{
    memcpy(before, c->keep, (size_t)c->n * sizeof *before);
    for (int i = first; i <= last; i++)
        c->keep[i] = true;
    if (columns_kept(c) <= c->columns)
        return true;
    memcpy(c->keep, before, (size_t)c->n * sizeof *before);
    return false;
}

static bool blank(uint32_t c) { return c == ' ' || c == '\n' || c == '\t' || c == 0x3000; }

/* The word around character i, at most `most` characters to either side of it. */
static bool add_word(Choice *c, int i, int most, bool *before)
{
    int first = i, last = i;
    while (first > 0 && i - first < most && !blank(subject_at(c->s, first - 1)))
        first--;
    while (last + 1 < c->n && last - i < most && !blank(subject_at(c->s, last + 1)))
        last++;
    return keep_too(c, first, last, before);
}

/* The last third; then the words around the largest, then whatever precedes the end. */
static void choose(Choice *c, const double *size, bool *before)
{
    int order[WORDS], found = topk(size, c->n, WORDS, false, order), end = c->n - 1;
    int third = c->columns / 3;
    while (end >= 0 && c->n - end <= third && keep_too(c, end, end, before))
        end--;
    for (int k = 0; k < found; k++)
        if (size[order[k]] > 0.05 * size[order[0]])
            (void)(add_word(c, order[k], c->columns / 8, before) || keep_too(c, order[k], order[k], before));
    while (end >= 0 && keep_too(c, end, end, before))
        end--;
}

static void list(const Choice *c, Excerpt *x)
{
    for (int i = 0; i < c->n; i++) {
        if (!c->keep[i])
            continue;
        if (i > 0 && !c->keep[i - 1])
            x->at[x->n++] = -1;
        x->at[x->n++] = i;
        x->shown++;
    }
    x->columns = columns_kept(c);
}

bool excerpt_of(const Term *t, Subject *s, int row, const double *size, int columns, Excerpt *x)
{
    int    n = row + 1;
    bool  *keep = explain_alloc(&s->e, 2 * (size_t)n, sizeof *keep);
    Choice c = { .t = t, .s = s, .keep = keep, .n = n, .columns = columns };
    *x = (Excerpt){ .of = n, .at = explain_alloc(&s->e, 2 * (size_t)n, sizeof *x->at) };
    if (!keep || !x->at)
        return false;
    if (!keep_too(&c, 0, row, keep + n))
        choose(&c, size, keep + n);
    list(&c, x);
    return true;
}

int excerpt_width(const Term *t, const Subject *s, const Excerpt *x, int k)
{
    return x->at[k] < 0 ? 1 : screen_glyph_width(t, subject_at(s, x->at[k]));
}

void excerpt_text(const Term *t, const Subject *s, const Excerpt *x)
{
    for (int k = 0; k < x->n; k++)
        fputs(x->at[k] < 0 ? (t->utf8 ? "…" : "~") : screen_glyph(t, subject_at(s, x->at[k])).s, t->file);
}

void excerpt_note(const Term *t, const Excerpt *x)
{
    if (x->shown < x->of)
        fprintf(t->file, "  showing %d of %d characters\n", x->shown, x->of);
}
