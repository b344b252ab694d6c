#include "cli/explain/show/show.h"
#include "base/topk.h"
#include "cli/explain/table.h"
#include "cli/explain/words.h"
#include "explain/by_hand.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

/* The traced row as arithmetic on paper, with every number that goes into it. */

enum { NAME = 15, NUMBER = 8, KEYS = 4, NEXT = 3, WORDS = 800, TERMS = 8 };
#define LIMIT 1e-12                         /* allowed for rounding */

typedef struct Hand {
    const Term     *t;
    Subject        *s;
    const GptBlockActs *y;                      /* the traced layer                                    */
    ExplainByHand     x;
    int             keys[KEYS], n_keys;     /* those with the largest weights, by position         */
    int             most;                   /* the one of them with the largest |ds|               */
} Hand;

/* --- Pieces --- */

/* Row i of a tensor (1,T,n). */
static const double *row_of(const Tensor *x, int i) { return x->val + (size_t)i * (size_t)x->dim[2]; }

static void number(const Hand *h, double x, double largest)
{
    fputs(screen_number(x, NUMBER, largest > 0 && screen_needs_exponent(largest)).s, h->t->file);
}

/* One line: a name, the character at `position` unless that is < 0, and as many of the n numbers as fit. */
static void vector(const Hand *h, const char *name, int position, const double *x, int n)
{
    char   label[96];
    double largest = 0;
    int len = snprintf(label, sizeof label, "  %-5s ", name);
    if (position >= 0)
        snprintf(label + len, sizeof label - (size_t)len, "%s %d",
                 screen_glyph(h->t, subject_at(h->s, position)).s, position);
    int columns = screen_columns(label), start = columns > NAME ? columns : NAME;
    int fit = (screen_width(h->t) - start) / NUMBER, shown = n > fit ? fit - 1 : n;
    for (int d = 0; d < n; d++)
        largest = fmax(largest, fabs(x[d]));
    fprintf(h->t->file, "%s%*s", label, start - columns, "");
    for (int d = 0; d < shown; d++)
        number(h, x[d], largest);
    fputs(shown == n ? "\n" : h->t->utf8 ? " …\n" : " ...\n", h->t->file);
}

__attribute__((format(printf, 2, 3))) static void say(const Hand *h, const char *format, ...)
{
    char    text[WORDS];
    va_list more;
    va_start(more, format);
    vsnprintf(text, sizeof text, format, more);
    va_end(more);
    screen_paragraph(h->t, 2, text);
}

/* "a*b + c*d + ... = sum": the first TERMS of n products, the sum of all. */
static const char *products(const double *a, const double *b, int n, char *out, size_t size)
{
    double sum = 0;
    size_t len = 0;
    for (int d = 0; d < n; d++) {
        sum += a[d] * b[d];
        if (d < TERMS)
            len += (size_t)snprintf(out + len, size - len, "%s%.4f*%.4f", d ? " + " : "", a[d], b[d]);
    }
    snprintf(out + len, size - len, "%s = %.4f", n > TERMS ? " + ..." : "", sum);
    return out;
}

static const char *name_of(const Hand *h, int i, char *out, size_t size)
{
    snprintf(out, size, "%s", screen_position(h->t, h->s, i, 0).s);
    return out;
}

/* --- Forward --- */

static void input(const Hand *h)
{
    const Explain *e = &h->s->e;
    int            row = h->x.at.row;
    screen_heading(h->t, "1. Input: a vector for each character");
    if (h->x.at.layer > 0)
        say(h, "The residual stream after layer %d.", h->x.at.layer - 1);
    else if (e->trace.position) {
        vector(h, "wte", row, row_of(e->trace.token, row), e->C);
        vector(h, "wpe", row, row_of(e->trace.position, row), e->C);
        say(h, "wte: the character's row of the embedding matrix; wpe: the position's; x is their sum%s.",
            e->g->config.embed_norm ? ", divided by its root mean square" : "");
    } else
        say(h, "x is the character's row of the embedding matrix%s.",
            e->g->config.embed_norm ? ", divided by its root mean square" : "");
    for (int k = 0; k < h->n_keys; k++)
        if (h->keys[k] != row)
            vector(h, "x", h->keys[k], row_of(h->y->x, h->keys[k]), e->C);
    vector(h, "x", row, row_of(h->y->x, row), e->C);
}

