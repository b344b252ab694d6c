/* Ablations in any order leave nothing behind. */
#include "explain/roles/passes.h"
#include "check_main.h"
#include "explain/explain_model.h"

enum { T = 8 };

static void open_run(RolesRun *r, ExplainModel *m, int seed)
{
    explain_make(m, seed);
    ck_assert_msg(roles_run_open(r, &m->g, T), "%s", r->err.msg);
    for (int i = 0; i < T; i++) {
        r->ids[i] = (i * 5 + seed) % 11;
        r->targets[i] = (i * 3 + 1) % 11;
    }
}

static void close_run(RolesRun *r, ExplainModel *m)
{
    roles_run_close(r);
    arena_free(&m->nodes);
    arena_free(&m->mem);
}

/* The marked heads of set `which`: each head alone, then a head with the one after it, then none. */
static void mark(const RolesRun *r, int which, bool *heads)
{
    int n = r->L * r->H;
    memset(heads, 0, (size_t)n * sizeof *heads);
    if (which < 2 * n)
        heads[which % n] = true;
    if (which >= n && which < 2 * n)
        heads[(which + 1) % n] = true;
}

START_TEST(order_changes_nothing)
{
    ExplainModel m;
    RolesRun     r;
    bool         heads[12];
    double       fresh[25];
    open_run(&r, &m, _i);
    int n = 2 * r.L * r.H + 1;
    for (int k = 0; k < n; k++) {
        mark(&r, k, heads);
        double whole = roles_run_window(&r);
        fresh[k] = roles_run_without(&r, heads);
        ck_assert((fresh[k] == whole) == (k == n - 1));
    }
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++) {
            mark(&r, a, heads);
            ck_assert(roles_run_without(&r, heads) == fresh[a]);
            mark(&r, b, heads);
            ck_assert(roles_run_without(&r, heads) == fresh[b]);
        }
    ck_assert(roles_run_window(&r) == fresh[n - 1]);
    close_run(&r, &m);
}
END_TEST

CHECK_MAIN("explain_roles_passes", LOOP(order_changes_nothing, 0, EXPLAIN_MODELS))
