#include "model/reader.h"
#include "model/gpt_pack.h"
#include <string.h>

static size_t context(const Reader *r) { return (size_t)r->gpt->config.context; }

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
    arena_free(&r->nodes);
    arena_free(&r->mem);
}

void reader_clear(Reader *r) { r->cache.n = 0; }

void reader_rewind(Reader *r, int n) { r->cache.n = n; }

const real *reader_window(Reader *r, const int *ids, int n, Err *err)
{
    reader_clear(r);
    return pass(r, ids, n, err);
}

/* n tokens do not fit: keeps the last quarter of the window with them, or n if that is more. Keeping half would cost
 * three times as much per token, for a loss that is at most 2 % lower where context matters. */
static const real *slide(Reader *r, const int *ids, size_t n, Err *err)
{
    size_t keep = context(r) / 4 > n ? context(r) / 4 : n, old = keep - n;
    memcpy(r->again, r->seen + (size_t)r->cache.n - old, old * sizeof *ids);
    memcpy(r->again + old, ids, n * sizeof *ids);
    return reader_window(r, r->again, (int)keep, err);
}

const real *reader_feed(Reader *r, const int *ids, size_t n, Err *err)
{
    size_t T = context(r), skip = n > T ? n - T : 0;
    ids += skip;
    n -= skip;
    bool        fits = (size_t)r->cache.n + n <= T;
    const real *logits = fits ? pass(r, ids, (int)n, err) : slide(r, ids, n, err);
    size_t      rows = fits ? n : (size_t)r->cache.n;
    return logits ? logits + (rows - 1) * (size_t)r->gpt->config.vocab : NULL;
}
