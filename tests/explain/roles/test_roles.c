/* Shares and costs again, by plain loops over explain's own passes and edits. */
#include "explain/roles/roles.h"
#include "check_main.h"
#include "explain/edit.h"
#include "explain/explain_model.h"
#include "text/vocab_of_text.h"

enum { TEXT = 40, V = 11 };
static const char letters[] = " abcdefghij";

typedef struct Bench {
    ExplainModel m;
    Vocab        v;
    Roles        r;
    Clue         items[3];
    Clues        clues;
    int          ids[TEXT];
    Err          err;
} Bench;

static void bench(Bench *b, int seed)
{
    memset(b, 0, sizeof *b);
    explain_make(&b->m, seed);
    ck_assert(vocab_of_text(&b->v, letters, strlen(letters), VOCAB_CAP, &b->err) && b->v.n == V);
    for (int i = 0; i < TEXT; i++)
        b->ids[i] = (int)(rng_bits(3, (uint64_t)seed, (uint64_t)i) % (i % 4 ? 5 : V));
    for (int k = 0; k < 3; k++)
        b->items[k] = (Clue){ .ids = b->ids + 3 * k, .n = 6 + 2 * k, .at = 1 + k, .len = 2 };
    b->clues = (Clues){ .items = b->items, .n = 3 };
    bool ok = roles_measure(&b->r, &b->m.g, &b->v, b->ids, TEXT, &b->clues, &b->err);
    ck_assert_msg(ok, "%s", b->err.msg);
    ck_assert_int_eq(b->r.T, 12);
    ck_assert_int_eq(b->r.windows, 3);
}

static void end(Bench *b)
{
    roles_free(&b->r);
    vocab_free(&b->v);
    arena_free(&b->m.nodes);
    arena_free(&b->m.mem);
}

/* Where window k begins: the first at the start, the last before the end, and one in the middle. */
static int begins(int k) { return k * (TEXT - 1 - 12) / 2; }

static bool seen_between(const int *ids, int from, int to, int id)
{
    bool seen = false;
    for (int k = from; k < to; k++)
        seen = seen || ids[k] == id;
    return seen;
}

/* Token 0 is the blank. */
static bool begins_word(const int *ids, int i, int j)
{
    return !seen_between(ids, j, i + 1, 0) && ids[j - 1] == 0;
}

/* The definitions of places.h, key by key. */
static bool is_key(int role, const int *ids, int i, int j)
{
    bool free = j > 0 && j < i - 1;
    switch (role) {
    case ROLE_SELF: return i > 0 && j == i;
    case ROLE_PREVIOUS: return i > 0 && j == i - 1;
    case ROLE_START: return i > 1 && j == 0;
    case ROLE_SAME: return free && ids[j] == ids[i];
    case ROLE_INDUCTION: return free && ids[j - 1] == ids[i] && !seen_between(ids, j, i, ids[i]);
    case ROLE_WORD: return free && begins_word(ids, i, j);
    default: return false;
    }
}

typedef struct Sums {
    double share, chance, n;
} Sums;

/* Adds the weights of row i on the keys that `keys` marks. */
static void add_row(Sums *s, const Explain *e, int layer, int head, int i, const bool *keys)
{
    const double *a = explain_row(e->trace.layers[layer].weights, head, i);
    int           many = 0;
    for (int j = 0; j <= i; j++) {
        s->share += keys[j] ? a[j] : 0;
        many += keys[j];
    }
    s->n += many > 0;
    s->chance += (double)many / (i + 1);
}

static void compare(const Bench *b, const Sums *s, int role)
{
    for (int k = 0; k < b->r.n; k++) {
        if (s[k].n == 0) {
            ck_assert(isnan(b->r.heads[k].share[role]) && isnan(b->r.chance[role]));
            continue;
        }
        EXPLAIN_NEAR(b->r.heads[k].share[role], s[k].share / s[k].n, 1e-12);
        EXPLAIN_NEAR(b->r.chance[role], s[k].chance / s[k].n, 1e-12);
        ck_assert_int_eq(b->r.positions[role], (long)s[k].n);
    }
}

static void open_at(Bench *b, Explain *e, const int *ids, int n, int target)
{
    ck_assert_msg(explain_open(e, &b->m.g, ids, n, target), "%s", e->err.msg);
}

START_TEST(shares_are_sums_of_weights)
{
    Bench b;
    bench(&b, _i);
    for (int role = 0; role < ROLES_IN_TEXT; role++) {
        Sums s[12] = { { 0, 0, 0 } };
        for (int w = 0; w < 3; w++) {
            const int *ids = b.ids + begins(w);
            open_at(&b, &b.m.e, ids, 12, 0);
            for (int k = 0; k < b.r.n; k++)
                for (int i = 0; i < 12; i++) {
                    bool keys[12];
                    for (int j = 0; j <= i; j++)
                        keys[j] = is_key(role, ids, i, j);
                    add_row(&s[k], &b.m.e, k / b.m.e.H, k % b.m.e.H, i, keys);
                }
            explain_close(&b.m.e);
        }
        ck_assert(s[0].n > 0);
        compare(&b, s, role);
    }
    end(&b);
}
END_TEST

