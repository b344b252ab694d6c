/* Linux 5.16 and later kill a process that uses AMX tiles without permission, because tiles add 8 KiB to the
 * state saved for each thread. So permission is requested first. */
#include "kernel/amx.h"

#if defined(HEED_AMX)
#include <cpuid.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const Bf16Kernels bf16_amx, bf16_ref;

enum {
    REQUEST      = 0x1023,            /* ARCH_REQ_XCOMP_PERM, arch_prctl's ... */
    TILE_DATA    = 18,                /* ... with the XCR0 bit of the tiles' data */
    SAVED        = 3 << 17,           /* that bit and the one of their shapes */
    SYSTEM_SAVES = 1 << 27,           /* CPUID 1, ECX: XGETBV may be used */
    AMX          = 1 << 22 | 1 << 24, /* CPUID 7, EDX: AMX-BF16 and AMX-TILE */
};

static unsigned saved_by_the_system(void)
{
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* Eight tiles of 16 rows of 64 bytes (CPUID 1D, palette 1). Some virtual machines report AMX without a palette,
 * and its instructions fault there. */
static bool tiles_are_known(void)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(0x1d, 0, &a, &b, &c, &d) && a >= 1 && __get_cpuid_count(0x1d, 1, &a, &b, &c, &d) &&
           a >> 16 == 1024 && (b & 0xffff) == 64 && b >> 16 >= 8 && (c & 0xffff) == 16;
}

static bool processor_has_amx(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & SYSTEM_SAVES) && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
           (d & AMX) == AMX && (saved_by_the_system() & SAVED) == SAVED && tiles_are_known();
}

static bool system_permits(void) { return syscall(SYS_arch_prctl, REQUEST, TILE_DATA) == 0; }

/* Integers, so that sums are exact; more rows, columns and pairs than one tile holds. */
bool amx_agrees(const Bf16Kernels *table)
{
    enum { M = 19, N = 21, K = 37, PAIRS = (K + 1) / 2, WIDE = 64 };
    real     a[M * K], b[K * N], c[2][M * N];
    uint32_t pairs[M * PAIRS], panels[WIDE * PAIRS];
    const Bf16Kernels *tables[] = { table, &bf16_ref };
    for (int i = 0; i < M * K; i++)
        a[i] = (real)(i * 7 % 17 - 8);
    for (int i = 0; i < K * N; i++)
        b[i] = (real)(i * 5 % 13 - 6);
    for (int i = 0; i < M * N; i++)
        c[0][i] = c[1][i] = (real)(i % 11);
    for (int i = 0; i < 2; i++) {
        tables[i]->pairs(K, M, a, 1, K, pairs, 1, PAIRS);
        tables[i]->pack(K, N, b, N, 1, panels);
        tables[i]->product(M, N, PAIRS, pairs, PAIRS, 1, panels, c[i], N, c[i], N);
    }
    for (int i = 0; i < M * N; i++)
        if (!(c[0][i] == c[1][i]))
            return false;
    return true;
}

bool amx_works(void)
{
    enum { UNKNOWN, WORKS, FAILS };
    static atomic_int answer;
    if (answer == UNKNOWN)
        answer = processor_has_amx() && system_permits() && amx_agrees(&bf16_amx) ? WORKS : FAILS;
    return answer == WORKS;
}
#endif
