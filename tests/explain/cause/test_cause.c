#include "explain/cause/cause.h"
#include "check_main.h"
#include "explain/attribution.h"
#include "explain/cause/trials.h"
#include "explain/edit.h"
#include "explain/explain_model.h"
#include "text/letters.h"

/* The vocabulary of the models of explain_model.h: 11 tokens of every kind that a draw distinguishes. */
static Vocab alphabet(void)
{
    static const uint32_t chars[] = { ' ', '\'', ',', '0', 'A', 'B', 'a', 'b', 'c', 'd', 0xe9 };
    Err   err = { 0 };
    Vocab v;
    ck_assert(vocab_from_tokens(&v, chars, 11, &err));
    return v;
}

/* The tokens of a prompt, spelled with the vocabulary's characters; 'e' is 0xe9. */
static int spell(const char *s, int *ids)
{
    int n = 0;
    for (; s[n]; n++)
        ids[n] = (int)(strchr(" ',0ABabcde", s[n]) - " ',0ABabcde");
    return n;
}

static void begin_with(ExplainModel *m, int seed, const char *prompt, int target)
{
    explain_make(m, seed);
    m->T = spell(prompt, m->ids);
    ck_assert_msg(explain_open(&m->e, &m->g, m->ids, m->T, target), "%s", m->e.err.msg);
}

/* The logits (V) after n tokens by a batched pass of its own, the one that training uses. */
static void pass(Gpt *g, const int *ids, int n, double *logits)
{
    Err   err = { 0 };
    Arena nodes, mem;
    ck_assert(arena_init(&nodes, gpt_nodes_bytes(&g->config), &err) && arena_init(&mem, 4 << 20, &err));
    Tape    t = { .nodes = &nodes, .mem = &mem, .err = &err };
    Tensor *x = gpt_forward(g, &t, &(GptPass){ .B = 1, .T = n, .ids = ids }).logits;
    ck_assert_msg(x != NULL, "%s", err.msg);
    memcpy(logits, x->val + (n - 1) * g->config.vocab, (size_t)g->config.vocab * sizeof *logits);
    arena_free(&nodes);
    arena_free(&mem);
}

/* The answer by plain arithmetic. */
static CauseTrial plain(Gpt *g, const int *ids, int n, const ExplainCause *c)
{
    double x[16], sum = 0, other = -INFINITY;
    int    V = g->config.vocab;
    pass(g, ids, n, x);
    for (int k = 0; k < V; k++) {
        sum += exp(x[k]);
        other = k != c->target && x[k] > other ? x[k] : other;
    }
    return (CauseTrial){ x[c->target] - x[c->rival], x[c->target] - other, exp(x[c->target]) / sum,
                         exp(x[c->rival]) / sum };
}

static void same(CauseTrial x, CauseTrial y)
{
    EXPLAIN_NEAR(x.odds, y.odds, 1e-11);
    EXPLAIN_NEAR(x.margin, y.margin, 1e-11);
    EXPLAIN_NEAR(x.p, y.p, 1e-12);
    EXPLAIN_NEAR(x.rival, y.rival, 1e-12);
}

static const char *const prompts[] = { "Aa bcd, da", "ab", "d", " a' A'b c0a", "abc, ", "eab ,b A" };
enum { PROMPTS = sizeof prompts / sizeof *prompts };

