/* A job is dispatched through one atomic number, the gate: the round (a count of jobs), a bit that says
 * whether threads may still enter, and the number of threads inside. The caller fills in the job, opens the
 * gate, works with the others until no piece is left, closes the gate, and waits until no thread is inside.
 * It waits only for threads that entered: one that sleeps or has no processor delays nobody. Between jobs
 * threads spin, then yield, then sleep.
 * Each thread gets an equal, contiguous share of the pieces, so that from job to job it works on the same
 * part, which is still in its cache; a thread that finishes its share takes pieces of the others'. */
#include "kernel/pool.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    INSIDE = 0xffff,           /* bits of the gate: threads inside */
    OPEN   = 0x10000,
    ROUND  = 0x20000,          /* the bits from here up count rounds */
    SPINS  = 4000,             /* about 50 to 150 microseconds */
    YIELDS = 200,
    CACHE  = 64,
};

/* One thread's share of a job's pieces; next is the first that nobody has taken. */
typedef struct Share {
    alignas(CACHE) atomic_size_t next;
    size_t end;
} Share;

static struct {
    int       threads;         /* including the caller; 0 before the first start */
    int       spins;
    pthread_t thread[POOL_MAX];
    void     *scratch[POOL_MAX];
    size_t    scratch_each;

    PoolTask *task;            /* the job: written only while the gate is closed and empty */
    void     *context;
    size_t    n, grain;
    Share     share[POOL_MAX];

    alignas(CACHE) atomic_uint_fast64_t gate;
    alignas(CACHE) atomic_int sleepers;
    atomic_bool     stopping;
    pthread_mutex_t mutex;     /* for sleeping only */
    pthread_cond_t  wake;
} pool = { .mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

static _Thread_local int self;                 /* this thread's index in the arrays; the caller's is 0 */

static void breathe(int turn, int spins)
{
    if (turn >= spins)
        sched_yield();
#if defined(__x86_64__) || defined(__i386__)
    else
        __builtin_ia32_pause();
#elif defined(__aarch64__)
    else
        __asm__ volatile("yield");
#endif
}

/* --- The threads --- */

static void take_share(Share *s)
{
    while (atomic_load_explicit(&s->next, memory_order_relaxed) < s->end) {
        size_t i = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);
        if (i >= s->end)
            return;
        size_t begin = i * pool.grain, left = pool.n - begin;
        pool.task(pool.context, begin, begin + (left < pool.grain ? left : pool.grain));
    }
}

static void take_pieces(void)
{
    for (int i = self; i < pool.threads; i++)
        take_share(&pool.share[i]);
    for (int i = 0; i < self; i++)
        take_share(&pool.share[i]);
}

static bool may_enter(uint_fast64_t gate, uint_fast64_t last) { return (gate & OPEN) && gate / ROUND != last; }

/* No lost wake-up: a sleeper raises the count before it reads the gate again, and the caller opens the gate
 * before it reads the count, so one of the two sees the other. */
static void sleep_until_open(uint_fast64_t last)
{
    pthread_mutex_lock(&pool.mutex);
    atomic_fetch_add(&pool.sleepers, 1);
    while (!may_enter(atomic_load(&pool.gate), last) && !atomic_load(&pool.stopping))
        pthread_cond_wait(&pool.wake, &pool.mutex);
    atomic_fetch_sub(&pool.sleepers, 1);
    pthread_mutex_unlock(&pool.mutex);
}

/* Enters the next round after *last and updates *last; false if the pool stops. */
static bool enter(uint_fast64_t *last)
{
    for (int turn = 0; !atomic_load_explicit(&pool.stopping, memory_order_acquire);) {
        uint_fast64_t gate = atomic_load_explicit(&pool.gate, memory_order_acquire);
        if (may_enter(gate, *last)) {
            if (atomic_compare_exchange_weak_explicit(&pool.gate, &gate, gate + 1, memory_order_acquire,
                                                      memory_order_relaxed)) {
                *last = gate / ROUND;
                return true;
            }
        } else if (turn < pool.spins + YIELDS) {
            breathe(turn++, pool.spins);
        } else {
            sleep_until_open(*last);
            turn = 0;
        }
    }
    return false;
}

static void *work(void *index)
{
    self = (int)(intptr_t)index;
    for (uint_fast64_t last = 0; enter(&last);) {
        take_pieces();
        atomic_fetch_sub_explicit(&pool.gate, 1, memory_order_release);
    }
    return NULL;
}

/* --- Dispatch --- */

