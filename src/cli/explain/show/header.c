#include "cli/explain/show/show.h"
#include "cli/explain/words.h"
#include "base/human.h"
#include "base/topk.h"

enum { NEXT = 5 };                          /* most probable next characters shown */

static void show_prompt(const Term *t, const Subject *s)
{
    int columns = 8;
    fprintf(t->file, "prompt  ");
    for (int i = 0; i < s->e.T; i++) {
        int w = screen_glyph_width(t, subject_at(s, i));
        if (columns + w > SCREEN_WIDTH)
            columns = fprintf(t->file, "\n%8s", "") - 1;
        columns += w;
        fprintf(t->file, "%s", screen_glyph(t, subject_at(s, i)).s);
    }
    putc('\n', t->file);
}

static bool show_next(const Term *t, Subject *s)
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
        if (columns > SCREEN_WIDTH)         /* names such as U+5BD2 take many columns */
            columns = fprintf(t->file, "\n%6s", "") - 1 + screen_columns(one);
        fputs(one, t->file);
    }
    fprintf(t->file, "\ntarget  %s, %s: p = %.6f, loss L = -log p = %.6f\n",
            words_char(subject_char(s, s->e.target), t->utf8).s, s->target_why, p[s->e.target], s->e.loss);
    return true;
}

bool show_header(const Term *t, Subject *s)
{
    const Config *c = &s->model.file.config;
    fprintf(t->file,
            "model   %s\n        %d layers of %d heads, %d channels, %d characters, trained for %s steps\n",
            s->path, c->layers, c->heads, c->channels, c->vocab, human_count(s->model.file.state.step).s);
    show_prompt(t, s);
    for (int k = 0; k < s->n_notes; k++)
        screen_paragraph(t, 8, s->notes[k]);
    return show_next(t, s);
}
