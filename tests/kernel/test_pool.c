/* Every item exactly once for any number of threads; scratch memory per thread; restarts. */
#include "check_main.h"
#include "kernel/pool.h"
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { N = 5000 };

typedef struct Count {
    atomic_int times[N];
    size_t     n, grain;
    atomic_int bad;                          /* pieces that broke the contract */
} Count;

static void count(void *context, size_t begin, size_t end)
{
    Count *c = context;
    if (begin >= end || end > c->n || end - begin > c->grain)
        atomic_fetch_add(&c->bad, 1);
    for (size_t i = begin; i < end; i++)
        atomic_fetch_add(&c->times[i], 1);
}

static void each_once(size_t n, size_t grain)
{
    static Count c;
    memset(&c, 0, sizeof c);
    c.n     = n;
    c.grain = grain ? grain : 1;
    pool_each(n, grain, count, &c);
    ck_assert_int_eq(c.bad, 0);
    for (size_t i = 0; i < N; i++)
        if (c.times[i] != (i < n))
            ck_abort_msg("item %zu of %zu was visited %d times", i, n, c.times[i]);
}

static void start(int threads)
{
    Err err = { 0 };
    ck_assert_msg(pool_start(threads, &err), "%s", err.msg);
    ck_assert_int_eq(pool_threads(), threads);
}

static void many_sizes(void)
{
    const size_t sizes[] = { 0, 1, 2, 3, 7, 64, 100, 1023, N };
    const size_t grains[] = { 0, 1, 2, 5, 64, 1000, N + 1, SIZE_MAX };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof grains / sizeof *grains; j++)
            each_once(sizes[i], grains[j]);
}

START_TEST(works_without_threads)
{
    ck_assert_int_eq(pool_threads(), 1);
    many_sizes();
    pool_stop();
}
END_TEST

START_TEST(every_item_once)
{
    start(_i);
    many_sizes();
    pool_stop();
    ck_assert_int_eq(pool_threads(), 1);
}
END_TEST

START_TEST(more_threads_than_processors)
{
    start(64);
    many_sizes();
    for (int i = 0; i < 300; i++)
        each_once(N, 50);
    pool_stop();
}
END_TEST

/* Rounds in sequence, some back to back, some after the threads fell asleep. */
START_TEST(rounds_after_sleep)
{
    start(3);
    for (int i = 0; i < 40; i++) {
        nanosleep(&(struct timespec){ .tv_nsec = i * 200000L }, NULL);
        for (int j = 0; j < 50; j++)
            each_once(20 + (size_t)j, 1);
    }
    pool_stop();
}
END_TEST

START_TEST(starts_again)
{
    for (int i = 0; i < 60; i++) {
        start(1 + i % 9);
        each_once(N, 10);
        if (i % 3)
            pool_stop();
    }
    pool_stop();
    pool_stop();
}
END_TEST

START_TEST(refuses_impossible_numbers)
{
    const int numbers[] = { 0, -1, POOL_MAX + 1 };
    for (int i = 0; i < 3; i++) {
        Err err = { 0 };
        ck_assert(!pool_start(numbers[i], &err));
        ck_assert_ptr_nonnull(strstr(err.msg, "choose 1 to 256"));
    }
    each_once(N, 10);
}
END_TEST

/* --- Scratch memory --- */

typedef struct Meeting {
    atomic_int here, bad;
} Meeting;

/* All threads write their own scratch memory at the same time; each holds one item until all have arrived. */
static void use_scratch(void *context, size_t begin, size_t end)
{
    Meeting *m     = context;
    char    *p     = pool_scratch();
    size_t   bytes = pool_scratch_bytes() / (size_t)pool_threads();
    if (!p || (uintptr_t)p % 64 || end - begin != 1)
        atomic_fetch_add(&m->bad, 1);
    else
        memset(p, (int)begin, bytes);
    atomic_fetch_add(&m->here, 1);
    while (m->here < pool_threads())
        sched_yield();
    for (size_t j = 0; p && j < bytes; j++)
        if (p[j] != (char)begin)
            atomic_fetch_add(&m->bad, 1);
}

static void scratch_is_ones_own(void)
{
    Meeting m = { 0 };
    pool_each((size_t)pool_threads(), 1, use_scratch, &m);
    ck_assert_int_eq(m.here, pool_threads());
    ck_assert_int_eq(m.bad, 0);
}

START_TEST(scratch_for_every_thread)
{
    Err err = { 0 };
    ck_assert(pool_reserve(100, &err));
    ck_assert_uint_eq(pool_scratch_bytes(), 128);
    scratch_is_ones_own();
    start(4);
    ck_assert_uint_eq(pool_scratch_bytes(), 4 * 128);
    scratch_is_ones_own();
    ck_assert(pool_reserve(5000, &err));
    ck_assert_uint_eq(pool_scratch_bytes(), 4 * 5056);
    void *p = pool_scratch();
    ck_assert(pool_reserve(4000, &err));
    ck_assert_ptr_eq(pool_scratch(), p);
    scratch_is_ones_own();
    start(2);
    ck_assert(pool_reserve(9000, &err));
    start(6);
    ck_assert_uint_eq(pool_scratch_bytes(), 6 * 9024);
    scratch_is_ones_own();
    pool_stop();
    ck_assert_uint_eq(pool_scratch_bytes(), 0);
    ck_assert_ptr_null(pool_scratch());
}
END_TEST

