#include "model/reader.h"
#include "base/num.h"
#include "model/gpt_pack.h"
#include <stdlib.h>
#include <string.h>

static size_t context(const Reader *r) { return (size_t)r->gpt->config.context; }
static size_t vocab(const Reader *r) { return (size_t)r->gpt->config.vocab; }

/* The cache and the packed weights: what stays between passes. */
static bool lay_out(Reader *r, Err *err)
{
    const Config *c = &r->gpt->config;
    size_t kept = (size_t)c->layers * context(r) * (size_t)c->channels;
    r->cache = (KvCache){ .layers = c->layers, .context = c->context, .channels = c->channels, .heads = c->heads };
    r->cache.k = arena_take(&r->mem, cached_attention_keys_len(&r->cache) * sizeof(real));
    r->cache.v = arena_take(&r->mem, cached_attention_values_len(&r->cache) * sizeof(real));
    r->cache.x = c->char_mix ? arena_take(&r->mem, kept * sizeof(real)) : NULL;
    void *weights = arena_take(&r->mem, gpt_pack_bytes(r->gpt, r->rounded));
    if (!r->cache.k || !r->cache.v || (c->char_mix && !r->cache.x) || !weights)
        return err_set(err, "out of memory: no room to read %d characters", c->context);
    if (!r->mem.counting)
        gpt_pack(r->gpt, r->rounded, weights);
    r->mem_mark = r->mem.used;
    return true;
}

/* Appends n tokens, which must fit, to the window; returns the logits (n,V) after each. */
static const real *pass(Reader *r, const int *ids, int n, Err *err)
{
    r->nodes.used = r->nodes_mark;
    r->mem.used = r->mem_mark;
    Tape    tape = { .nodes = &r->nodes, .mem = &r->mem, .err = err };
    GptPass p = { .B = 1, .T = n, .ids = r->seen + r->cache.n, .cache = &r->cache };
    if (!r->mem.counting)
        memcpy(r->seen + r->cache.n, ids, (size_t)n * sizeof *ids);
    Tensor *logits = gpt_forward(r->gpt, &tape, &p).logits;
    if (!logits)
        return NULL;
    r->cache.n += n;
    return logits->val;
}

/* The tokens of the window, and after them the tape's nodes. */
static bool nodes_init(Reader *r, Err *err)
{
    size_t tokens = context(r) * sizeof(int);
    if (!arena_init(&r->nodes, gpt_nodes_bytes(&r->gpt->config) + 2 * arena_bytes(tokens), err))
        return false;
    r->seen = arena_zeroed(&r->nodes, tokens);
    r->again = arena_zeroed(&r->nodes, tokens);
    r->nodes_mark = r->nodes.used;
    return true;
}

/* The pass that takes the most memory. */
static bool most(void *reader, Err *err)
{
    Reader *r = reader;
    return lay_out(r, err) && pass(r, r->again, r->gpt->config.context, err);
}

bool reader_init(Reader *r, Gpt *g, bool rounded, Err *err)
{
    *r = (Reader){ .gpt = g, .rounded = rounded };
    if (nodes_init(r, err) && arena_fit(&r->mem, most, r, err) && lay_out(r, err))
        return true;
    reader_free(r);
    return false;
}

void reader_free(Reader *r)
{
    gpt_unpack(r->gpt);
    free(r->joined);
    arena_free(&r->nodes);
    arena_free(&r->mem);
}

void reader_clear(Reader *r) { reader_rewind(r, 0); }

void reader_rewind(Reader *r, int n)
{
    for (; r; r = r->next)
        r->cache.n = n;
}

/* Reads a window of its own model alone. */
static const real *window(Reader *r, const int *ids, int n, Err *err)
{
    r->cache.n = 0;
    return pass(r, ids, n, err);
}

/* n tokens do not fit: keeps the last quarter of the window with them, or n if that is more. Keeping half would cost
 * three times as much per token, for a loss that is at most 2 % lower where context matters. */
static const real *slide(Reader *r, const int *ids, size_t n, Err *err)
{
    size_t keep = context(r) / 4 > n ? context(r) / 4 : n, old = keep - n;
    memcpy(r->again, r->seen + (size_t)r->cache.n - old, old * sizeof *ids);
    memcpy(r->again + old, ids, n * sizeof *ids);
    return window(r, r->again, (int)keep, err);
}

static const real *feed(Reader *r, const int *ids, size_t n, Err *err)
{
    size_t T = context(r), skip = n > T ? n - T : 0;
    ids += skip;
    n -= skip;
    bool        fits = (size_t)r->cache.n + n <= T;
    const real *logits = fits ? pass(r, ids, (int)n, err) : slide(r, ids, n, err);
    size_t      rows = fits ? n : (size_t)r->cache.n;
    return logits ? logits + (rows - 1) * vocab(r) : NULL;
}

/* --- Several models --- */

static int models(const Reader *r)
{
    int k = 0;
    for (; r; r = r->next)
        k++;
    return k;
}

bool reader_join(Reader *r, Reader *next, Err *err)
{
    if (vocab(r) != vocab(next) || context(r) != context(next))
        return err_set(err, "the models cannot be averaged: one has a vocabulary of %zu characters and a context of "
                       "%zu, the other %zu and %zu", vocab(r), context(r), vocab(next), context(next));
    r->joined = malloc(context(r) * vocab(r) * sizeof *r->joined);
    r->next = next;
    return r->joined || err_set(err, "out of memory: no room for the logits of %zu characters", context(r));
}

/* log sum exp(x) */
static double log_sum(const real *x, size_t n)
{
    double top = (double)x[0], sum = 0;
    for (size_t i = 1; i < n; i++)
        top = (double)x[i] > top ? (double)x[i] : top;
    for (size_t i = 0; i < n; i++)
        sum += num_exp((double)x[i] - top);
    return top + num_log(sum);
}

/* log P for n positions: log(exp(a) + exp(b)), a = log(p / k), b = log((k - 1) / k P_next). Never -infinity, since
 * neither a nor b is. */
static const real *join(Reader *r, const real *own, const real *next, size_t n)
{
    size_t V = vocab(r);
    double k = models(r), share = -num_log(k), others = share + num_log(k - 1);
    for (size_t row = 0; row < n; row++, own += V, next += V) {
        double own_sum = log_sum(own, V), next_sum = log_sum(next, V);
        for (size_t i = 0; i < V; i++) {
            double a = share + (double)own[i] - own_sum, b = others + (double)next[i] - next_sum;
            double high = a > b ? a : b, low = a > b ? b : a;
            r->joined[row * V + i] = (real)(high + num_log(1 + num_exp(low - high)));
        }
    }
    return r->joined;
}

const real *reader_window(Reader *r, const int *ids, int n, Err *err)
{
    const real *own = window(r, ids, n, err);
    if (!own || !r->next)
        return own;
    const real *next = reader_window(r->next, ids, n, err);
    return next ? join(r, own, next, (size_t)n) : NULL;
}

const real *reader_feed(Reader *r, const int *ids, size_t n, Err *err)
{
    const real *own = feed(r, ids, n, err);
    if (!own || !r->next)
        return own;
    const real *next = reader_feed(r->next, ids, n, err);
    return next ? join(r, own, next, 1) : NULL;
}
