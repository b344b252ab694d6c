#include "base/topk.h"
#include "cli/explain/screen.h"
#include "cli/explain/versus/versus.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCE = 1024, LAYERS = 5 };       /* rows of the table */

/* --- The prompts --- */

enum { TEXT_AT = 22, AT_END = 20 };

/* A prompt, and how much of it is shown: tokens this near to words that differ, and the last ones. */
typedef struct Line {
    const Term     *t;
    const Contrast *c;
    bool            of_b;
    int             n, around;
} Line;

typedef struct Stretch {
    int first, end;
} Stretch;

static uint32_t char_of(const Line *x, int i)
{
    return subject_char(x->c->s, x->of_b ? x->c->v.ids_b[i] : x->c->s->e.ids[i]);
}

/* Stretch k of the prompt, without spaces around it unless it is all spaces. */
static Stretch stretch(const Line *x, int k)
{
    AlignSpan s = x->c->v.spans[k];
    Stretch   y = x->of_b ? (Stretch){ s.b, s.b_end } : (Stretch){ s.a, s.a_end }, whole = y;
    while (y.first < y.end && char_of(x, y.first) == ' ')
        y.first++;
    while (y.first < y.end && char_of(x, y.end - 1) == ' ')
        y.end--;
    return y.first < y.end ? y : whole;
}

static bool kept(const Line *x, int i)
{
    bool keep = i >= x->n - AT_END;
    for (int k = 0; k < x->c->v.n_spans; k++)
        keep = keep || (i >= stretch(x, k).first - x->around && i < stretch(x, k).end + x->around);
    return keep;
}

/* Brackets before token i: of a stretch that ends there, and of one that starts. */
static const char *brackets(const Line *x, int i)
{
    bool ends = false, starts = false, empty = false;
    for (int k = 0; k < x->c->v.n_spans; k++) {
        Stretch s = stretch(x, k);
        ends = ends || (s.end == i && s.first < i);
        starts = starts || s.first == i;
        empty = empty || (s.first == i && s.end == i);
    }
    return empty ? ends ? "][] " : "[] " : ends ? starts ? "][" : "]" : starts ? "[" : "";
}

/* Token i: spaces as they are, so that lines break there, except the last, since the answer follows it. */
static Cell glyph(const Line *x, int i)
{
    uint32_t c = char_of(x, i);
    return c == ' ' && i + 1 < x->n ? (Cell){ " " } : screen_glyph(x->t, c);
}

/* text: the prompt with the words that differ in brackets, cut off when full. */
static const char *marked(const Line *x, char *text, size_t size)
{
    size_t len = 0;
    text[0] = '\0';
    for (int i = 0; i <= x->n && len + sizeof(Cell) + 8 < size; i++) {
        len += (size_t)sprintf(text + len, "%s", brackets(x, i));
        if (i < x->n && kept(x, i))
            len += (size_t)sprintf(text + len, "%s", glyph(x, i).s);
        else if (i < x->n && (i == 0 || kept(x, i - 1)))
            len += (size_t)sprintf(text + len, "%s%s ", i == 0 ? "" : " ", x->t->utf8 ? "…" : "...");
    }
    return text;
}

/* Columns of two lines, less what line breaks leave free. */
static int two_lines(const Term *t)
{
    int width = screen_width(t) < 100 ? screen_width(t) : 100;
    return 2 * (width - TEXT_AT - 8);
}

static void show_prompts(const Term *t, const Contrast *c)
{
    const Versus *v = &c->v;
    char          label[64], text[4096];
    fprintf(t->file, "\n%6s %s %s\n", "", screen_char(t, subject_char(c->s, v->answer[0]), 8).s,
            screen_char(t, subject_char(c->s, v->answer[1]), 1).s);
    for (int k = 0; k < 2; k++) {
        Line x = { t, c, k == 1, k == 1 ? v->n_b : v->e->T, 1 << 16 };
        while (screen_columns(marked(&x, text, sizeof text)) > two_lines(t) && x.around > 1)
            x.around = x.around > 64 ? 64 : x.around / 2;
        snprintf(label, sizeof label, "%c %6.1f %% %6.1f %%", 'A' + k, 100 * v->p[k][0], 100 * v->p[k][1]);
        screen_item(t, label, TEXT_AT, text);
    }
}

/* --- What moves the answer --- */

/* What fits the width: columns of heads, all or after their numbers; positions of the residual stream. */
typedef struct Table {
    int  heads, positions;
    bool numbered;
} Table;

