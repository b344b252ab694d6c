#ifndef MODEL_READER_H
#define MODEL_READER_H
#include "model/gpt.h"

/* A model that reads a text a token at a time. Keys and values of what it has read are kept, so that
 * a token costs one position's work. Its logits are those of gpt_forward over the whole text in
 * view, bit for bit.
 *
 * The model sees at most `context` tokens. When they are used up, the window slides: the last quarter of
 * them, the new ones included, is read again from position 0 in one pass, and reading goes on. */
typedef struct Reader {
    Gpt    *gpt;
    bool    rounded;                        /* weights of linear maps as bfloat16                  */
    KvCache cache;
    int    *seen;                           /* (context) the cache.n tokens in view                */
    int    *again;                          /* (context) those to be read, while a window slides   */
    Arena   nodes, mem;
    size_t  nodes_mark, mem_mark;           /* what is in use between passes                       */
} Reader;

/* Memory for reading with that model, which stays the caller's. The weights are packed for speed: until
 * reader_free, they must not change. `rounded`: those of linear maps are rounded to bfloat16, so that half as
 * much memory is read for a token; logits are then those of gpt_forward with such weights, bit for bit.
 * Nothing is allocated afterwards. */
bool reader_init(Reader *r, Gpt *g, bool rounded, Err *err);
void reader_free(Reader *r);

/* Forgets what was read. */
void reader_clear(Reader *r);

/* Reads n >= 1 tokens, all in one pass; of more than `context` the last ones. Returns the logits (V)
 * for what follows, valid until the next call; NULL on error. */
const real *reader_feed(Reader *r, const int *ids, size_t n, Err *err);

/* Reads 1 <= n <= context tokens as a text of their own: the logits behind each of them, (n,V). */
const real *reader_window(Reader *r, const int *ids, int n, Err *err);
#endif
