#include "cli/explain/show/show.h"
#include "cli/explain/table.h"
#include "cli/explain/words.h"
#include <math.h>
#include <string.h>

enum { SENTENCE = 2048, NAME = 20 };

static const Column columns[] = {
    { "", NAME, 0, true },  { "deleted", 9, 0, false }, { "replaced", 10, 0, false }, { "from", 8, 2, false },
    { "to", 8, 2, false }, { "masked", 9, 1, false },  { "integrated", 12, 3, false },
};

/* The unit and its positions, in the first column: "thumb (18 to 22)"; the end of a long word. */
static Cell name_of(const Term *t, const Subject *s, CauseSpan u)
{
    char   word[256], place[32];
    size_t n = 0;
    if (u.first == u.last)
        return screen_position(t, s, u.first, NAME);
    int from = u.last - u.first > NAME ? u.last - NAME : u.first;
    for (int i = from; i <= u.last; i++)
        n += (size_t)snprintf(word + n, sizeof word - n, "%s", screen_glyph(t, subject_at(s, i)).s);
    int room = NAME - snprintf(place, sizeof place, " (%d to %d)", u.first, u.last);
    Cell cell = screen_tail(t, word, room);
    n = strlen(cell.s);
    snprintf(cell.s + n, sizeof cell.s - n, "%s", place);
    return cell;
}

/* A change of the log-odds; "-" for one that was not tried. */
static void cell(Table *x, int k, double change)
{
    char text[32] = "-";
    if (!isnan(change))
        snprintf(text, sizeof text, "%.3f", fabs(change) < 5e-4 ? 0 : change);
    table_cell(x, k, isnan(change) || fabs(change) < CAUSE_LEAST ? 0 : change < 0 ? 'l' : 'm', text);
}

static void unit_row(Table *x, const Subject *s, const ExplainCause *c, const CauseUnit *u)
{
    double D = c->now.odds;
    table_cell(x, 0, 0, name_of(x->t, s, u->at).s);
    cell(x, 1, u->deleted.odds - D);
    cell(x, 2, u->replaced.odds - D);
    cell(x, 3, u->low - D);
    cell(x, 4, u->high - D);
    cell(x, 5, u->masked.odds - D);
    cell(x, 6, u->integrated);
    table_end(x);
}

/* Units first .. first+n-1, those with the largest changes by deletion. */
static bool rows(const Term *t, Subject *s, const ExplainCause *c, int first, int n, const char *what)
{
    double *size = explain_alloc(&s->e, (size_t)n, sizeof *size);
    if (!size)
        return false;
    for (int k = 0; k < n; k++)
        size[k] = isnan(c->units[first + k].deleted.odds) ? 0 : c->units[first + k].deleted.odds - c->now.odds;
    Column titled[sizeof columns / sizeof *columns];
    memcpy(titled, columns, sizeof columns);
    titled[0].title = what;
    putc('\n', t->file);
    Table x = table_of(t, 2, titled, sizeof columns / sizeof *columns);
    table_head(&x);
    for (int k = 0; k < n; k++)
        if (screen_keeps(size, n, k, SCREEN_ROWS))
            unit_row(&x, s, c, &c->units[first + k]);
    if (n > SCREEN_ROWS)
        fprintf(t->file, "  showing the %d of %d with the largest change when deleted\n", SCREEN_ROWS, n);
    table_note(&x);
    return true;
}

static void legend(const Term *t, const Subject *s, const ExplainCause *c)
{
    char text[SENTENCE];
    putc('\n', t->file);
    snprintf(text, sizeof text, "Changes of the log-odds log p(%s) - log p(%s), now %.3f nats; below 0: the change "
             "costs the target. 0.693 is a factor of 2.", words_char(subject_char(s, c->target), t->utf8).s,
             words_char(subject_char(s, c->rival), t->utf8).s, c->now.odds);
    screen_paragraph(t, 2, text);
    screen_item(t, "  deleted     ", 14, "the rest moves up; a word goes with one adjoining blank");
    snprintf(text, sizeof text, "mean of the %d replacements of the same kind and length that the model finds "
             "likeliest; from, to: their range", CAUSE_DRAWS);
    screen_item(t, "  replaced    ", 14, text);
    screen_item(t, "  masked      ", 14, "no later position attends to it, in any head");
    snprintf(text, sizeof text, "integrated gradients, %d points, not a change: > 0 speaks for the target; "
             "completeness error %.1e", CAUSE_POINTS, c->error);
    screen_item(t, "  integrated  ", 14, text);
    if (s->e.trace.counts)
        screen_paragraph(t, 2, "Counting sees the text, not attention: of a deleted or replaced character it knows "
                         "nothing, a masked one it still counts, and integrated gradients leave the counts as they "
                         "are (--counts).");
    if (c->tried < c->n) {
        snprintf(text, sizeof text, "large model: %d of %d words and characters tried, those with the largest gradient",
                 c->tried, c->n);
        screen_paragraph(t, 2, text);
    }
}

bool show_cause(const Term *t, Subject *s)
{
    ExplainCause c;
    char         text[SENTENCE];
    if (!explain_cause(&s->e, &s->model.file.vocab, &c))
        return false;
    screen_heading(t, "What the answer depends on");
    screen_paragraph(t, 2, words_cause(text, sizeof text, s, &c, 0, t->utf8));
    if (c.rival < 0)
        return true;
    if ((c.words && !rows(t, s, &c, 0, c.words, "word")) || !rows(t, s, &c, c.words, s->e.T, "character"))
        return false;
    legend(t, s, &c);
    return true;
}
