#include "cli/explain/excerpt.h"
#include "cli/explain/show/show.h"
#include "cli/explain/words.h"
#include "base/topk.h"
#include <math.h>

enum { SENTENCE = 1024, HEADS = 16, LABEL = 8, PUSH = 11, STRONGEST = 5 };

/* A weight as a shade: below 1, 3, 10, 25, 50 %, or above. */
static const char *shade(double a, bool utf8)
{
    static const char *const shades[2][6] = {{" ", ".", ":", "+", "#", "@"}, {" ", "·", "░", "▒", "▓", "█"}};
    static const double      steps[5] = { 0.01, 0.03, 0.1, 0.25, 0.5 };
    int k = 0;
    while (k < 5 && a >= steps[k])
        k++;
    return shades[utf8][k];
}

static void strip(const Term *t, const Subject *s, const Excerpt *x, ExplainRow at, bool here)
{
    const double *a = explain_row(s->e.trace.layers[at.layer].weights, at.head, at.row);
    fprintf(t->file, "%c %d.%-3d ", here ? '>' : ' ', at.layer, at.head);
    for (int k = 0; k < x->n; k++)
        for (int w = excerpt_width(t, s, x, k); w > 0; w--)
            fputs(x->at[k] < 0 ? " " : shade(a[x->at[k]], t->utf8), t->file);
    fprintf(t->file, "%*s %9.2e\n", screen_width(t) - LABEL - PUSH - x->columns, "", explain_trace_push(&s->e, at));
}

static void strip_head(const Term *t, const Subject *s, const Excerpt *x)
{
    fprintf(t->file, "  head  ");
    excerpt_text(t, s, x);
    fprintf(t->file, "%*s %9s\n", screen_width(t) - LABEL - PUSH - x->columns, "", "sum |ds|");
}

static void strip_legend(const Term *t, int heads)
{
    char text[SENTENCE];
    snprintf(text, sizeof text, "weight: %s from 1 %%, %s 3 %%, %s 10 %%, %s 25 %%, %s 50 %%", shade(0.02, t->utf8),
             shade(0.05, t->utf8), shade(0.2, t->utf8), shade(0.4, t->utf8), shade(0.9, t->utf8));
    screen_paragraph(t, 2, text);
    screen_paragraph(t, 2, "sum |ds|: how hard the gradient pushes that row of attention");
    if (heads > HEADS)
        fprintf(t->file, "  showing the %d of %d heads with the largest push\n", HEADS, heads);
}

/* push (L*H), most (row+1): the push of each head; the largest weight of each character in any of them. */
static void measure(const Explain *e, int row, double *push, double *most)
{
    for (int k = 0; k < e->L * e->H; k++) {
        ExplainRow    at = { k / e->H, k % e->H, row };
        const double *a = explain_row(e->trace.layers[at.layer].weights, at.head, row);
        push[k] = explain_trace_push(e, at);
        for (int j = 0; j <= row; j++)
            most[j] = fmax(most[j], a[j]);
    }
}

static bool show_strips(const Term *t, Subject *s)
{
    Explain *e = &s->e;
    Excerpt  x;
    int      heads = e->L * e->H, row = s->at.row;
    double  *push = explain_alloc(e, (size_t)heads, sizeof *push), *most = explain_alloc(e, (size_t)e->T, sizeof *most);
    if (!push || !most)
        return false;
    measure(e, row, push, most);
    if (!excerpt_of(t, s, row, most, screen_width(t) - LABEL - PUSH, &x))
        return false;
    strip_head(t, s, &x);
    for (int k = 0; k < heads; k++) {
        ExplainRow at = { k / e->H, k % e->H, row };
        bool here = at.layer == s->at.layer && at.head == s->at.head;
        if (here || screen_keeps(push, heads, k, HEADS))
            strip(t, s, &x, at, here);
    }
    strip_legend(t, heads);
    excerpt_note(t, &x);
    return true;
}

static void show_strongest(const Term *t, const Subject *s)
{
    const double *a = explain_row(s->e.trace.layers[s->at.layer].weights, s->at.head, s->at.row);
    int  order[STRONGEST], keys = s->at.row + 1, n = topk(a, keys, STRONGEST, false, order);
    char line[SENTENCE];
    int  len = snprintf(line, sizeof line, "Head %d.%d at %s attends most to", s->at.layer, s->at.head,
                        screen_position(t, s, s->at.row, 0).s);
    for (int k = 0; k < n; k++)
        len += snprintf(line + len, sizeof line - (size_t)len, "%s %s %.1f %%", k ? "," : "",
                        screen_position(t, s, order[k], 0).s, 100 * a[order[k]]);
    snprintf(line + len, sizeof line - (size_t)len, ". Entropy %.2f bits of at most %.2f.",
             explain_trace_entropy(a, keys), log2(keys));
    screen_paragraph(t, 2, line);
}

bool show_heads(const Term *t, Subject *s)
{
    screen_heading(t, "Attention of every head (layer.head; > is the one traced)");
    if (!show_strips(t, s))
        return false;
    show_strongest(t, s);
    return true;
}
