#include "cli/explain/show/show.h"
#include "cli/explain/excerpt.h"
#include "cli/explain/words.h"
#include "base/human.h"
#include "base/topk.h"
#include <math.h>

enum { NEXT = 5 };                          /* most probable next characters shown */

static void show_prompt(const Term *t, const Subject *s)
{
    int columns = 8;
    fprintf(t->file, "prompt  ");
    for (int i = 0; i < s->e.T; i++) {
        int w = screen_glyph_width(t, subject_at(s, i));
        if (columns + w > screen_width(t))
            columns = fprintf(t->file, "\n%8s", "") - 1;
        columns += w;
        fprintf(t->file, "%s", screen_glyph(t, subject_at(s, i)).s);
    }
    putc('\n', t->file);
}

/* wraps: further lines for those that do not fit the first; names such as U+5BD2 take many columns. */
static bool show_next(const Term *t, Subject *s, bool wraps)
{
    int     order[NEXT], n = s->e.V < NEXT ? s->e.V : NEXT;
    double *p = explain_alloc(&s->e, (size_t)s->e.V, sizeof *p);
    if (!p)
        return false;
    explain_next(&s->e, p);
    topk(p, s->e.V, n, false, order);
    fprintf(t->file, "next  ");
    for (int k = 0, columns = 6; k < n; k++) {
        char one[64];
        snprintf(one, sizeof one, "  %s %.1f %%", words_char(subject_char(s, order[k]), t->utf8).s, 100 * p[order[k]]);
        columns += screen_columns(one);
        if (columns > screen_width(t) && !wraps)
            break;
        if (columns > screen_width(t))
            columns = fprintf(t->file, "\n%6s", "") - 1 + screen_columns(one);
        fputs(one, t->file);
    }
    putc('\n', t->file);
    return true;
}

static void show_target(const Term *t, const Subject *s)
{
    char text[160];
    snprintf(text, sizeof text, "%s, %s: p = %.6f, loss L = -log p = %.6f",
             words_char(subject_char(s, s->e.target), t->utf8).s, s->target_why, exp(-s->e.loss), s->e.loss);
    screen_item(t, "target", 8, text);
}

static void show_notes(const Term *t, const Subject *s)
{
    for (int k = 0; k < s->n_notes; k++)
        screen_paragraph(t, 8, s->notes[k]);
}

/* "4 layers of 4 heads" */
static Cell shape_of(const Config *c)
{
    Cell shape;
    snprintf(shape.s, sizeof shape.s, "%d layer%s of %d head%s", c->layers, c->layers == 1 ? "" : "s", c->heads,
             c->heads == 1 ? "" : "s");
    return shape;
}

bool show_header(const Term *t, Subject *s)
{
    const Config *c = &s->model.file.config;
    char          text[192];
    snprintf(text, sizeof text, "%s, %d channels, %d characters, step %s", shape_of(c).s, c->channels, c->vocab,
             human_count(s->model.file.state.step).s);
    term_print(t->file, "model   %s\n", screen_tail(t, s->path, screen_width(t) - 8).s);
    screen_paragraph(t, 8, text);
    show_prompt(t, s);
    show_notes(t, s);
    if (!show_next(t, s, true))
        return false;
    show_target(t, s);
    return true;
}

/* The end of the prompt, in one line. */
static bool brief_prompt(const Term *t, Subject *s)
{
    Excerpt x;
    double *none = explain_alloc(&s->e, (size_t)s->e.T, sizeof *none);
    if (!none || !excerpt_of(t, s, s->e.T - 1, none, screen_width(t) - 8, &x))
        return false;
    fputs("prompt  ", t->file);
    excerpt_text(t, s, &x);
    putc('\n', t->file);
    return true;
}

bool show_brief(const Term *t, Subject *s)
{
    Cell shape = shape_of(&s->model.file.config);
    term_print(t->file, "model   %s, %s\n",
               screen_tail(t, s->path, screen_width(t) - 10 - screen_columns(shape.s)).s, shape.s);
    if (!brief_prompt(t, s))
        return false;
    show_notes(t, s);
    if (!show_next(t, s, false))
        return false;
    if (s->given)
        show_target(t, s);
    return true;
}