enum { LABEL = 8, CELL = 6, NUMBERED = 12, POSITION = 15 };

static Table table_of(const Term *t, int H)
{
    int room = screen_width(t) - LABEL;
    if (CELL * H > room - POSITION)
        return (Table){ (room - POSITION) / NUMBERED, 1, true };
    return (Table){ H, CELL * H > room - 2 * POSITION ? 1 : 2, false };
}

/* "100 %" in CELL columns; "-" for what was not run. */
static void put_share(const Term *t, double x)
{
    if (isnan(x))
        fprintf(t->file, "%6s", "-");
    else
        fprintf(t->file, "%4.0f %%", fabs(x) < 0.005 ? 0 : 100 * x);
}

static double of_head(const Versus *v, int l, int h) { return v->heads[l * v->e->H + h].into_a; }

/* The heads of a layer; of too many, those with the largest effects, each after its number. size: room for H. */
static void put_heads(const Term *t, const Versus *v, const Table *x, int l, double *size, int *order)
{
    for (int h = 0; h < v->e->H; h++)
        size[h] = of_head(v, l, h), order[h] = h;
    if (x->numbered)
        topk(size, v->e->H, x->heads, true, order);
    for (int k = 0; k < x->heads; k++) {
        if (x->numbered)
            fprintf(t->file, "%5d:", order[k]);
        put_share(t, size[order[k]]);
    }
}

/* size and order: room for n_pairs. */
static void put_positions(const Term *t, const Contrast *c, const Table *x, int l, double *size, int *order)
{
    const Versus *v = &c->v;
    for (int k = 0; k < v->n_pairs; k++)
        size[k] = v->residual[versus_cell(v, l, k)].into_a;
    int n = topk(size, v->n_pairs, x->positions, false, order);
    for (int k = 0; k < n && size[order[k]] >= 0.005; k++)
        fprintf(t->file, "%s%s %.0f %%", k ? ", " : "   ", screen_position(t, c->s, v->pairs[order[k]].at[0], 0).s,
                100 * size[order[k]]);
}

/* size (L): the largest effect of each layer's heads. */
static void weigh_layers(const Versus *v, double *size)
{
    for (int l = 0; l < v->e->L; l++) {
        size[l] = 0;
        for (int h = 0; h < v->e->H; h++)
            size[l] = fmax(size[l], fabs(of_head(v, l, h)));
    }
}

static void show_heading(const Term *t, const Table *x)
{
    putc('\n', t->file);
    screen_paragraph(t, 0, "How far A's answer moves to B's with one thing taken from B: a head's output everywhere, "
                     "or the residual stream at one position.");
    fprintf(t->file, "head    ");
    for (int h = 0; h < x->heads && !x->numbered; h++)
        fprintf(t->file, "%4d  ", h);
    fprintf(t->file, "%*s   residual stream%s\n", x->numbered ? NUMBERED * x->heads : 0, "",
            x->positions > 1 ? " before it" : "");
}

static bool show_table(const Term *t, const Contrast *c)
{
    const Versus *v = &c->v;
    int     L = v->e->L, n = v->n_pairs + v->e->H;
    Table   x = table_of(t, v->e->H);
    double *layer = explain_alloc(&c->s->e, (size_t)L, sizeof *layer);
    double *size = explain_alloc(&c->s->e, (size_t)n, sizeof *size);
    int    *order = explain_alloc(&c->s->e, (size_t)n, sizeof *order);
    if (!layer || !size || !order)
        return false;
    weigh_layers(v, layer);
    show_heading(t, &x);
    for (int l = 0; l < L; l++) {
        if (!screen_keeps(layer, L, l, LAYERS))
            continue;
        fprintf(t->file, "layer %-2d", l);
        put_heads(t, v, &x, l, size, order);
        put_positions(t, c, &x, l, size, order);
        putc('\n', t->file);
    }
    if (L > LAYERS)
        fprintf(t->file, "showing the %d of %d layers whose heads do most\n", LAYERS, L);
    return true;
}

bool contrast_show(const Term *t, const Contrast *c)
{
    char text[SENTENCE];
    screen_paragraph(t, 0, contrast_sentence(text, sizeof text, c, t->utf8));
    show_prompts(t, c);
    if (c->v.verdict == VERSUS_NOTHING)
        return true;
    bool ok = show_table(t, c);
    if (contrast_control(text, sizeof text, c, t->utf8))
        screen_paragraph(t, 0, text);
    return ok;
}
