/* Every op gives the same bits with every table of kernels and any number of threads: output, numbers saved for
 * backward, and gradients, both overwritten and added to. */
#include "check_main.h"
#include "engine/op_cases.h"
#include "engine/op_run.h"

enum { MAX_THREADS = 3 };

static void back(OpRun *r, bool held)
{
    for (int k = 0; k < r->row->op->n_in; k++)
        if (r->in[k]) {
            r->in[k]->has_grad = held;
            for (size_t i = 0; i < tensor_len(r->in[k]); i++)
                r->in[k]->grad[i] = held ? (real)0.25 : 7;
        }
    r->row->op->backward(r->y);
}

/* Leaves everything the op computes in r->mem. `held`: the inputs' gradients already hold numbers. */
static void run(OpRun *r, const OpRow *row, const char *table, int threads, bool held)
{
    op_run_start(r, row, table, threads);
    r->y->grad = arena_take(&r->mem, tensor_len(r->y) * sizeof(real));
    op_fill(r->y->grad, tensor_len(r->y), 50, 1);
    if (row->op->backward)
        back(r, held);
    pool_stop();
}

static void compare(const OpRow *row, bool held)
{
    OpRun want, got;
    run(&want, row, "ref", 1, held);
    for (int k = 0; kernel_at(k); k++)
        for (int threads = 1; threads <= MAX_THREADS; threads++) {
            run(&got, row, kernel_at(k)->name, threads, held);
            ck_assert_msg(memcmp(got.mem.base, want.mem.base, want.mem.size) == 0,
                          "%s: %s on %d threads differs from ref on one", row->op->name, kernel_at(k)->name, threads);
            op_run_end(&got);
        }
    op_run_end(&want);
}

START_TEST(every_table_and_thread_count)
{
    compare(&op_cases[_i], false);
    compare(&op_cases[_i], true);
}
END_TEST

CHECK_MAIN("op_bits", LOOP(every_table_and_thread_count, 0, N_OP_CASES))
