#ifndef MODEL_READER_H
#define MODEL_READER_H
#include "model/gpt.h"

/* A model with a KV cache that reads a text token by token, each at the cost of one position. Its logits equal those of
 * gpt_forward over the whole window, bit for bit.
 *
 * The window holds at most `context` tokens. When it is full it slides: its last quarter, new tokens included, is read
 * again from position 0 in one pass. */
typedef struct Reader {
    Gpt    *gpt;
    bool    rounded;                        /* weights of linear maps as bfloat16                  */
    KvCache cache;
    int    *seen;                           /* (context) the cache.n tokens in the window          */
    int    *again;                          /* (context) the tokens to read when the window slides */
    Arena   nodes, mem;
    size_t  nodes_mark, mem_mark;           /* in use between passes                               */
    struct Reader *next;                    /* NULL, or one that reads along (reader_join)         */
    real   *joined;                         /* (context,V) the logits of all                       */
} Reader;

/* Allocates all memory for reading with g, which stays the caller's, and packs its weights: they must not change until
 * reader_free. `rounded` rounds the weights of linear maps to bfloat16, which halves the memory read per token; logits
 * then equal those of gpt_forward with such weights, bit for bit. False when out of memory, with nothing to free. */
bool reader_init(Reader *r, Gpt *g, bool rounded, Err *err);
void reader_free(Reader *r);

/* From now on r is an ensemble of k models, r's own and the k - 1 that `next` is: all read what r reads, and its logits
 * are log P with P = (p + (k - 1) P_next) / k, the mean of the k models' probabilities (Hansen and Salamon 1990,
 * "Neural network ensembles"). Vocabulary and context must be the same. Call it once, before the first token; `next` is
 * the caller's and must outlive r. False, with err set, if the shapes differ or memory is full. */
bool reader_join(Reader *r, Reader *next, Err *err);

/* Empties the window. */
void reader_clear(Reader *r);

/* Forgets all but the first n tokens of the window, 0 <= n <= cache.n: what is fed next follows those. Texts that begin
 * alike are read for the price of what differs. */
void reader_rewind(Reader *r, int n);

/* Reads n >= 1 tokens in one pass, of more than `context` the last ones. Returns the logits (V) of the next token,
 * valid until the next call; NULL on error. */
const real *reader_feed(Reader *r, const int *ids, size_t n, Err *err);

/* Reads 1 <= n <= context tokens as a new text. Returns the logits after each, (n,V); NULL on error. */
const real *reader_window(Reader *r, const int *ids, int n, Err *err);
#endif
