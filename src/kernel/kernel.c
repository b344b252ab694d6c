/* Dispatch: the tables in this build, and which of them the processor can run. simd/real.c is compiled once per
 * instruction set listed in meson.build; the rows here must match that list. */
#include "kernel/amx.h"
#include "kernel/bf16.h"
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
extern const Kernels kernel_avx2, kernel_avx512, kernel_amx;

static bool has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#elif defined(__aarch64__)
extern const Kernels kernel_neon;
#elif defined(__wasm__)
extern const Kernels kernel_wasm;

/* An engine may round twice in relaxed_madd (kernel/simd/vec_wasm.h): 1 + 2^-12 squared less 1 + 2^-11 is 2^-24 in one
 * rounding and in float 0 in two; in double 2^-27, 2^-26 and 2^-54. */
static bool fuses(void)
{
    enum { N = 4 };
    const real small = sizeof(real) == sizeof(float) ? (real)0x1p-12 : (real)0x1p-27;
    real x[N], y[N];
    for (int i = 0; i < N; i++) {
        x[i] = 1 + small;
        y[i] = -(1 + 2 * small);
    }
    kernel_wasm.axpy(N, 1 + small, x, y);
    bool once = true;
    for (int i = 0; i < N; i++)
        once = once && y[i] == small * small;
    return once;
}
#endif

#if defined(HEED_AMX)
static bool has_amx(void) { return has_avx512() && __builtin_cpu_supports("avx512bf16") && amx_works(); }
#endif

static bool has_always(void) { return true; }

static const struct {
    const Kernels *table;
    bool (*runs)(void);
} rows[] = {
#if defined(HEED_AMX)
    { &kernel_amx, has_amx },
#endif
#if defined(__x86_64__)
    { &kernel_avx512, has_avx512 },
    { &kernel_avx2, has_avx2 },
#elif defined(__aarch64__)
    { &kernel_neon, has_always },
#elif defined(__wasm__)
    { &kernel_wasm, fuses },
#endif
    { &kernel_ref, has_always },
};

#ifndef HEED_DOUBLE
extern const Bf16Kernels bf16_ref, bf16_avx512, bf16_amx;

#if defined(HEED_BF16)
static bool has_avx512bf16(void) { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }
#endif
#endif

/* The bfloat16 tables, each with the real table it goes with. */
static const struct {
    const Bf16Kernels *table;
    const Kernels     *beside;
    bool (*runs)(void);
} bf16_rows[] = {
#ifndef HEED_DOUBLE
#if defined(HEED_AMX)
    { &bf16_amx, &kernel_amx, has_amx },
#endif
#if defined(HEED_BF16)
    { &bf16_avx512, &kernel_avx512, has_avx512bf16 },
#endif
    { &bf16_ref, &kernel_ref, has_always },
#else
    { NULL, NULL, has_always },
#endif
};

const Bf16Kernels *kernel_bf16(const Kernels *beside)
{
    for (size_t row = 0; row < sizeof bf16_rows / sizeof *bf16_rows; row++)
        if (bf16_rows[row].beside == beside && bf16_rows[row].runs())
            return bf16_rows[row].table;
    return NULL;
}

const Kernels *kernel = &kernel_ref;

const Kernels *kernel_at(int i)
{
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)
        if (rows[row].runs() && i-- == 0)
            return rows[row].table;
    return NULL;
}

void kernel_names(char *out, size_t size)
{
    const Kernels *k;
    size_t         n = 0;
    for (int i = 0; n < size && (k = kernel_at(i)); i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", k->name);
}

bool kernel_use(const char *name)
{
    const Kernels *k;
    for (int i = 0; (k = kernel_at(i)); i++)
        if (!name || strcmp(k->name, name) == 0) {
            kernel = k;
            return true;
        }
    return false;
}