START_TEST(scratch_larger_than_memory)
{
    Err err = { 0 };
    start(2);
    ck_assert(pool_reserve(64, &err));
    ck_assert(!pool_reserve(SIZE_MAX - 3, &err));
    ck_assert_ptr_nonnull(strstr(err.msg, "out of memory"));
    ck_assert_uint_eq(pool_scratch_bytes(), 128);
    scratch_is_ones_own();
    pool_stop();
}
END_TEST

/* --- Fewer threads than requested; sanitizers need more address space than the limit leaves --- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__linux__) && !defined(SANITIZED)
static rlim_t address_space(void)
{
    unsigned long pages = 0;
    FILE         *f     = fopen("/proc/self/statm", "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%lu", &pages), 1);
    fclose(f);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

START_TEST(fewer_threads_than_asked)
{
    Err           err   = { 0 };
    rlim_t        most  = address_space() + (100 << 20);
    struct rlimit limit = { most, most };
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
    ck_assert(!pool_start(200, &err));
    ck_assert_ptr_nonnull(strstr(err.msg, "of 200 threads"));
    ck_assert_int_ge(pool_threads(), 1);
    ck_assert_int_lt(pool_threads(), 200);
    each_once(N, 10);
    pool_stop();
}
END_TEST
#define FEWER TEST(fewer_threads_than_asked),
#else
#define FEWER
#endif

/* --- Processors --- */

static char dir[] = "/tmp/heed-pool-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "mkdir -p \"$(dirname '%s/%s')\"", dir, name);
    ck_assert_int_eq(system(path), 0);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static int quota(const char *list)
{
    char path[512], root[512];
    write_file("list", list);
    snprintf(path, sizeof path, "%s/list", dir);
    snprintf(root, sizeof root, "%s/root", dir);
    return pool_quota(path, root);
}

START_TEST(quota_of_control_groups)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
    write_file("root/free/cpu.max", "max 100000\n");
    write_file("root/half/cpu.max", "50000 100000\n");
    write_file("root/two/cpu.max", "200000 100000\n");
    write_file("root/two/more/cpu.max", "250001 100000\n");
    write_file("root/two/none/cpu.max", "max 100000\n");
    write_file("root/three/cpu.max", "250000 100000\n");
    write_file("root/cpu/old/cpu.cfs_quota_us", "350000\n");
    write_file("root/cpu/old/cpu.cfs_period_us", "100000\n");
    write_file("root/cpu/any/cpu.cfs_quota_us", "-1\n");
    write_file("root/cpu/any/cpu.cfs_period_us", "100000\n");
    ck_assert_int_eq(quota(""), 0);
    ck_assert_int_eq(quota("0::/\n"), 0);
    ck_assert_int_eq(quota("0::/free\n"), 0);
    ck_assert_int_eq(quota("0::/half\n"), 1);
    ck_assert_int_eq(quota("0::/three\n"), 3);
    ck_assert_int_eq(quota("0::/three"), 3);
    ck_assert_int_eq(quota("0::/two/more\n"), 2);
    ck_assert_int_eq(quota("0::/two/none\n"), 2);
    ck_assert_int_eq(quota("0::/three/not/there\n"), 3);
    ck_assert_int_eq(quota("5:memory:/old\n"), 0);
    ck_assert_int_eq(quota("5:cpuset:/old\n"), 0);
    ck_assert_int_eq(quota("5:cpu,cpuacct:/old\n"), 4);
    ck_assert_int_eq(quota("5:cpuacct,cpu:/any\n0::/\n"), 0);
    ck_assert_int_eq(quota("5:cpu:/old\n0::/two\n"), 2);
    ck_assert_int_eq(quota("nonsense\n\n:\n"), 0);
    ck_assert_int_eq(pool_quota("/does/not/exist", "/"), 0);
    char remove[64];
    snprintf(remove, sizeof remove, "rm -r %s", dir);
    ck_assert_int_eq(system(remove), 0);
}
END_TEST

START_TEST(processors_are_within_reason)
{
    ck_assert_int_ge(pool_processors(), 1);
    ck_assert_int_le(pool_processors(), (int)sysconf(_SC_NPROCESSORS_CONF));
}
END_TEST

CHECK_MAIN("pool", TEST(works_without_threads), LOOP(every_item_once, 1, 9), TEST(more_threads_than_processors),
           TEST(rounds_after_sleep), TEST(starts_again), TEST(refuses_impossible_numbers),
           TEST(scratch_for_every_thread), TEST(scratch_larger_than_memory), FEWER
           TEST(quota_of_control_groups), TEST(processors_are_within_reason))