static void wake_sleepers(size_t wanted)
{
    if (atomic_load(&pool.sleepers) == 0)
        return;
    pthread_mutex_lock(&pool.mutex);
    size_t asleep = (size_t)atomic_load(&pool.sleepers);
    for (size_t i = 0; i < asleep && i < wanted; i++)
        pthread_cond_signal(&pool.wake);
    pthread_mutex_unlock(&pool.mutex);
}

static void wait_until_left(void)
{
    for (int turn = 0; atomic_load_explicit(&pool.gate, memory_order_acquire) & INSIDE; turn++)
        breathe(turn, pool.spins);
}

static void run_alone(size_t n, size_t grain, PoolTask *task, void *context)
{
    for (size_t i = 0; i < n; i += grain) {
        if (n - i <= grain) {
            task(context, i, n);
            return;
        }
        task(context, i, i + grain);
    }
}

static void share_out(size_t pieces)
{
    size_t threads = (size_t)pool.threads, each = pieces / threads, more = pieces % threads, next = 0;
    for (size_t i = 0; i < threads; i++) {
        atomic_store_explicit(&pool.share[i].next, next, memory_order_relaxed);
        pool.share[i].end = next += each + (i < more);
    }
}

void pool_each(size_t n, size_t grain, PoolTask *task, void *context)
{
    if (grain == 0)
        grain = 1;
    if (pool.threads <= 1 || n <= grain) {
        run_alone(n, grain, task, context);
        return;
    }
    pool.task    = task;
    pool.context = context;
    pool.n       = n;
    pool.grain   = grain;
    share_out((n - 1) / grain + 1);
    atomic_store(&pool.gate, (atomic_load(&pool.gate) / ROUND + 1) * ROUND | OPEN);
    wake_sleepers((n - 1) / grain);
    take_pieces();
    atomic_fetch_and_explicit(&pool.gate, ~(uint_fast64_t)OPEN, memory_order_relaxed);
    wait_until_left();
}

/* --- Starting and stopping --- */

static void end_threads(void)
{
    atomic_store(&pool.stopping, true);
    pthread_mutex_lock(&pool.mutex);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.mutex);
    for (int i = 1; i < pool.threads; i++)
        pthread_join(pool.thread[i], NULL);
    atomic_store(&pool.stopping, false);
    pool.threads = 1;
}

/* Allocates thread i's scratch memory and frees the previous one. */
static bool give_scratch(int i, size_t bytes, Err *err)
{
    void *p = aligned_alloc(CACHE, bytes);
    if (!p)
        return err_set(err, "out of memory: thread %d needs %zu bytes of scratch memory", i + 1, bytes);
    free(pool.scratch[i]);
    pool.scratch[i] = p;
    return true;
}

static bool start_thread(int i, int wanted, Err *err)
{
    if (pool.scratch_each && !pool.scratch[i] && !give_scratch(i, pool.scratch_each, err))
        return false;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&pool.thread[i], NULL, work, (void *)(intptr_t)i);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error)
        return err_set(err, "the system started only %d of %d threads (%s); continuing with these", i, wanted,
                       strerror(error));
    pool.threads = i + 1;
    return true;
}

bool pool_start(int threads, Err *err)
{
    if (threads < 1 || threads > POOL_MAX)
        return err_set(err, "cannot start %d threads: choose 1 to %d", threads, POOL_MAX);
    end_threads();
    pool.spins = threads <= pool_processors() ? SPINS : 0;
    for (int i = 1; i < threads; i++)
        if (!start_thread(i, threads, err))
            return false;
    return true;
}

void pool_stop(void)
{
    end_threads();
    for (int i = 0; i < POOL_MAX; i++) {
        free(pool.scratch[i]);
        pool.scratch[i] = NULL;
    }
    pool.scratch_each = 0;
}

int pool_threads(void) { return pool.threads > 1 ? pool.threads : 1; }

/* --- Scratch memory --- */

bool pool_reserve(size_t bytes, Err *err)
{
    if (bytes <= pool.scratch_each)
        return true;
    if (bytes > SIZE_MAX - CACHE)
        return err_set(err, "out of memory: each thread needs %zu bytes of scratch memory", bytes);
    bytes = (bytes + CACHE - 1) / CACHE * CACHE;
    for (int i = 0; i < pool_threads(); i++)
        if (!give_scratch(i, bytes, err))
            return false;
    for (int i = pool_threads(); i < POOL_MAX; i++) {      /* left from a larger pool */
        free(pool.scratch[i]);
        pool.scratch[i] = NULL;
    }
    pool.scratch_each = bytes;
    return true;
}

void *pool_scratch(void) { return pool.scratch[self]; }

size_t pool_scratch_bytes(void) { return (size_t)pool_threads() * pool.scratch_each; }