START_TEST(words_are_deleted_with_one_blank)
{
    static const struct { const char *prompt; int unit; const char *left; int same; } cases[] = {
        { "ab cd, a", 0, "cd, a", 0 }, { "ab cd, a", 1, "ab, a", 2 }, { "ab cd, a", 2, "ab cd, ", 7 },
        { "ab cd", 1, "ab ", 3 }, { "ab,cd ", 0, ",cd ", 0 }, { "ab,cd b", 1, "ab,b", 3 },
        { "ab  cd b", 1, "ab  b", 3 },
        { "ab", 0, "", 0 }, { "ab c", 2, "b c", 0 }, { "ab c", 4, "abc", 2 }, { "ab c", 5, "ab ", 3 },
    };
    Vocab v = alphabet();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ExplainModel m;
        int          n, want[16], ids[16], same_n;
        begin_with(&m, 4, cases[k].prompt, 0);
        CauseSpan *u = cause_spans(&m.e, &v, &n);
        int        left = cause_delete(&m.e, &v, u[cases[k].unit], ids, &same_n);
        ck_assert_int_eq(left, spell(cases[k].left, want));
        ck_assert_msg(memcmp(ids, want, (size_t)left * sizeof *ids) == 0, "\"%s\" %d", cases[k].prompt, cases[k].unit);
        ck_assert_int_eq(same_n, cases[k].same);
        explain_end(&m);
    }
    vocab_free(&v);
}
END_TEST

/* Deletions, and the unchanged prompt, against passes over prompts spelled by hand; every model and prompt. */
START_TEST(a_deletion_equals_a_pass_over_the_shorter_prompt)
{
    Vocab v = alphabet();
    for (int k = _i % 2; k < PROMPTS; k += 2) {
        ExplainModel m;
        ExplainCause c;
        begin_with(&m, _i, prompts[k], _i % 3 ? -1 : 7);
        EXPLAIN_UNCHANGED(&m.e, explain_cause(&m.e, &v, &c));
        ck_assert_int_eq(c.n, c.words + m.T);
        ck_assert_int_eq(c.units[c.last].at.last, m.T - 1);
        same(c.now, plain(&m.g, m.ids, m.T, &c));
        for (int u = 0; u < c.n; u++) {
            int ids[16], unused, n = cause_delete(&m.e, &v, c.units[u].at, ids, &unused);
            if (n == 0)
                ck_assert(isnan(c.units[u].deleted.odds) && isnan(c.units[u].deleted.p));
            else
                same(c.units[u].deleted, plain(&m.g, ids, n, &c));
        }
        explain_end(&m);
    }
    vocab_free(&v);
}
END_TEST

/* Whether token a replaces a character of that kind before token b. */
static bool better(const Vocab *v, const double *x, LetterKind kind, int a, int b)
{
    LetterKind ka = letter_kind(v->chars[a]), kb = letter_kind(v->chars[b]);
    bool       word = kind >= LETTER_DIGIT;
    int        da = ka == kind ? 0 : 1 + (word != (ka >= LETTER_DIGIT));
    int        db = kb == kind ? 0 : 1 + (word != (kb >= LETTER_DIGIT));
    return da != db ? da < db : x[a] > x[b];
}

/* The k-th replacement, by counting those before it. */
static int nth(const Vocab *v, const double *x, LetterKind kind, int not, int k)
{
    for (int c = 0; c < v->n; c++) {
        int above = 0;
        for (int d = 0; d < v->n; d++)
            above += d != not && d != c && better(v, x, kind, d, c);
        if (c != not && above == k)
            return c;
    }
    return -1;
}

/* Every draw spelled again: at each character of the unit a pass over what stands before it. */
static void draw(ExplainModel *m, const Vocab *v, CauseSpan u, int k, int *ids)
{
    double x[16];
    memcpy(ids, m->ids, sizeof m->ids);
    for (int i = u.first; i <= u.last; i++) {
        if (i > 0)
            pass(&m->g, ids, i, x);
        for (int c = 0; i == 0 && c < 11; c++)
            x[c] = -((c - m->ids[0] + 11) % 11);
        LetterKind kind = letter_kind(v->chars[m->ids[i]]);
        ids[i] = i == u.first ? nth(v, x, kind, m->ids[i], k) : nth(v, x, kind, -1, 0);
    }
}

