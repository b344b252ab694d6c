/* Scores taken apart and keys' values followed, against what PyTorch computed from the same parameters in other ways:
 * why_golden.py, which wrote data/. */
#include "check_main.h"
#include "explain/explain_model.h"
#include "explain/why/lesson.h"
#include "explain/why/why.h"
#include "explain/why/writes.h"
#include "model/golden.h"
#include <stdio.h>

static const char *const files[] = { "gpt2_one", "gpt2_tied", "fast_two", "fast_tied_six", "mixed" };
enum { CASES = sizeof files / sizeof *files };

static const double EXACT = 1e-10;

typedef struct Bench {
    Golden  file;
    Err     err;
    Arena   nodes, mem;
    Gpt     g;
    Explain e;
    bool    letter[16];
} Bench;

static const GoldenTensor *want(const Bench *b, const char *name)
{
    const GoldenTensor *x = golden_find(&b->file, "%s", name);
    ck_assert_msg(x != NULL, "the file has no %s", name);
    return x;
}

static int whole(const Bench *b, const char *name, int k) { return (int)want(b, name)->i64[k]; }

/* In the order of KEYS in why_golden.py. */
static Config read_config(const Bench *b)
{
    Config c = { 0 };
    c.vocab = whole(b, "config", 0), c.context = whole(b, "config", 1), c.channels = whole(b, "config", 2);
    c.layers = whole(b, "config", 3), c.heads = whole(b, "config", 4), c.tied = whole(b, "config", 5);
    c.positions = whole(b, "config", 6), c.norm = whole(b, "config", 7), c.activation = whole(b, "config", 8);
    c.embed_norm = whole(b, "config", 9), c.qk_norm = whole(b, "config", 10);
    c.value_mix = whole(b, "config", 11), c.char_mix = whole(b, "config", 12), c.bias = whole(b, "config", 13);
    return c;
}

static void load_parameters(Bench *b)
{
    int n = 0;
    for (int i = 0; i < b->file.n; i++)
        n += strncmp(b->file.list[i].name, "param.", 6) == 0;
    ck_assert_int_eq(n, b->g.params.n);
    for (int k = 0; k < n; k++) {
        const Param        *p = &b->g.params.list[k];
        const GoldenTensor *x = golden_find(&b->file, "param.%s", p->name);
        ck_assert_msg(x && x->len == p->len, "param.%s is missing or of another size", p->name);
        memcpy(b->g.params.val + p->at, x->f64, p->len * sizeof *x->f64);
    }
}

static void bench_start(Bench *b, const char *name)
{
    char path[128];
    int  ids[16];
    *b = (Bench){ .letter = { true, true, true, true, true } };
    snprintf(path, sizeof path, "tests/explain/why/data/%s.safetensors", name);
    ck_assert_msg(golden_open(&b->file, path, &b->err), "%s", b->err.msg);
    Config c = read_config(b);
    ck_assert(arena_init(&b->nodes, gpt_nodes_bytes(&c), &b->err) && arena_init(&b->mem, 4 << 20, &b->err));
    ck_assert_msg(gpt_init(&b->g, &c, &b->nodes, &b->err), "%s", b->err.msg);
    ck_assert(params_alloc(&b->g.params, PARAMS_GRADIENTS, &b->nodes, &b->mem, &b->err));
    load_parameters(b);
    for (size_t k = 0; k < want(b, "ids")->len; k++)
        ids[k] = whole(b, "ids", (int)k);
    ck_assert_msg(explain_open(&b->e, &b->g, ids, (int)want(b, "ids")->len, whole(b, "target", 0)), "%s", b->e.err.msg);
}

static void bench_end(Bench *b)
{
    explain_close(&b->e);
    golden_close(&b->file);
    arena_free(&b->nodes);
    arena_free(&b->mem);
}

static void expect(const Bench *b, int place, const char *name, const double *x, size_t n)
{
    char full[64];
    snprintf(full, sizeof full, "%d.%s", place, name);
    const GoldenTensor *y = want(b, full);
    ck_assert_msg(y->len == n, "%s has %zu numbers, ours %zu", full, y->len, n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs(x[i] - y->f64[i]) <= EXACT * fmax(1, fabs(y->f64[i])), "%s: number %zu is %.15g, not %.15g",
                      full, i, x[i], y->f64[i]);
}

static ExplainRow place_of(const Bench *b, int place, int *key)
{
    const int64_t *x = want(b, "places")->i64 + (ptrdiff_t)4 * place;
    *key = (int)x[3];
    return (ExplainRow){ (int)x[0], (int)x[1], (int)x[2] };
}

static void weights(const Bench *b, int place, const char *name, const WhyHalf *h)
{
    double w[256];
    for (int k = 0; k < h->n; k++)
        w[k] = h->units[k].freed.weight;
    expect(b, place, name, w, (size_t)h->n);
}