/* What happens to queries and keys between projection and attention; "" for nothing. */
static const char *between(const Config *c)
{
    bool turned = c->positions == POSITIONS_ROTARY;
    return c->qk_norm && turned ? "RMS-normalized (QK norm), then rotated by their positions"
           : c->qk_norm         ? "RMS-normalized (QK norm)"
           : turned             ? "rotated by their positions"
                                : "";
}

static void query(const Hand *h)
{
    const Explain *e = &h->s->e;
    const Config  *c = &e->g->config;
    char           text[WORDS];
    int            row = h->x.at.row;
    const double  *w = e->g->blocks[h->x.at.layer].qkv_w->val + (size_t)h->x.at.head * (size_t)e->D * (size_t)e->C;
    vector(h, "norm", row, row_of(h->y->norm_1, row), e->C);
    if (h->y->read != h->y->norm_1)
        vector(h, "conv", row, row_of(h->y->read, row), e->C);
    vector(h, "W_q x", row, h->x.projected, e->D);
    say(h, "norm: x %s, then scaled; %sW_q x: each row of the matrix W_q times that. Its first number: %s%s.",
        c->norm == NORM_RMS ? "divided by its root mean square" : "minus its mean, divided by its deviation",
        h->y->read != h->y->norm_1 ? "conv: a convolution over it and the characters before; " : "",
        products(w, row_of(h->y->read, row), e->C, text, sizeof text),
        e->g->blocks[h->x.at.layer].qkv_b ? ", plus a bias" : "");
}

static void project(const Hand *h)
{
    const Explain *e = &h->s->e;
    int            row = h->x.at.row, head = h->x.at.head;
    screen_heading(h->t, "2. Query, key and value: the vector times three matrices");
    query(h);
    vector(h, "query", row, explain_row(h->y->q, head, row), e->D);
    for (int k = 0; k < h->n_keys; k++)
        vector(h, "key", h->keys[k], explain_row(h->y->k, head, h->keys[k]), e->D);
    for (int k = 0; k < h->n_keys; k++)
        vector(h, "value", h->keys[k], explain_row(h->y->v, head, h->keys[k]), e->D);
    const char *what = between(&e->g->config);
    say(h, "The query is what this character looks for, a key what a character offers to match, a value what it "
        "passes on.%s%s%s", *what ? " Queries and keys are " : "", what, *what ? "." : "");
}

static const Column score_columns[] = {
    { "key", 12, 0, true },
    { "score s", 11, 1, false },
    { "exp(s - max s)", 17, 2, false },
    { "weight a", 11, 0, false },
};

static void score_sum(Table *b, const char *name, double sum, double weight)
{
    table_cell(b, 0, 0, name);
    table_cell(b, 1, 0, "");
    table_print(b, 2, "%.6f", sum);
    table_print(b, 3, "%.6f", weight);
    table_end(b);
}

static void scores(const Hand *h)
{
    Table  b = table_of(h->t, 2, score_columns, sizeof score_columns / sizeof *score_columns);
    char   text[WORDS], name[64];
    int    n = h->x.n, j = h->most, head = h->x.at.head;
    double shown = 0;
    screen_heading(h->t, "3. Scores, and softmax: attention weights that sum to 1");
    say(h, "Query times key of %s: %s; divided by sqrt(%d): %.4f.", name_of(h, j, name, sizeof name),
        products(explain_row(h->y->q, head, h->x.at.row), explain_row(h->y->k, head, j), h->s->e.D, text,
                 sizeof text), h->s->e.D, h->x.score[j]);
    table_head(&b);
    for (int k = 0; k < h->n_keys; k++) {
        j = h->keys[k];
        shown += h->x.weight[j];
        table_cell(&b, 0, 0, screen_position(h->t, h->s, j, 0).s);
        table_print(&b, 1, "%.4f", h->x.score[j]);
        table_print(&b, 2, "%.6f", exp(h->x.score[j] - h->x.largest));
        table_print(&b, 3, "%.6f", h->x.weight[j]);
        table_end(&b);
    }
    if (n > h->n_keys)
        score_sum(&b, "all others", (1 - shown) * h->x.sum, 1 - shown);
    score_sum(&b, "sum", h->x.sum, 1);
}

