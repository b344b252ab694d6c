#include "cli/explain/show/show.h"
#include "base/topk.h"
#include "cli/explain/words.h"
#include "explain/check.h"
#include <math.h>

enum { SENTENCE = 1024, HEADS = 16, STRIP = 60, STRONGEST = 5 };

/* --- Attention of every head --- */

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

/* The first character of the longest tail of the row that fits in STRIP columns. */
static int strip_first(const Term *t, const Subject *s, int row)
{
    int columns = 0, i = row;
    for (; i >= 0; i--) {
        columns += screen_glyph_width(t, subject_at(s, i));
        if (columns > STRIP)
            break;
    }
    return i + 1;
}

static void strip(const Term *t, const Subject *s, ExplainRow at, int first, bool here)
{
    const double *a = explain_row(s->e.trace.layers[at.layer].weights, at.head, at.row);
    int columns = 0;
    fprintf(t->file, "%c %d.%-3d ", here ? '>' : ' ', at.layer, at.head);
    for (int j = first; j <= at.row; j++)
        for (int w = screen_glyph_width(t, subject_at(s, j)); w > 0; w--, columns++)
            fputs(shade(a[j], t->utf8), t->file);
    fprintf(t->file, "%*s %9.2e\n", STRIP - columns, "", explain_trace_push(&s->e, at));
}

static void strip_head(const Term *t, const Subject *s, int first, int row)
{
    int columns = 0;
    fprintf(t->file, "  head  ");
    for (int j = first; j <= row; j++) {
        fputs(screen_glyph(t, subject_at(s, j)).s, t->file);
        columns += screen_glyph_width(t, subject_at(s, j));
    }
    fprintf(t->file, "%*s %9s\n", STRIP - columns, "", "sum |ds|");
}

/* push: room for a number per head. */
static void show_strips(const Term *t, const Subject *s, double *push)
{
    const Explain *e = &s->e;
    int row = s->at.row, first = strip_first(t, s, row), heads = e->L * e->H;
    strip_head(t, s, first, row);
    for (int k = 0; k < heads; k++)
        push[k] = explain_trace_push(e, (ExplainRow){ k / e->H, k % e->H, row });
    for (int k = 0; k < heads; k++) {
        ExplainRow at = { k / e->H, k % e->H, row };
        bool here = at.layer == s->at.layer && at.head == s->at.head;
        if (here || screen_keeps(push, heads, k, HEADS))
            strip(t, s, at, first, here);
    }
    fprintf(t->file, "  weight: %s from 1 %%, %s 3 %%, %s 10 %%, %s 25 %%, %s 50 %%\n", shade(0.02, t->utf8),
            shade(0.05, t->utf8), shade(0.2, t->utf8), shade(0.4, t->utf8), shade(0.9, t->utf8));
    if (heads > HEADS)
        fprintf(t->file, "  showing the %d of %d heads with the largest push\n", HEADS, heads);
    if (first > 0)
        fprintf(t->file, "  showing the last %d of %d characters\n", row + 1 - first, row + 1);
}

static void show_strongest(const Term *t, const Subject *s, const ExplainTrace *x)
{
    const double *a = explain_row(s->e.trace.layers[s->at.layer].weights, s->at.head, s->at.row);
    int order[STRONGEST], n = x->n < STRONGEST ? x->n : STRONGEST;
    char line[SENTENCE];
    int  len = snprintf(line, sizeof line, "Head %d.%d at %s attends most to", s->at.layer, s->at.head,
                        screen_position(t, s, s->at.row, 0).s);
    topk(a, x->n, n, false, order);
    for (int k = 0; k < n; k++)
        len += snprintf(line + len, sizeof line - (size_t)len, "%s %s %.1f %%", k ? "," : "",
                        screen_position(t, s, order[k], 0).s, 100 * a[order[k]]);
    snprintf(line + len, sizeof line - (size_t)len, ". Entropy %.2f bits of at most %.2f.", x->entropy,
             log2(x->n));
    screen_paragraph(t, 2, line);
}

/* --- The trace --- */

static const char *const legend[] = {
    "s    score, q.k / sqrt(D): how well the key matches the query",
    "a    attention weight, softmax of s: the share of attention; they sum to 1",
    "da   dL/da = g.v: change of the loss L for a bit more of this key's value",
    "rel  da minus its weighted mean: better (< 0) or worse than the current mix",
    "ds   dL/ds = a rel. ds < 0: raising the score lowers the loss, so a descent",
    "     step attends MORE here; ds > 0: LESS. They sum to 0.",
    "fd   finite difference (L(s+h) - L(s-h)) / 2h, h = 1e-4; error = |ds - fd|",
};

static double largest(const ExplainTrace *x, bool of_ds)
{
    double most = 0;
    for (int j = 0; j < x->n; j++)
        most = fmax(most, of_ds ? fabs(x->keys[j].ds) : fmax(fabs(x->keys[j].da), fabs(x->keys[j].rel)));
    return most;
}

