/* Compiled once per instruction set (-DISA_NAME), like kernel/simd/real.c; exports only the table. */
#include "kernel/simd/vec.h"
#include "cli/bench/loops.h"

/* Independent sums hide the latency of an addition; more exponentials side by side do not fit AVX2's registers. */
enum { CHAINS = 8, EXPS = 4 };

static real read_loop(size_t n, const real *x, real *y)
{
    V    sums[CHAINS];
    real lanes[VL], sum = 0;
    (void)y;
    UNROLL
    for (int i = 0; i < CHAINS; i++)
        sums[i] = v_set(0);
    for (const real *end = x + n; x < end; x += CHAINS * VL) {
        UNROLL
        for (int i = 0; i < CHAINS; i++)
            sums[i] = v_add(sums[i], v_load(x + i * VL));
    }
    for (int i = 1; i < CHAINS; i++)
        sums[0] = v_add(sums[0], sums[i]);
    v_store(lanes, sums[0]);
    for (int i = 0; i < VL; i++)
        sum += lanes[i];
    return sum;
}

/* Stores `value` in every vector of y, four at a time. */
#define LOOP(name, value)                                   \
    static real name(size_t n, const real *x, real *y)      \
    {                                                       \
        (void)x;                                            \
        for (size_t i = 0; i < n; i += 4 * VL) {            \
            UNROLL                                          \
            for (size_t j = i; j < i + 4 * VL; j += VL)     \
                v_store(y + j, value);                      \
        }                                                   \
        return y[0];                                        \
    }

LOOP(write_loop, v_set(1))
LOOP(copy_loop, v_load(x + j))
LOOP(divide_loop, v_div(v_set(1), v_load(x + j)))
LOOP(root_loop, v_sqrt(v_load(x + j)))

static real exp_loop(size_t n, const real *x, real *y)
{
    for (size_t i = 0; i < n; i += EXPS * VL) {
        V e[EXPS];
        EACH_VECTOR(EXPS, j)
            e[j] = v_load(x + i + j * VL);
        v_exps(EXPS, e);
        EACH_VECTOR(EXPS, j)
            v_store(y + i + j * VL, e[j]);
    }
    return y[0];
}

#if defined(ISA_avx512)
#define TABLE bench_loops_avx512
#elif defined(ISA_avx2)
#define TABLE bench_loops_avx2
#elif defined(ISA_neon)
#define TABLE bench_loops_neon
#endif

extern const BenchLoop TABLE[LOOPS];

const BenchLoop TABLE[LOOPS] = {
    { "read", read_loop, 1, true }, { "write", write_loop, 1, true }, { "copy", copy_loop, 2, true },
    { "divide", divide_loop, 2, false }, { "root", root_loop, 2, false }, { "exp", exp_loop, 2, false },
};