static bool mix(const Hand *h)
{
    Explain *e = &h->s->e;
    double  *part = explain_alloc(e, 2 * (size_t)e->D, sizeof *part), *left;
    if (!part)
        return false;
    left = part + e->D;
    screen_heading(h->t, "4. Output: the values, weighted and added");
    memcpy(left, h->x.mix, (size_t)e->D * sizeof *left);
    for (int k = 0; k < h->n_keys; k++) {
        for (int d = 0; d < e->D; d++) {
            part[d] = h->x.weight[h->keys[k]] * explain_row(h->y->v, h->x.at.head, h->keys[k])[d];
            left[d] -= part[d];
        }
        vector(h, "a v", h->keys[k], part, e->D);
    }
    if (h->x.n > h->n_keys)
        vector(h, "all others", -1, left, e->D);
    vector(h, "mix o", h->x.at.row, h->x.mix, e->D);
    return true;
}

static void logit(const Hand *h, int id, const double *p)
{
    const Explain *e = &h->s->e;
    fprintf(h->t->file, "  %s logit %9.4f%s p %s%.6f\n", words_char(subject_char(h->s, id), h->t->utf8).s,
            row_of(e->out.logits, e->T - 1)[id], screen_width(h->t) < 64 ? "" : "  ",
            screen_width(h->t) < 64 ? "" : "= exp(logit) / sum = ", p[id]);
}

static bool predict(const Hand *h, const double **p)
{
    Explain *e = &h->s->e;
    int      row = h->x.at.row, order[NEXT], n = e->V < NEXT ? e->V : NEXT;
    double  *next = explain_alloc(e, (size_t)e->V, sizeof *next);
    if (!next)
        return false;
    explain_next(e, next);
    topk(next, e->V, n, false, order);
    *p = next;
    screen_heading(h->t, "5. On to the prediction");
    vector(h, "W_o o", row, row_of(h->y->attention, row), e->C);
    vector(h, "mid", row, row_of(h->y->mid, row), e->C);
    vector(h, "MLP", row, row_of(h->y->mlp, row), e->C);
    vector(h, "out", row, row_of(h->y->out, row), e->C);
    say(h, "W_o o: the outputs of all heads times the output matrix of attention. mid = x + W_o o. MLP: its output for "
        "mid. out = mid + MLP.%s The last character's vector, normalized, times each row of the output matrix%s "
        "gives the logits:",
        h->x.at.layer + 1 < e->L ? " The layers above continue the same way." : "",
        e->trace.counts ? ", plus gains times the logarithms of what counting says (--counts)," : "");
    bool among = false;
    for (int k = 0; k < n; k++) {
        logit(h, order[k], next);
        among |= order[k] == e->target;
    }
    if (!among)
        logit(h, e->target, next);
    say(h, "The loss for the target %s: L = -log %.6f = %.6f.",
        words_char(subject_char(h->s, e->target), h->t->utf8).s, next[e->target], e->loss);
    return true;
}

/* --- Backward --- */

static const Column gradient_columns[] = {
    { "key", 12, 0, true },       { "weight a", 11, 2, false }, { "da", 11, 1, false },
    { "da - g.o", 11, 3, false }, { "ds", 12, 0, false },       { " step", 6, 4, true },
};

static void gradient_row(Table *b, const Hand *h, int j)
{
    table_cell(b, 0, 0, screen_position(h->t, h->s, j, 0).s);
    table_print(b, 1, "%.6f", h->x.weight[j]);
    table_print(b, 2, "%.4f", h->x.da[j]);
    table_print(b, 3, "%.4f", h->x.da[j] - h->x.go);
    table_print(b, 4, "%.6f", h->x.ds[j]);
    table_cell(b, 5, 0, h->x.ds[j] < 0 ? " more" : h->x.ds[j] > 0 ? " less" : " same");
    table_end(b);
}

