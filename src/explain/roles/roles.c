#include "explain/roles/roles.h"
#include "base/rng.h"
#include "explain/roles/passes.h"
#include "model/gpt_params.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 64 };                     /* characters: no window of a large model is cut below that */

typedef struct Work {
    Roles       *r;
    RolesRun     run;
    const Vocab *v;
    const int   *ids;
    size_t       n;
    uint32_t    *chars;                     /* (T)  */
    int         *start, *keys;              /* (T)  */
    bool        *off;                       /* (n)  */
} Work;

/* --- Shares --- */

/* Adds the attention of query i on the keys (n) to the role's sums. */
static void add_keys(Work *w, Role role, int i, const int *keys, int n)
{
    Roles *r = w->r;
    if (n == 0)
        return;
    r->positions[role]++;
    r->chance[role] += (double)n / (i + 1);
    for (int k = 0; k < r->n; k++) {
        const double *a = explain_row(w->run.trace.layers[k / w->run.H].weights, k % w->run.H, i);
        for (int j = 0; j < n; j++)
            r->heads[k].share[role] += a[keys[j]];
    }
}

static void add_window(Work *w)
{
    const int *ids = w->run.ids;
    roles_words(w->v, ids, w->run.T, w->chars, w->start);
    for (int i = 0; i < w->run.T; i++)
        for (int role = 0; role < ROLES_IN_TEXT; role++)
            add_keys(w, (Role)role, i, w->keys, roles_keys((Role)role, ids, w->start, i, w->keys));
}

/* A string of random characters of the text, twice. Query half + i finds its own character at i, what followed at
 * i + 1. */
static void add_replays(Work *w)
{
    int half = w->run.T / 2;
    for (w->r->replays = 0; half > 1 && w->r->replays < ROLES_REPLAYS; w->r->replays++) {
        for (int i = 0; i < w->run.T; i++) {
            uint64_t at = (uint64_t)w->r->replays * ROLES_WINDOW + (uint64_t)(i % half);
            w->run.ids[i] = w->ids[rng_bits(1, RNG_SAMPLE, at) % w->n];
            w->run.targets[i] = 0;
        }
        roles_run_window(&w->run);
        for (int i = half; i < 2 * half - 1; i++)       /* the last one's key would be the second copy's first */
            add_keys(w, ROLE_REPLAY, i, &(int){ i - half + 1 }, 1);
    }
}

/* Sentences shorter than a window are followed by any characters: attention looks back alone. */
static void add_sentence(Work *w, const Clue *c)
{
    for (int i = 0; i < w->run.T; i++)
        w->run.ids[i] = i < c->n ? c->ids[i] : 0;
    for (int j = 0; j < c->len; j++)
        w->keys[j] = c->at + j;
    roles_run_window(&w->run);
    add_keys(w, ROLE_CLUE, c->n - 1, w->keys, c->len);
    w->r->sentences++;
}

/* The first `most` sentences, spread evenly, that fit a window. */
static void add_sentences(Work *w, const Clues *clues)
{
    int most = clues->n < ROLES_SENTENCES ? clues->n : ROLES_SENTENCES;
    for (int k = 0; k < most; k++) {
        const Clue *c = &clues->items[(int)((long)k * clues->n / most)];
        if (c->n <= w->run.T)
            add_sentence(w, c);
    }
}

int roles_label(const double *share, const double *chance)
{
    int best = ROLES_NONE;
    for (int k = 0; k < ROLES; k++)                     /* false for NaN */
        if (share[k] >= ROLES_LEAST && share[k] >= ROLES_FACTOR * chance[k] && (best < 0 || share[k] > share[best]))
            best = k;
    return best;
}

static void means(Roles *r)
{
    for (int role = 0; role < ROLES; role++) {
        double n = r->positions[role] ? (double)r->positions[role] : NAN;
        r->chance[role] /= n;
        for (int k = 0; k < r->n; k++)
            r->heads[k].share[role] /= n;
    }
    for (int k = 0; k < r->n; k++)
        r->heads[k].label = roles_label(r->heads[k].share, r->chance);
}

/* --- Costs --- */

/* Window k of the text, with the characters that follow. */
static double window(Work *w, int k)
{
    size_t room = w->n - 1 - (size_t)w->run.T;
    size_t at = w->r->windows > 1 ? room * (size_t)k / ((size_t)w->r->windows - 1) : 0;
    memcpy(w->run.ids, w->ids + at, (size_t)w->run.T * sizeof *w->ids);
    memcpy(w->run.targets, w->ids + at + 1, (size_t)w->run.T * sizeof *w->ids);
    return roles_run_window(&w->run);
}

/* The current window's loss without heads a and b. */
static double without(Work *w, int a, int b)
{
    w->off[a] = w->off[b] = true;
    double loss = roles_run_without(&w->run, w->off);
    w->off[a] = w->off[b] = false;
    return loss;
}

/* Attention and single ablations of all windows; from the last head, so that no layer is computed twice. */
static void read_text(Work *w)
{
    Roles *r = w->r;
    for (int k = 0; k < r->windows; k++) {
        double loss = window(w, k);
        r->loss += loss / r->windows;
        add_window(w);
        for (int h = r->n - 1; h >= 0; h--)
            r->heads[h].cost += (without(w, h, h) - loss) / r->windows;
    }
}

