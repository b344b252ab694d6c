#include "base/cgroup.h"
#include "kernel/pool.h"
#include <sched.h>
#include <unistd.h>

/* cgroup v2 has one file, "QUOTA PERIOD" or "max PERIOD"; v1 has a file for each, with a quota of -1 for no
 * limit. Rounds up to whole processors. */
static bool cpu_limit(const char *dir, int version, long long *limit)
{
    long long n[2], period[2];
    if (version == 2) {
        if (cgroup_numbers(dir, "cpu.max", n) != 2)
            return false;
    } else {
        if (cgroup_numbers(dir, "cpu.cfs_quota_us", n) < 1 || cgroup_numbers(dir, "cpu.cfs_period_us", period) < 1)
            return false;
        n[1] = period[0];
    }
    if (n[0] <= 0 || n[1] <= 0)
        return false;
    *limit = (n[0] - 1) / n[1] + 1;
    return true;
}

int pool_quota(const char *groups, const char *root)
{
    long long whole = cgroup_least(groups, root, "cpu", cpu_limit);
    return whole > POOL_MAX ? POOL_MAX : (int)whole;
}

/* By the affinity mask (taskset, a container's cpuset) where the system has one. */
static long allowed(void)
{
#ifdef __linux__
    enum { MOST = 1 << 16 };
    static unsigned long mask[MOST / 8 / sizeof(unsigned long)];
    if (sched_getaffinity(0, sizeof mask, (cpu_set_t *)mask) == 0)
        return CPU_COUNT_S(sizeof mask, (cpu_set_t *)mask);
#endif
    return sysconf(_SC_NPROCESSORS_ONLN);
}

int pool_processors(void)
{
    long n     = allowed();
    int  quota = pool_quota("/proc/self/cgroup", "/sys/fs/cgroup");
    if (quota && quota < n)
        n = quota;
    return n < 1 ? 1 : n > POOL_MAX ? POOL_MAX : (int)n;
}
