#include "explain/claims.h"
#include "explain/embed.h"
#include "explain/lens.h"
#include "explain/move.h"
#include "explain/step.h"
#include "explain/trace.h"
#include "explain/why/content.h"
#include "kernel/kernel.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 32, CHOICE = 64 };           /* prompts that a gradient step is measured on, a head is chosen on */

/* Sums over items, by head. */
typedef struct Heads {
    double *share, *content, *deleted;      /* attention on the clue, relative to uniform attention: of the pass; with
                                               distances averaged; that on what follows the deleted clue            */
    int     deletions;                      /* items with such a place                                              */
    double *previous, chance;               /* on the previous character; what uniform weights give                 */
} Heads;

/* Whether the current logits favour the right character over the wrong one. */
static bool answered(const Explain *e, const Clue *c)
{
    const double *x = e->out.logits->val + (size_t)(e->T - 1) * (size_t)e->V;
    return x[c->right] > x[c->wrong];
}

/* All heads output 0: the prediction then depends only on the last character and its position. */
static bool without_attention(Explain *e, const Clue *c)
{
    for (int l = 0; l < e->L; l++) {
        Tensor *mix = e->trace.layers[l].mix;
        memset(mix->val, 0, tensor_len(mix) * sizeof *mix->val);
        explain_replay_to(mix, l + 1 < e->L ? e->trace.layers[l + 1].mix : e->out.loss);
    }
    bool right = answered(e, c);
    explain_replay(e, NULL);
    return right;
}

/* Length of the span, starting at the clue, that holds its content without attention: the clue itself and, since
 * char_mix is a causal convolution, taps - 1 further characters in each layer. */
static int span(const Explain *e, const Clue *c, int layer)
{
    int taps = e->g->config.char_mix, n = c->len + (taps ? (taps - 1) * (layer + 1) : 0), most = e->T - 1 - c->at;
    return n < most ? n : most;
}

/* The weights of a row with len keys masked from the clue on: softmax over the other keys. */
static void mask_span(const Clue *c, int len, const GptBlockActs *y, int head, int i, double *row)
{
    const double *s = explain_row(y->scores, head, i);
    double       *a = explain_row(y->weights, head, i);
    size_t after = (size_t)(i + 1 - c->at - len);
    memcpy(row, s, (size_t)c->at * sizeof *row);
    memcpy(row + c->at, s + c->at + len, after * sizeof *row);
    kernel->softmax((size_t)c->at + after, 1, row, row);
    memcpy(a, row, (size_t)c->at * sizeof *a);
    memset(a + c->at, 0, (size_t)len * sizeof *a);
    memcpy(a + c->at + len, row + c->at, after * sizeof *a);
}

/* The clue masked: no later character attends to it, in any layer. */
static bool without_clue(Explain *e, const Clue *c, double *row)
{
    for (int l = 0; l < e->L; l++) {
        const GptBlockActs *y = &e->trace.layers[l];
        int len = span(e, c, l);
        for (int h = 0; h < e->H; h++)
            for (int i = c->at + len; i < e->T; i++)
                mask_span(c, len, y, h, i, row);
        explain_replay_to(y->weights, l + 1 < e->L ? e->trace.layers[l + 1].weights : e->out.loss);
    }
    bool right = answered(e, c);
    explain_replay(e, NULL);
    return right;
}

/* Adds for each head the attention of the last row on the clue, relative to uniform attention. */
static void add_shares(const Explain *e, const Clue *c, double *share)
{
    for (int l = 0; l < e->L; l++)
        for (int h = 0; h < e->H; h++) {
            const double *a = explain_row(e->trace.layers[l].weights, h, e->T - 1);
            double seen = 0;
            for (int j = c->at; j < c->at + c->len; j++)
                seen += a[j];
            share[l * e->H + h] += seen * e->T / c->len;
        }
}