START_TEST(clues_are_read_from_the_last_character)
{
    Bench b;
    bench(&b, _i);
    Sums s[12] = { { 0, 0, 0 } };
    for (int x = 0; x < 3; x++) {
        const Clue *c = &b.items[x];
        open_at(&b, &b.m.e, c->ids, c->n, 0);
        for (int k = 0; k < b.r.n; k++) {
            bool keys[12] = { false };
            keys[c->at] = keys[c->at + 1] = true;
            add_row(&s[k], &b.m.e, k / b.m.e.H, k % b.m.e.H, c->n - 1, keys);
        }
        explain_close(&b.m.e);
    }
    compare(&b, s, ROLE_CLUE);
    end(&b);
}
END_TEST

START_TEST(replays_look_after_the_same_place)
{
    Bench b;
    bench(&b, _i);
    Sums s[12] = { { 0, 0, 0 } };
    ck_assert_int_eq(b.r.replays, ROLES_REPLAYS);
    for (int x = 0; x < ROLES_REPLAYS; x++) {
        int ids[12];
        for (int i = 0; i < 12; i++)
            ids[i] = b.ids[rng_bits(1, RNG_SAMPLE, (uint64_t)(ROLES_WINDOW * x + i % 6)) % TEXT];
        open_at(&b, &b.m.e, ids, 12, 0);
        for (int k = 0; k < b.r.n; k++)
            for (int i = 6; i < 11; i++) {
                bool keys[12] = { false };
                keys[i - 5] = true;
                add_row(&s[k], &b.m.e, k / b.m.e.H, k % b.m.e.H, i, keys);
            }
        explain_close(&b.m.e);
    }
    compare(&b, s, ROLE_REPLAY);
    end(&b);
}
END_TEST

/* The mean over all prefixes of all windows of what explain's own ablation changes. */
START_TEST(costs_are_those_of_independent_edits)
{
    Bench  b;
    double cost[12] = { 0 }, change[12], loss = 0;
    bench(&b, _i);
    for (int w = 0; w < 3; w++)
        for (int n = 1; n <= 12; n++) {
            const int *ids = b.ids + begins(w);
            open_at(&b, &b.m.e, ids, n, ids[n]);
            ck_assert(explain_edit_ablations(&b.m.e, change));
            loss += b.m.e.loss / 36;
            for (int k = 0; k < b.r.n; k++)
                cost[k] += change[k] / 36;
            explain_close(&b.m.e);
        }
    EXPLAIN_NEAR(b.r.loss, loss, 1e-12);
    for (int k = 0; k < b.r.n; k++) {
        ck_assert(cost[k] != 0);
        EXPLAIN_NEAR(b.r.heads[k].cost, cost[k], 1e-12);
    }
    end(&b);
}
END_TEST

/* Weights stay, and a second measurement gives the same bits. */
START_TEST(it_is_a_function_of_model_and_text)
{
    Bench b;
    Roles again;
    bench(&b, _i);
    ck_assert(roles_measure(&again, &b.m.g, &b.v, b.ids, TEXT, &b.clues, &b.err));
    for (int k = 0; k < b.r.n; k++)
        ck_assert_mem_eq(&again.heads[k], &b.r.heads[k], sizeof *again.heads);
    roles_free(&again);
    end(&b);
}
END_TEST

START_TEST(a_label_is_the_largest_share_well_above_chance)
{
    static const struct { double share[3], chance[3]; int label; } rows[] = {
        { { 0.5, 0.4, 0.1 }, { 0.1, 0.1, 0.1 }, 0 },
        { { 0.5, 0.4, 0.1 }, { 0.2, 0.1, 0.1 }, 1 },        /* 2.5 times chance is too little */
        { { 0.5, 0.2, 0.1 }, { 0.2, 0.1, 0.1 }, ROLES_NONE },
        { { 0.1, 0.1, 0.19 }, { 0.01, 0.01, 0.01 }, ROLES_NONE },
        { { NAN, 0.31, 0.2 }, { NAN, 0.1, 0.01 }, 1 },
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        double share[ROLES] = { 0 }, chance[ROLES] = { 0 };
        memcpy(share, rows[k].share, sizeof rows[k].share);
        memcpy(chance, rows[k].chance, sizeof rows[k].chance);
        ck_assert_int_eq(roles_label(share, chance), rows[k].label);
    }
}
END_TEST

/* A text shorter than the context shortens the window; one character predicts nothing. */
START_TEST(short_texts)
{
    Bench b;
    Roles r;
    bench(&b, 1);
    ck_assert(roles_measure(&r, &b.m.g, &b.v, b.ids, 6, NULL, &b.err));
    ck_assert(r.T == 5 && r.windows == 1 && r.sentences == 0 && isnan(r.chance[ROLE_CLUE]));
    roles_free(&r);
    ck_assert(roles_measure(&r, &b.m.g, &b.v, b.ids, 2, NULL, &b.err));
    ck_assert(r.T == 1 && r.replays == 0 && isfinite(r.loss));
    roles_free(&r);
    ck_assert(!roles_measure(&r, &b.m.g, &b.v, b.ids, 1, NULL, &b.err) && strstr(b.err.msg, "1 characters"));
    roles_free(&r);
    end(&b);
}
END_TEST

CHECK_MAIN("explain_roles", LOOP(shares_are_sums_of_weights, 0, EXPLAIN_MODELS),
           LOOP(clues_are_read_from_the_last_character, 0, EXPLAIN_MODELS),
           LOOP(replays_look_after_the_same_place, 0, EXPLAIN_MODELS),
           LOOP(costs_are_those_of_independent_edits, 0, EXPLAIN_MODELS),
           LOOP(it_is_a_function_of_model_and_text, 0, EXPLAIN_MODELS),
           TEST(a_label_is_the_largest_share_well_above_chance), TEST(short_texts))