/* How strongly both heads have their label. */
static double strength(const Roles *r, const RolesPair *p)
{
    int role = r->heads[p->a].label;
    return fmin(r->heads[p->a].share[role], r->heads[p->b].share[role]);
}

/* The pairs of one label; of more than r->n the strongest. */
static void choose_pairs(Roles *r)
{
    for (int a = 0; a < r->n; a++)
        for (int b = a + 1; b < r->n; b++) {
            RolesPair p = { .a = a, .b = b };
            if (r->heads[a].label == ROLES_NONE || r->heads[a].label != r->heads[b].label)
                continue;
            int at = r->n_pairs;
            while (at > 0 && strength(r, &r->pairs[at - 1]) < strength(r, &p))
                at--;
            r->pairs_left += r->n_pairs == r->n;
            r->n_pairs += r->n_pairs < r->n;
            for (int k = r->n_pairs - 1; k > at; k--)
                r->pairs[k] = r->pairs[k - 1];
            if (at < r->n_pairs)
                r->pairs[at] = p;
        }
}

static int by_excess(const void *a, const void *b)
{
    const RolesPair *x = a, *y = b;
    return (x->excess < y->excess) - (x->excess > y->excess);
}

static void read_pairs(Work *w)
{
    Roles *r = w->r;
    choose_pairs(r);
    for (int k = 0; r->n_pairs && k < r->windows; k++) {
        double loss = window(w, k);
        for (int p = 0; p < r->n_pairs; p++)
            r->pairs[p].both += (without(w, r->pairs[p].a, r->pairs[p].b) - loss) / r->windows;
    }
    for (int p = 0; p < r->n_pairs; p++) {
        RolesPair *x = &r->pairs[p];
        x->excess = x->both - r->heads[x->a].cost - r->heads[x->b].cost;
        x->redundant = x->excess >= ROLES_EXCESS && x->excess >= ROLES_PART * x->both;
    }
    qsort(r->pairs, (size_t)r->n_pairs, sizeof *r->pairs, by_excess);
}

/* --- How much of the text --- */

/* Multiply-adds of a pass: T a weight, and 2 T^2 C a layer for attention. */
static double work_of(Gpt *g, int T)
{
    double        weights = 0;
    GptParamsWalk walk = gpt_params_walk(&g->config);
    for (const Tensor *w; (w = gpt_params_next_weight(g, &walk));)
        weights += (double)tensor_len(w);
    return T * weights + 2.0 * T * T * g->config.channels * g->config.layers;
}

/* Windows and their length, for 4e10 multiply-adds: a window is one pass, half a one for each ablated head on average,
 * and as much again for pairs. */
static void afford(Roles *r, Gpt *g, size_t n)
{
    const double most = 4e10;
    r->T = g->config.context < ROLES_WINDOW ? g->config.context : ROLES_WINDOW;
    r->T = n - 1 < (size_t)r->T ? (int)n - 1 : r->T;
    int longest = r->T;
    while (r->T / 2 >= SHORTEST && work_of(g, r->T) * (1 + r->n) > most)
        r->T /= 2;
    double windows = most / (work_of(g, r->T) * (1 + r->n));
    double room = fmin((double)((n - 1) / (size_t)r->T), ROLES_WINDOWS);
    r->windows = (int)fmax(1, fmin(windows, room));
    r->limited = r->T < longest || r->windows < (int)room;
}

static bool room(Work *w, Gpt *g, Err *err)
{
    Roles *r = w->r;
    size_t T = (size_t)r->T, n = (size_t)r->n;
    r->heads = calloc(n, sizeof *r->heads);
    r->pairs = calloc(n, sizeof *r->pairs);
    w->chars = calloc(T, sizeof *w->chars);
    w->start = calloc(T, sizeof *w->start);
    w->keys = calloc(T, sizeof *w->keys);
    w->off = calloc(n, sizeof *w->off);
    if (!r->heads || !r->pairs || !w->chars || !w->start || !w->keys || !w->off)
        return err_set(err, "out of memory for %d heads and windows of %d characters", r->n, r->T);
    for (int k = 0; k < r->n; k++)
        r->heads[k].layer = k / g->config.heads, r->heads[k].head = k % g->config.heads;
    return true;
}

bool roles_measure(Roles *r, Gpt *g, const Vocab *v, const int *ids, size_t n, const Clues *clues, Err *err)
{
    Work w = { .r = r, .v = v, .ids = ids, .n = n };
    *r = (Roles){ .n = g->config.layers * g->config.heads };
    if (n < 2)
        return err_set(err, "the text has %zu characters, too few to predict one from another", n);
    afford(r, g, n);
    bool ok = room(&w, g, err), opened = ok && roles_run_open(&w.run, g, r->T);
    if (opened) {
        read_text(&w);
        add_replays(&w);
        if (clues)
            add_sentences(&w, clues);
        means(r);
        read_pairs(&w);
    } else if (ok)
        err_set(err, "%s", w.run.err.msg);
    if (ok)
        roles_run_close(&w.run);
    free(w.chars), free(w.start), free(w.keys), free(w.off);
    return opened;
}

void roles_free(Roles *r)
{
    free(r->heads);
    free(r->pairs);
    *r = (Roles){ 0 };
}