START_TEST(replacements_are_the_likeliest_others_of_their_kind)
{
    Vocab v = alphabet();
    for (int k = _i % 2; k < PROMPTS; k += 2) {
        ExplainModel m;
        ExplainCause c;
        begin_with(&m, _i, prompts[k], _i % 2 ? -1 : 3);
        ck_assert(explain_cause(&m.e, &v, &c));
        for (int u = 0; u < c.n; u++) {
            CauseUnit *unit = &c.units[u];
            CauseTrial mean = { 0, 0, 0, 0 };
            double     low = INFINITY, high = -INFINITY;
            ck_assert_int_eq(unit->draws, CAUSE_DRAWS);
            for (int d = 0; d < CAUSE_DRAWS; d++) {
                int ids[16];
                draw(&m, &v, unit->at, d, ids);
                ck_assert_int_ne(ids[unit->at.first], m.ids[unit->at.first]);
                CauseTrial x = plain(&m.g, ids, m.T, &c);
                mean.odds += x.odds / CAUSE_DRAWS, mean.margin += x.margin / CAUSE_DRAWS;
                mean.p += x.p / CAUSE_DRAWS, mean.rival += x.rival / CAUSE_DRAWS;
                low = fmin(low, x.odds), high = fmax(high, x.odds);
            }
            same(unit->replaced, mean);
            EXPLAIN_NEAR(unit->low, low, 1e-11);
            EXPLAIN_NEAR(unit->high, high, 1e-11);
        }
        explain_end(&m);
    }
    vocab_free(&v);
}
END_TEST

/* A single masked character is --mask's edit; the last one has no later position. */
START_TEST(a_masked_character_is_the_edit)
{
    Vocab v = alphabet();
    for (int k = _i % 2; k < PROMPTS; k += 2) {
        ExplainModel m;
        ExplainCause c;
        double       change[16];
        begin_with(&m, _i, prompts[k], -1);
        ck_assert(explain_cause(&m.e, &v, &c) && explain_edit_masks(&m.e, change));
        for (int j = 0; j < m.T; j++)
            EXPLAIN_NEAR(-log(c.units[c.words + j].masked.p), m.e.loss + change[j], 1e-11);
        ck_assert(c.units[c.n - 1].masked.p == c.now.p && c.units[c.n - 1].masked.odds == c.now.odds);
        explain_end(&m);
    }
    vocab_free(&v);
}
END_TEST

/* With a word masked another word makes no difference to what follows. Models without char_mix. */
START_TEST(a_masked_word_has_no_effect)
{
    static const char *const pairs[][2] = { { "ab dcb, a", "ab bdd, a" }, { "ab c, da", "Bb c, da" } };
    Vocab v = alphabet();
    for (int k = 0; k < 2; k++) {
        ExplainModel m, other;
        ExplainCause c, d;
        begin_with(&m, _i, pairs[k][0], 7);
        begin_with(&other, _i, pairs[k][1], 7);
        ck_assert(explain_cause(&m.e, &v, &c));
        other.e.target = 7;
        ck_assert(explain_cause(&other.e, &v, &d));
        int u = k == 0;
        EXPLAIN_NEAR(c.units[u].masked.p, d.units[u].masked.p, 1e-12);
        ck_assert(fabs(c.now.p - d.now.p) > 1e-6 && fabs(c.units[u].masked.p - c.now.p) > 1e-6);
        explain_end(&m);
        explain_end(&other);
    }
    vocab_free(&v);
}
END_TEST