/* The same for characters at..at+len-1 with the distances of the scores averaged. NaN without rotary positions. */
static bool add_contents(Explain *e, int at, int len, double *share)
{
    double *s = explain_alloc(e, (size_t)e->T + 3 * (size_t)e->D, sizeof *s);
    for (int k = 0; s && k < e->L * e->H; k++) {
        double seen = 0;
        if (why_content_has(e, k / e->H)) {
            why_content_row(e, (ExplainRow){ k / e->H, k % e->H, e->T - 1 }, s + e->T, s);
            kernel->softmax((size_t)e->T, 1, s, s);
        } else
            seen = NAN;
        for (int j = at; j < at + len; j++)
            seen += s[j];
        share[k] += seen * e->T / len;
    }
    return s != NULL;
}

/* The control: the clue deleted, and the characters that then stand in its place. */
static bool add_deleted(Explain *e, const Clue *c, Heads *x)
{
    Explain without;
    int     n = c->n - c->len, len = n - c->at < c->len ? n - c->at : c->len;
    int    *ids = explain_alloc(e, (size_t)c->n, sizeof *ids);
    if (!ids || n < 1 || len < 1)
        return ids != NULL;
    memcpy(ids, c->ids, (size_t)c->at * sizeof *ids);
    memcpy(ids + c->at, c->ids + c->at + c->len, (size_t)(n - c->at) * sizeof *ids);
    explain_unpack(e);
    bool ok = explain_open(&without, e->g, ids, n, c->right) && add_contents(&without, c->at, len, x->deleted);
    if (!ok)
        err_set(&e->err, "%s", without.err.msg);
    explain_close(&without);
    explain_pack(e);
    x->deletions += ok;
    return ok;
}

/* Adds for each head the attention of every row on the character before, and what uniform weights give. */
static void add_previous(const Explain *e, Heads *x)
{
    for (int i = 1; i < e->T; i++) {
        x->chance += 1.0 / (i + 1);
        for (int k = 0; k < e->L * e->H; k++)
            x->previous[k] += explain_row(e->trace.layers[k / e->H].weights, k % e->H, i)[i - 1];
    }
}

static bool add_lens(Explain *e, double *lens)
{
    ExplainLens *y = explain_alloc(e, (size_t)e->L + 1, sizeof *y);
    if (!y || !explain_lens(e, y))
        return false;
    for (int l = 0; l <= e->L; l++)
        lens[l] += y[l].loss;
    return true;
}

static bool add_step(Explain *e, Claims *m, double *pushes)
{
    ExplainRow at = explain_trace_most_pushed(e, -1, -1, e->T - 1);
    ExplainMove  move;
    ExplainStep  x;
    double       push = explain_trace_push(e, at);
    if (!explain_move(e, at, &move) || !explain_step(e, 0, at, &x))
        return false;
    m->agree += move.row * push;
    m->agree_layer += move.layer * push;
    m->agree_step += x.agree * push;
    m->predicted += fabs(move.actual - move.predicted) / fabs(move.actual);
    m->predicted_step += fabs(x.actual - x.first) / fabs(x.actual);
    m->steps++;
    *pushes += push;
    return true;
}

/* The head whose last row attends most to the clue. */
static ExplainRow attending(const Explain *e, const Clue *c)
{
    ExplainRow best = { 0, 0, e->T - 1 };
    double     most = -1;
    for (int k = 0; k < e->L * e->H; k++) {
        const double *a = explain_row(e->trace.layers[k / e->H].weights, k % e->H, e->T - 1);
        double seen = 0;
        for (int j = c->at; j < c->at + c->len; j++)
            seen += a[j];
        if (seen > most)
            most = seen, best.layer = k / e->H, best.head = k % e->H;
    }
    return best;
}

/* What that head writes, where the answer needs what it reads. */
static bool add_writes(Claims *m, Explain *e, const Clue *c)
{
    const WhyNeeded *x = &m->needed;
    double cost;
    if (!why_needed_cost(e, c, x->layer, x->head, &cost))
        return false;
    m->measured++;
    return cost < KEYS_LARGE ||
           explain_why_shown_writes(e, (ExplainRow){ x->layer, x->head, e->T - 1 }, c->at, c->len, &m->shown);
}

