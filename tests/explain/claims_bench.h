#ifndef CLAIMS_BENCH_H
#define CLAIMS_BENCH_H
#include "check_main.h"
#include "explain/explain_model.h"
#include "explain/claims.h"
#include "scratch.h"
#include "text/vocab_of_text.h"

enum { PAIRS = 4, V = 11 };

static const char letters[] = " abcdefghij";

/* A model of explain_model.h, its vocabulary, and items: pairs whose prompts differ only in the clue. */
typedef struct Bench {
    ExplainModel m;
    Vocab        v;
    Clues        clues;
    Claims       x;
    Err          err;
} Bench;

#define HEADER "word\tsense\tprompt\tright\twrong\tclue_start\tclue_length\n"

/* The clues of a pair have equal length; across pairs their position varies, and so does the text after them. */
static const char pairs[] =
    HEADER "x\t+\tab cd hi\ta\tb\t3\t2\n" "x\t-\tab ef hi\tb\ta\t3\t2\n"
           "x\t+\tfgh cab d\tc\te\t0\t3\n" "x\t-\tbad cab d\te\tc\t0\t3\n"
           "x\t+\tjab i\tj\tg\t1\t1\n" "x\t-\tjcb i\tg\tj\t1\t1\n"
           "x\t+\tha head age\ti\tb\t3\t4\n" "x\t-\tha edge age\tb\ti\t3\t4\n";

static inline void start(Bench *b, int seed, const char *items)
{
    memset(b, 0, sizeof *b);
    explain_make(&b->m, seed);
    ck_assert(vocab_of_text(&b->v, letters, strlen(letters), VOCAB_CAP, &b->err) && b->v.n == V);
    bool ok = clues_read(&b->clues, scratch_text("clues.tsv", items), &b->v, 12, &b->err);
    ck_assert_msg(ok, "%s", b->err.msg);
}

static inline bool measure(Bench *b, const char *text)
{
    return claims_measure(&b->x, &b->m.g, &b->v, &b->clues, text, strlen(text), &b->err);
}

static inline void measured(Bench *b, const char *text) { ck_assert_msg(measure(b, text), "%s", b->err.msg); }

static inline void end(Bench *b)
{
    claims_free(&b->x);
    ck_assert_ptr_null(b->x.lens);
    clues_free(&b->clues);
    vocab_free(&b->v);
    arena_free(&b->m.nodes);
    arena_free(&b->m.mem);
}

/* Opens item i in the current model. */
static inline void open_item(Bench *b, Explain *e, int i)
{
    const Clue *c = &b->clues.items[i];
    ck_assert_msg(explain_open(e, &b->m.g, c->ids, c->n, c->right), "%s", e->err.msg);
}

/* Sets all queries to 0: attention becomes uniform. */
static inline void look_everywhere(Gpt *g)
{
    for (int l = 0; l < g->config.layers; l++) {
        size_t C = (size_t)g->config.channels;
        memset(g->blocks[l].qkv_w->val, 0, C * C * sizeof(double));
        if (g->blocks[l].qkv_b)
            memset(g->blocks[l].qkv_b->val, 0, C * sizeof(double));
    }
}
#endif