START_TEST(a_score_in_parts)
{
    Bench b;
    bench_start(&b, files[_i]);
    for (int place = 0; place < want(&b, "places")->dim[0]; place++) {
        ExplainWhy x;
        int        key;
        ExplainRow at = place_of(&b, place, &key);
        ck_assert_msg(explain_why(&b.e, at, key, b.letter, &x), "%s", b.e.err.msg);
        size_t n = (size_t)x.half[0].n * (size_t)x.half[1].n;
        expect(&b, place, "score", &x.score, 1);
        expect(&b, place, "weight", &x.weight, 1);
        expect(&b, place, "cell", x.cell, n);
        expect(&b, place, "freed", x.freed, n);
        weights(&b, place, "weight_query", &x.half[0]);
        weights(&b, place, "weight_key", &x.half[1]);
        if (x.rotary) {
            expect(&b, place, "content", &x.mean, 1);
            expect(&b, place, "zero", &x.zero, 1);
        }
    }
    bench_end(&b);
}
END_TEST

START_TEST(what_a_key_writes)
{
    Bench b;
    bench_start(&b, files[_i]);
    for (int place = 0; place < want(&b, "places")->dim[0]; place++) {
        WhyWrites  x;
        int        key;
        ExplainRow at = place_of(&b, place, &key);
        ck_assert_msg(explain_why_writes(&b.e, at, key, &x), "%s", b.e.err.msg);
        expect(&b, place, "total", x.total, 2);
        expect(&b, place, "direct", x.direct, 2);
        expect(&b, place, "norm", x.norm, 2);
        expect(&b, place, "heads", x.head[0], (size_t)(2 * b.e.L * b.e.H));
        expect(&b, place, "mlps", x.mlp[0], (size_t)(2 * b.e.L));
    }
    bench_end(&b);
}
END_TEST

static const GoldenTensor *of_lesson(const Bench *b, int n, const char *name)
{
    char full[64];
    snprintf(full, sizeof full, "lesson.%d.%s", n, name);
    return want(b, full);
}

static void near(const GoldenTensor *y, size_t k, double x)
{
    ck_assert(k < y->len);
    ck_assert_msg(fabs(x - y->f64[k]) <= EXACT * fmax(1, fabs(y->f64[k])), "%s: number %zu is %.15g, not %.15g",
                  y->name, k, x, y->f64[k]);
}

static void expect_step(const Bench *b, int n, int which, const LessonStep *s)
{
    for (int k = 0; k < LESSON_TOKENS; k++) {
        near(of_lesson(b, n, "moved"), (size_t)(2 * which + k), s->logit[k][1]);
        if (which < LESSON_MATRICES)
            near(of_lesson(b, n, "predicted"), (size_t)(2 * which + k), s->logit[k][0]);
    }
    near(of_lesson(b, n, "loss"), (size_t)which, s->loss[1]);
}

/* What a term is read as: the characters that it resembles, speaks for and against. */
static void expect_characters(const Bench *b, int n, int which, const LessonTerm *y)
{
    size_t at = (size_t)y->at;
    if (which < LESSON_O) {
        ck_assert_int_eq(y->input, of_lesson(b, n, "input")->i64[at]);
        near(of_lesson(b, n, "likeness"), at, y->likeness);
    }
    for (int k = 0; k < LESSON_CHARS && fabs(y->share) > 1e-9; k++) {
        size_t place = ((size_t)(which * b->e.T) + at) * LESSON_CHARS + (size_t)k;
        ck_assert_int_eq(y->more[k], of_lesson(b, n, "more")->i64[place]);
        ck_assert_int_eq(y->less[k], of_lesson(b, n, "less")->i64[place]);
    }
}

START_TEST(what_a_step_teaches)
{
    Bench b;
    bench_start(&b, files[_i]);
    for (int n = 0; n < want(&b, "heads")->dim[0]; n++) {
        const int64_t *head = want(&b, "heads")->i64 + (ptrdiff_t)2 * n;
        WhyLesson      x;
        ck_assert_msg(explain_why_lesson(&b.e, (int)head[0], (int)head[1], 0.01, &x), "%s", b.e.err.msg);
        for (int which = 0; which < LESSON_MATRICES; which++) {
            const LessonMatrix *m = &x.matrix[which];
            near(of_lesson(&b, n, "norm"), (size_t)which, m->norm);
            for (int t = 0; t < b.e.T; t++)
                near(of_lesson(&b, n, "share"), (size_t)(which * b.e.T + t), m->share[t]);
            for (int k = 0; k < m->n; k++)
                expect_characters(&b, n, which, &m->term[k]);
            expect_step(&b, n, which, &m->step);
        }
        expect_step(&b, n, LESSON_MATRICES, &x.together);
    }
    bench_end(&b);
}
END_TEST

CHECK_MAIN("explain_why_golden", LOOP(a_score_in_parts, 0, CASES), LOOP(what_a_key_writes, 0, CASES),
           LOOP(what_a_step_teaches, 0, CASES))