static void backward(const Hand *h, const double *p)
{
    Table          b = table_of(h->t, 2, gradient_columns, sizeof gradient_columns / sizeof *gradient_columns);
    const Explain *e = &h->s->e;
    char           text[WORDS], name[64];
    int            row = h->x.at.row, head = h->x.at.head, j = h->most;
    const double  *g = explain_grad(h->y->mix, head, row);
    screen_heading(h->t, "6. Backward: gradients of each weight and score");
    say(h, "The gradient at the logits is p - 1 = %.6f for the target and p for all others. The transposed matrices "
        "carry it back to the head's output as g = dL/do:", p[e->target] - 1);
    vector(h, "g", row, g, e->D);
    say(h, "da = g.v: %s: %s. The mean under the weights is g.o = %.4f, and ds = a (da - g.o).",
        name_of(h, j, name, sizeof name), products(g, explain_row(h->y->v, head, j), e->D, text,
        sizeof text), h->x.go);
    table_head(&b);
    for (int k = 0; k < h->n_keys; k++)
        gradient_row(&b, h, h->keys[k]);
    table_note(&b);
    say(h, "To lower the loss, each score moves against its ds: more of the values whose da is below the mean, less of "
        "the others.");
}

static void backward_inputs(const Hand *h)
{
    const Explain *e = &h->s->e;
    int            row = h->x.at.row, head = h->x.at.head, j = h->most;
    Tensor        *x = h->y->x;
    screen_heading(h->t, "7. Down to query, key, value and input");
    vector(h, "dq", row, h->x.dq, e->D);
    vector(h, "dk", j, explain_grad(h->y->k, head, j), e->D);
    vector(h, "dv", j, explain_grad(h->y->v, head, j), e->D);
    vector(h, "dx", row, x->grad + (size_t)row * (size_t)e->C, e->C);
    if (j != row)
        vector(h, "dx", j, x->grad + (size_t)j * (size_t)e->C, e->C);
    say(h, "dq = sum of ds k / sqrt(%d). dk = ds q / sqrt(%d) and dv = a g, summed over all rows that attend to the "
        "key: only this one, if it is the last and there is no layer above. dx is the gradient of x by all paths; "
        "those of equal characters add up in their row of the embedding matrix.", e->D, e->D);
}

/* --- All of it --- */

/* The keys with the largest weights, sorted by position, and the one of them with the largest |ds|. */
static void choose(Hand *h)
{
    int order[KEYS];
    h->n_keys = h->x.n < KEYS ? h->x.n : KEYS;
    topk(h->x.weight, h->x.n, h->n_keys, false, order);
    for (int k = 0; k < h->n_keys; k++) {
        int at = k;
        for (; at > 0 && h->keys[at - 1] > order[k]; at--)
            h->keys[at] = h->keys[at - 1];
        h->keys[at] = order[k];
    }
    h->most = h->keys[0];
    for (int k = 1; k < h->n_keys; k++)
        if (fabs(h->x.ds[h->keys[k]]) > fabs(h->x.ds[h->most]))
            h->most = h->keys[k];
}

bool show_by_hand(const Term *t, Subject *s, int *failed)
{
    Hand          h = { .t = t, .s = s, .y = &s->e.trace.layers[s->at.layer] };
    const double *p;
    char          name[64], text[240];
    if (!explain_by_hand(&s->e, s->at, &h.x))
        return false;
    choose(&h);
    snprintf(text, sizeof text, "By hand: attention at %s in layer %d, head %d, with %d of the %d channels",
             name_of(&h, s->at.row, name, sizeof name), s->at.layer, s->at.head, s->e.D, s->e.C);
    putc('\n', t->file);
    screen_paragraph(t, 0, text);
    input(&h);
    project(&h);
    scores(&h);
    if (!mix(&h) || !predict(&h, &p))
        return false;
    backward(&h, p);
    backward_inputs(&h);
    bool holds = h.x.error <= LIMIT;
    *failed += !holds;
    putc('\n', t->file);
    snprintf(text, sizeof text, "plain loops agree with the engine within %.1e (at most %.0e)", h.x.error, LIMIT);
    screen_item(t, holds ? "  PASS" : "  FAIL", 8, text);
    return true;
}