/* The log-odds' integrated gradients are the difference of those of the two answers. */
START_TEST(the_contrast_is_the_difference_of_two_attributions)
{
    ExplainModel      m, other;
    ExplainIntegrated both, a, b;
    ExplainCause      c;
    Vocab             v = alphabet();
    begin_with(&m, _i, prompts[0], -1);
    ck_assert(explain_cause(&m.e, &v, &c));
    begin_with(&other, _i, prompts[0], c.rival);
    EXPLAIN_UNCHANGED(&m.e, explain_attribution_contrast(&m.e, c.rival, CAUSE_POINTS, &both));
    ck_assert(explain_attribution_integrated(&m.e, CAUSE_POINTS, &a));
    ck_assert(explain_attribution_integrated(&other.e, CAUSE_POINTS, &b));
    for (int i = 0; i < m.T; i++)
        EXPLAIN_NEAR(both.integrated[i], a.integrated[i] - b.integrated[i], 1e-11);
    EXPLAIN_NEAR(both.expected, a.expected - b.expected, 1e-11);
    for (int u = 0; u < c.n; u++) {
        double sum = 0;
        for (int i = c.units[u].at.first; i <= c.units[u].at.last; i++)
            sum += both.integrated[i];
        EXPLAIN_NEAR(c.units[u].integrated, sum, 1e-12);
    }
    EXPLAIN_NEAR(c.error, both.error, 1e-12);
    explain_end(&m);
    explain_end(&other);
    vocab_free(&v);
}
END_TEST

START_TEST(the_rival_is_the_likeliest_other_answer)
{
    Vocab v = alphabet();
    for (int target = _i % 2 ? 1 : -1; target < 11; target += 3) {
        ExplainModel m;
        ExplainCause c;
        double       x[16];
        begin_with(&m, _i, prompts[0], target);
        ck_assert(explain_cause(&m.e, &v, &c));
        pass(&m.g, m.ids, m.T, x);
        ck_assert_int_eq(c.target, m.e.target);
        ck_assert_int_ne(c.rival, c.target);
        for (int k = 0; k < 11; k++)
            ck_assert(k == c.target || x[k] <= x[c.rival]);
        ck_assert(c.now.margin == c.now.odds);
        explain_end(&m);
    }
    vocab_free(&v);
}
END_TEST

/* With few passes: the last unit and words first; what is tried has the same numbers, the rest is NaN. */
START_TEST(a_large_model_tries_fewer_units)
{
    Vocab        v = alphabet();
    ExplainModel m;
    ExplainCause all, some;
    begin_with(&m, _i, prompts[0], -1);
    ck_assert(explain_cause(&m.e, &v, &all));
    ck_assert_int_eq(all.tried, all.n);
    m.e.most = 2;
    EXPLAIN_UNCHANGED(&m.e, explain_cause(&m.e, &v, &some));
    ck_assert(some.tried > 0 && some.tried < all.tried && some.words_tried > 0);
    ck_assert(!isnan(some.units[some.last].deleted.odds) && !isnan(some.units[some.last].replaced.odds));
    int masked = 0;
    for (int u = 0; u < all.n; u++) {
        const CauseUnit *x = &some.units[u], *y = &all.units[u];
        ck_assert(isnan(x->deleted.odds) || x->deleted.odds == y->deleted.odds);
        ck_assert(isnan(x->replaced.odds) || x->replaced.odds == y->replaced.odds);
        ck_assert(isnan(x->masked.odds) || x->masked.odds == y->masked.odds);
        masked += !isnan(x->masked.odds);
    }
    ck_assert_int_eq(masked, 2);
    explain_end(&m);
    vocab_free(&v);
}
END_TEST

CHECK_MAIN("cause", TEST(words_are_deleted_with_one_blank),
           LOOP(a_deletion_equals_a_pass_over_the_shorter_prompt, 0, EXPLAIN_MODELS),
           LOOP(replacements_are_the_likeliest_others_of_their_kind, 0, EXPLAIN_MODELS),
           LOOP(a_masked_character_is_the_edit, 0, EXPLAIN_MODELS),
           LOOP(a_masked_word_has_no_effect, 0, EXPLAIN_UNMIXED),
           LOOP(the_contrast_is_the_difference_of_two_attributions, 0, EXPLAIN_MODELS),
           LOOP(the_rival_is_the_likeliest_other_answer, 0, EXPLAIN_MODELS),
           LOOP(a_large_model_tries_fewer_units, 0, EXPLAIN_MODELS))
