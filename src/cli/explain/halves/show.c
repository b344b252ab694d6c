#include "base/topk.h"
#include "cli/explain/halves/halves.h"
#include "cli/explain/sentence.h"
#include "cli/explain/table.h"
#include "cli/explain/words.h"
#include "explain/output/output.h"
#include <math.h>
#include <string.h>

enum { WORDS = 900, MOST = 8, LABEL = 12 };

/* --- The next character --- */

enum { NEXT, P, COUNTING, OWN, GAINED, BY_COUNTS, BY_MODEL, SHORTER, COLUMNS = SHORTER + PRIOR_CONTEXTS - 1 };

static const Column fixed[SHORTER] = {
    [NEXT] = { "next", 6, 0, true },            [P] = { "model", 8, 0, false },
    [COUNTING] = { "counting", 9, 0, false },   [OWN] = { "uncounted", 10, 1, false },
    [GAINED] = { "counted", 8, 2, false },      [BY_COUNTS] = { "by counts", 10, 3, false },
    [BY_MODEL] = { "by model", 9, 3, false },
};

/* The columns, with one for each shorter context, titled by its length. */
static void make_columns(const Subject *s, Column columns[COLUMNS], char title[PRIOR_CONTEXTS][12])
{
    memcpy(columns, fixed, sizeof fixed);
    for (int k = 0; k + 1 < PRIOR_CONTEXTS; k++) {
        snprintf(title[k], sizeof *title, "%d", prior_context(s->e.g->prior, k));
        columns[SHORTER + k] = (Column){ title[k], 5, 5, false };
    }
}

static void share(Table *b, int column, double p) { table_print(b, column, "%.2f %%", 100 * p); }

static void row(Table *b, const Subject *s, const ExplainCounts *x, int c)
{
    const Explain *e = &s->e;
    table_cell(b, NEXT, c == e->target ? 'b' : 0, screen_char(b->t, subject_char(s, c), 2).s);
    share(b, P, x->p[COUNTS_WHOLE][c]);
    share(b, COUNTING, x->p[COUNTS_ALONE][c]);
    share(b, OWN, x->p[COUNTS_OWN][c]);
    share(b, GAINED, x->p[COUNTS_GAINED][c]);
    table_print(b, BY_COUNTS, "%.3f", x->by_counts[c] - x->by_counts[e->target]);
    table_print(b, BY_MODEL, "%.3f", x->by_model[c] - x->by_model[e->target]);
    for (int k = 0; k + 1 < PRIOR_CONTEXTS; k++)
        table_print(b, SHORTER + k, "%.0f", 100 * exp(explain_counted(e, e->T - 1, k)[c]));
    table_end(b);
}

/* The likeliest of the model, and the target below them if it is not among them. */
static void rows(Table *b, const Subject *s, const ExplainCounts *x)
{
    int  order[MOST], n = s->e.V < MOST ? s->e.V : MOST;
    bool among = false;
    topk(x->p[COUNTS_WHOLE], s->e.V, n, false, order);
    for (int k = 0; k < n; k++) {
        row(b, s, x, order[k]);
        among |= order[k] == s->e.target;
    }
    if (!among)
        row(b, s, x, s->e.target);
}

static void explain_columns(const Term *t, const Subject *s, const ExplainCounts *x)
{
    char     text[WORDS];
    Sentence w = { text, sizeof text, 0 };
    say(&w, "model: the whole. counting: counts alone, after at most %d characters; last columns: after at most so "
         "many, in %%. uncounted: the model with the gains at 0, measured; counted: with the output "
         "matrix at 0, measured. by counts, by model: nats against %s, sum of gain log p and output matrix; a row's"
         " two add up to its log-odds%s. Gains here:",
         x->order, words_char(subject_char(s, s->e.target), t->utf8).s,
         s->e.g->config.soft_cap > 0 ? " before soft capping" : "");
    for (int k = 0; k < PRIOR_CONTEXTS; k++)
        say(&w, " %.3f (%d)%s", x->gain[k], prior_context(s->e.g->prior, k), k + 1 < PRIOR_CONTEXTS ? "," : ".");
    screen_paragraph(t, 2, text);
}

/* --- Each character of the prompt --- */

static const double STEP = 0.5;             /* nats that a step of a bar stands for */

/* A bar of 0 to 8 steps; without UTF-8 their number. */
static const char *bar(bool utf8, double nats)
{
    static const char *const bars[2][9] = { { ".", "1", "2", "3", "4", "5", "6", "7", "8" },
                                            { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" } };
    double steps = fmin(8, fmax(0, round(nats / STEP)));
    return isnan(nats) ? " " : bars[utf8][(int)steps];
}

/* A line of bars for characters first..end-1. */
static void bars(const Term *t, const Subject *s, const char *label, const double *nats, int first, int end)
{
    fprintf(t->file, "  %-*s", LABEL, label);
    for (int i = first; i < end; i++)
        for (int k = 0; k < screen_glyph_width(t, subject_at(s, i)); k++)
            fputs(bar(t->utf8, nats[i]), t->file);
    putc('\n', t->file);
}

/* The characters from `first` on that fit a line: the one after the last. */
static int fitting(const Term *t, const Subject *s, int first)
{
    int left = screen_width(t) - LABEL - 2, i = first;
    while (i < s->e.T && (left -= screen_glyph_width(t, subject_at(s, i))) >= 0)
        i++;
    return i;
}

static void strip(const Term *t, const Subject *s, const ExplainCounts *x)
{
    for (int i = 0, end; i < s->e.T; i = end) {
        end = fitting(t, s, i);
        fprintf(t->file, "  %-*s", LABEL, "");
        for (int k = i; k < end; k++)
            fputs(screen_glyph(t, subject_at(s, k)).s, t->file);
        putc('\n', t->file);
        bars(t, s, "counting", x->loss[COUNTS_ALONE], i, end);
        bars(t, s, "model", x->loss[COUNTS_WHOLE], i, end);
    }
}

static void say_means(const Term *t, const ExplainCounts *x)
{
    char text[WORDS];
    snprintf(text, sizeof text, "-log p of each character after those before it, a step of a bar %.1f nats, 8 at most. "
             "Mean: counting %.4f, the model %.4f; it without counts %.4f, its counts without the rest %.4f. On a "
             "prompt from the training text counting has seen the answer.", STEP, x->mean[COUNTS_ALONE],
             x->mean[COUNTS_WHOLE], x->mean[COUNTS_OWN], x->mean[COUNTS_GAINED]);
    screen_paragraph(t, 2, text);
}

bool halves_show(const Term *t, Subject *s)
{
    ExplainCounts x;
    char          text[WORDS], title[PRIOR_CONTEXTS][12];
    Column        columns[COLUMNS];
    if (!halves_has(s))
        return err_set(&s->e.err, "--counts needs a model that mixes counts in, and %s does not: train makes one by "
                       "default, but not with --no-counts, --recipe gpt2 or --for llama.cpp", s->path);
    if (!explain_counts(&s->e, &x))
        return false;
    make_columns(s, columns, title);
    Table b = table_of(t, 2, columns, COLUMNS);
    screen_heading(t, "What counting knew, what attention and MLPs added: the next character");
    screen_paragraph(t, 2, halves_say(text, sizeof text, s, &x, t->utf8));
    putc('\n', t->file);
    table_head(&b);
    rows(&b, s, &x);
    table_note(&b);
    explain_columns(t, s, &x);
    if (s->e.T < 2)
        return true;
    screen_heading(t, "The same for each character of the prompt: surprise");
    strip(t, s, &x);
    say_means(t, &x);
    return true;
}
