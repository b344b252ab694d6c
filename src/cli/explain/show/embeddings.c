#include "cli/explain/show/show.h"
#include "explain/embed.h"

enum { NEAR = 5, DISTANCES = 16 };

/* The NEAR nearest neighbours of each distinct character of the prompt. */
static void near_characters(const Term *t, const Subject *s)
{
    const Explain *e = &s->e;
    int rows = 0, more = 0, fit = (screen_width(t) - 10) / 13;
    for (int i = 0; i < e->T; i++) {
        int    near[NEAR], seen = 0;
        double cosine[NEAR];
        for (int k = 0; k < i; k++)
            seen |= e->ids[k] == e->ids[i];
        if (seen || rows == SCREEN_ROWS) {
            more += !seen;
            continue;
        }
        int n = explain_embed_near(e->g->wte, e->ids[i], fit > NEAR ? NEAR : fit, near, cosine);
        fprintf(t->file, "  %s  ", screen_char(t, subject_at(s, i), 6).s);
        for (int k = 0; k < n; k++)
            fprintf(t->file, "  %s %6.3f", screen_char(t, subject_char(s, near[k]), 4).s, cosine[k]);
        putc('\n', t->file);
        rows++;
    }
    if (more)
        fprintf(t->file, "  showing %d of %d characters\n", rows, rows + more);
}

/* Mean cosine of position embeddings by distance. */
static void position_distances(const Term *t, const Tensor *wpe)
{
    char text[160] = "";
    int  n = wpe->dim[0], len = 0;
    for (int d = 1; d < n && d <= DISTANCES; d *= 2) {
        double mean = 0;
        for (int i = 0; i + d < n; i++)
            mean += explain_embed_cosine(wpe, i, i + d) / (n - d);
        len += snprintf(text + len, sizeof text - (size_t)len, "%sdistance %d: %.3f", d > 1 ? ", " : "", d, mean);
    }
    screen_paragraph(t, 2, text);
}

bool show_embeddings(const Term *t, Subject *s)
{
    screen_heading(t, "Nearest character embeddings, by cosine (1: same direction)");
    near_characters(t, s);
    if (!s->e.g->wpe)
        return true;
    screen_heading(t, "Position embeddings: mean cosine by distance");
    position_distances(t, s->e.g->wpe);
    return true;
}