static void trace_line(const Term *t, const Subject *s, const ExplainTrace *x, int j)
{
    const ExplainKey *k = &x->keys[j];
    bool  e1 = screen_needs_exponent(largest(x, false)), e2 = screen_needs_exponent(largest(x, true));
    char  look = k->ds < 0 ? 'm' : k->ds > 0 ? 'l' : 0;
    fprintf(t->file, "%4d %s %8.4f %7.5f %s %s %s%s%s", j, screen_char(t, subject_at(s, j), 4).s, k->s, k->a,
            screen_number(k->da, 9, e1).s, screen_number(k->rel, 9, e1).s, screen_color(t, look),
            screen_number(k->ds, 10, e2).s, screen_color(t, 0));
    if (isnan(k->fd))
        fprintf(t->file, " %10s %5s", "-", "-");
    else
        fprintf(t->file, " %s %5.0e", screen_number(k->fd, 10, e2).s, k->error);
    fprintf(t->file, " %s\n", look == 'm' ? "more" : look == 'l' ? "less" : "same");
}

static void trace_sums(const Term *t, const ExplainTrace *x)
{
    double a = 0, ds = 0;
    int    tried = 0;
    for (int j = 0; j < x->n; j++)
        a += x->keys[j].a, ds += x->keys[j].ds, tried += !isnan(x->keys[j].fd);
    fprintf(t->file, " sum %13s %7.5f %19s %s\n", "", a, "",
            screen_number(fabs(ds) < 1e-12 ? 0 : ds, 10, screen_needs_exponent(largest(x, true))).s);
    if (tried < x->n)
        fprintf(t->file, "  large model: fd only for the %d of %d keys with the largest |ds|\n",
                tried, x->n);
}

static void trace_table(const Term *t, const Subject *s, const ExplainTrace *x)
{
    fprintf(t->file, "   j char  score s  weight        da       rel         ds         fd error step\n");
    const double *ds = explain_grad(s->e.trace.layers[x->at.layer].scores, x->at.head, x->at.row);
    for (int j = 0; j < x->n; j++)
        if (screen_keeps(ds, x->n, j, SCREEN_ROWS))
            trace_line(t, s, x, j);
    trace_sums(t, x);
    if (x->n > SCREEN_ROWS)
        fprintf(t->file, "  showing %d of %d keys, those with the largest |ds|; the sums are over all\n",
                SCREEN_ROWS, x->n);
    for (size_t k = 0; k < sizeof legend / sizeof *legend; k++)
        fprintf(t->file, "  %s\n", legend[k]);
}

/* --- Self-checks --- */

static int show_checks(const Term *t, const ExplainCheck *checks)
{
    int failed = 0;
    for (int k = 0; k < EXPLAIN_CHECKS; k++) {
        const ExplainCheck *c = &checks[k];
        failed += !c->ok;
        fprintf(t->file, "  %s%s%s  %-41s %8.1e ", screen_color(t, c->ok ? 'p' : 'f'),
                c->ok ? "PASS" : "FAIL", screen_color(t, 0), c->name, c->value);
        if (c->limit > 0)
            fprintf(t->file, "(at most %.0e)\n", c->limit);
        else
            fprintf(t->file, "(exactly 0)\n");
    }
    return failed;
}

static void show_row_heading(const Term *t, const Subject *s)
{
    char text[SENTENCE];
    snprintf(text, sizeof text, "Gradient trace: layer %d, head %d, query %s", s->at.layer, s->at.head,
             screen_position(t, s, s->at.row, 0).s);
    screen_heading(t, text);
    screen_paragraph(t, 2, words_why(text, sizeof text, s, explain_trace_most_pushed(&s->e, -1, -1, -1)));
}

bool show_trace(const Term *t, Subject *s, int *failed)
{
    char         text[SENTENCE];
    ExplainTrace x;
    ExplainCheck checks[EXPLAIN_CHECKS];
    double      *masked = explain_alloc(&s->e, (size_t)s->e.T, sizeof *masked);
    double      *push = explain_alloc(&s->e, (size_t)(s->e.L * s->e.H), sizeof *push);
    if (!masked || !push || !explain_trace(&s->e, s->at, &x) || !explain_check(&s->e, &x, checks) ||
        !explain_edit_masks(&s->e, masked))
        return false;
    putc('\n', t->file);
    screen_paragraph(t, 0, words_origin(text, sizeof text, s, masked, t->utf8));
    screen_paragraph(t, 0, words_step(text, sizeof text, s, &x, t->utf8));
    screen_heading(t, "Attention of every head (layer.head; > is the one traced)");
    show_strips(t, s, push);
    show_strongest(t, s, &x);
    show_row_heading(t, s);
    trace_table(t, s, &x);
    fprintf(t->file, "  %.0f %% of the push is on %d of %d keys\n", 100 * x.share, x.share_keys,
            x.n);
    screen_heading(t, "Self-checks");
    *failed = show_checks(t, checks);
    return true;
}