static bool add_keys(Explain *e, ExplainRow at, ClaimsKeys *m)
{
    ExplainKeys x;
    if (!explain_keys(e, at, &x))
        return false;
    if (!isnan(x.rank)) {
        m->rank += x.rank;
        m->least = m->rows ? fmin(m->least, x.rank) : x.rank;
        m->most = m->rows++ ? fmax(m->most, x.rank) : x.rank;
    }
    for (int j = 0; j < x.n; j++) {
        ExplainKeyFlag flag = x.keys[j].flag;
        m->large += fabs(x.keys[j].masked) >= KEYS_LARGE;
        m->misjudged += flag == KEY_SATURATED || flag == KEY_CURVED;
        m->redundant += flag == KEY_REDUNDANT;
    }
    return true;
}

static bool add_paths(Explain *e, Claims *m)
{
    ExplainPath *p = explain_alloc(e, (size_t)e->L * (size_t)e->T, sizeof *p);
    double       total = 0;
    if (!p || !explain_paths(e, p, &m->path_error))
        return false;
    for (int i = 0; i < e->L * e->T; i++) {
        total += p[i].total;
        for (int k = 0; k < PATHS; k++)
            m->path[k] += p[i].share[k];
    }
    for (int k = 0; k < PATHS; k++)
        m->path[k] /= total;
    return true;
}

/* All measurements on one item. */
static bool measure_item(Claims *m, Explain *e, const Clue *c, int number, Heads *x, double *pushes)
{
    double *row = explain_alloc(e, (size_t)e->T, sizeof *row);
    bool    ok = row != NULL && add_lens(e, m->lens) && add_contents(e, c->at, c->len, x->content);
    if (!ok)
        return false;
    m->right += answered(e, c);
    m->ablated += without_attention(e, c);
    m->masked += without_clue(e, c, row);
    add_shares(e, c, x->share);
    add_previous(e, x);
    if (number == 0)
        ok = add_paths(e, m) && explain_sweep(e, m->sweep);
    if (ok && why_needed_measures(number, m->items))
        ok = add_writes(m, e, c);
    if (ok && m->steps < STEPS && number >= (long)m->steps * m->items / STEPS)
        ok = add_step(e, m, pushes) &&
             add_keys(e, explain_trace_most_pushed(e, -1, -1, e->T - 1), &m->keys[CLAIMS_PUSHED]) &&
             add_keys(e, attending(e, c), &m->keys[CLAIMS_ATTENDING]) &&
             explain_why_shown_lesson(e, m->needed.layer, m->needed.head, &m->shown) &&
             add_deleted(e, c, x);      /* last, as it leaves other gradients */
    return ok;
}

static bool measure_all(Claims *m, Gpt *g, const Clues *clues, Heads *x, Err *err)
{
    double pushes = 0;
    bool   ok = true;
    for (int i = 0; ok && i < clues->n; i++) {
        Explain e;
        ok = explain_open(&e, g, clues->items[i].ids, clues->items[i].n, clues->items[i].right) &&
             measure_item(m, &e, &clues->items[i], i, x, &pushes);
        if (!ok)
            err_set(err, "item %d: %s", i + 1, e.err.msg);
        explain_close(&e);
    }
    m->agree /= pushes, m->agree_layer /= pushes, m->agree_step /= pushes;
    m->predicted /= m->steps, m->predicted_step /= m->steps;
    return ok;
}

static int largest(const double *x, int n)
{
    int best = 0;
    for (int i = 1; i < n; i++)
        best = x[i] > x[best] ? i : best;
    return best;
}

static void means(Claims *m, const Gpt *g, const Heads *x)
{
    int H = g->config.heads, n = g->config.layers * H, best = largest(x->share, n), looks = largest(x->previous, n);
    int needed = m->needed.layer * H + m->needed.head;
    for (int l = 0; l <= g->config.layers; l++)
        m->lens[l] /= m->items;
    m->share = x->share[best] / m->items;
    m->read = x->share[needed] / m->items;
    m->content = x->content[needed] / m->items;
    m->deleted = x->deletions ? x->deleted[needed] / (double)x->deletions : NAN;
    m->layer = best / H;
    m->head = best % H;
    m->previous = x->previous[looks] / x->chance;   /* NaN if all prompts have one character */
    m->previous_layer = looks / H;
    m->previous_head = looks % H;
    for (int k = 0; k < CLAIMS_ROWS; k++)
        m->keys[k].rank /= m->keys[k].rows;             /* NaN without one */
    m->right /= m->items;
    m->ablated /= m->items;
    m->masked /= m->items;
}

/* How often the bigram (last, right) is more frequent than (last, wrong). Characters that the model lacks, such as
 * the CR of a text whose line ends were trained on as LF, are skipped. */
static bool count_bigrams(Claims *m, const Vocab *v, const Clues *clues, const char *text, size_t len, Err *err)
{
    size_t    V = (size_t)v->n, n = 0, skipped;
    uint32_t *pairs = calloc(V * V, sizeof *pairs);
    int      *ids = pairs ? vocab_tokens(v, text, len, &n, &skipped, err) : NULL;
    bool      ok = ids != NULL;
    for (size_t i = 1; ok && i < n; i++)
        pairs[(size_t)ids[i - 1] * V + (size_t)ids[i]]++;
    for (int i = 0; ok && i < clues->n; i++) {
        const Clue     *c = &clues->items[i];
        const uint32_t *after = pairs + (size_t)c->ids[c->n - 1] * V;
        m->bigram += after[c->right] > after[c->wrong] ? 1 : after[c->right] == after[c->wrong] ? 0.5 : 0;
    }
    m->bigram /= clues->n;
    free(pairs);
    free(ids);
    return ok || err_set(err, "out of memory for a table of %zu x %zu bigrams", V, V);
}

/* Lower-case vowels 0, other lower-case letters 1, upper case 2, digits 3; anything else -1. */
static int class_of(uint32_t c)
{
    if (c >= 'a' && c <= 'z')
        return strchr("aeiou", (int)c) ? 0 : 1;
    return c >= 'A' && c <= 'Z' ? 2 : c >= '0' && c <= '9' ? 3 : -1;
}

/* How often the letter or digit with the nearest embedding is of the same class. */
static void neighbours(Claims *m, const Gpt *g, const Vocab *v)
{
    double n = 0, of[4] = { 0 };
    for (int i = 0; i < v->n; i++) {
        int    own = class_of(v->chars[i]), near = -1;
        double best = -2;
        for (int j = 0; own >= 0 && j < v->n; j++) {
            double x = j == i || class_of(v->chars[j]) < 0 ? -3 : explain_embed_cosine(g->wte, i, j);
            if (x > best) {
                best = x;
                near = j;
            }
        }
        if (near < 0)
            continue;
        n++;
        of[own]++;
        m->alike += class_of(v->chars[near]) == own;
    }
    for (int k = 0; k < 4 && n > 1; k++)                /* the expectation with embeddings shuffled */
        m->shuffled += of[k] / n * (of[k] - 1) / (n - 1);
    m->alike /= n > 0 ? n : 1;
}

bool claims_measure(Claims *m, Gpt *g, const Vocab *v, const Clues *clues, const char *text, size_t len,
                    Err *err)
{
    *m = (Claims){ .items = clues->n };
    size_t  heads = (size_t)g->config.layers * (size_t)g->config.heads;
    double *sums = calloc(4 * heads, sizeof *sums);
    Heads   x = { sums, sums + heads, sums + 2 * heads, 0, sums + 3 * heads, 0 };
    m->lens = calloc((size_t)g->config.layers + 1, sizeof *m->lens);
    bool ok = sums && m->lens;
    if (!ok)
        err_set(err, "out of memory for the measurements");
    ok = ok && why_needed_choose(&m->needed, g, clues, CHOICE, err) && measure_all(m, g, clues, &x, err) &&
         count_bigrams(m, v, clues, text, len, err);
    if (ok) {
        means(m, g, &x);
        neighbours(m, g, v);
    } else
        claims_free(m);
    free(sums);
    return ok;
}

void claims_free(Claims *m)
{
    free(m->lens);
    m->lens = NULL;
    why_needed_free(&m->needed);
}
