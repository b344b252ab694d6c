#include "kernel/pool.h"
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };

/* The numbers in the file dir/name, two at most; how many there are. */
static int read_numbers(const char *dir, const char *name, long long n[2])
{
    char path[PATH_ROOM + 64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "r");
    if (!f)
        return 0;
    int got = fscanf(f, "%lld %lld", &n[0], &n[1]);
    fclose(f);
    return got > 0 ? got : 0;
}

/* "QUOTA PERIOD" in one file, or "max PERIOD". */
static bool limit_of_v2(const char *dir, long long n[2]) { return read_numbers(dir, "cpu.max", n) == 2; }

/* In a file each, -1 for no quota. */
static bool limit_of_v1(const char *dir, long long n[2])
{
    long long period[2];
    if (read_numbers(dir, "cpu.cfs_quota_us", n) != 1 || read_numbers(dir, "cpu.cfs_period_us", period) != 1)
        return false;
    n[1] = period[0];
    return true;
}

/* The least limit of `group` and of those it is in. A container may see its own group as the root
 * although its path is longer, so that directories may be missing. */
static int least(const char *mount, const char *group, bool (*limit)(const char *, long long[2]))
{
    char path[PATH_ROOM];
    int  found = 0, len = snprintf(path, sizeof path, "%s%s", mount, group);
    if (len < 0 || len >= PATH_ROOM)
        return 0;
    for (size_t root = strlen(mount);;) {
        long long n[2];
        if (limit(path, n) && n[0] > 0 && n[1] > 0) {
            long long whole = (n[0] - 1) / n[1] + 1;
            if (!found || whole < found)
                found = whole > POOL_MAX ? POOL_MAX : (int)whole;
        }
        char *slash = strrchr(path + root, '/');
        if (!slash)
            return found;
        *slash = '\0';
    }
}

static bool has_cpu(const char *controllers)
{
    for (const char *c = controllers; c; c = strchr(c, ',') ? strchr(c, ',') + 1 : NULL)
        if (strncmp(c, "cpu", 3) == 0 && (c[3] == ',' || c[3] == '\0'))
            return true;
    return false;
}

/* One line of the list: "ID:CONTROLLERS:PATH", without controllers in version 2. */
static int quota_of_line(char *line, const char *root)
{
    char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path)
        return 0;
    *path++ = '\0';
    controllers++;
    path[strcspn(path, "\n")] = '\0';
    if (*controllers == '\0')
        return least(root, path, limit_of_v2);
    char mount[PATH_ROOM];
    snprintf(mount, sizeof mount, "%s/cpu", root);
    return has_cpu(controllers) ? least(mount, path, limit_of_v1) : 0;
}

int pool_quota(const char *groups, const char *root)
{
    FILE *f = fopen(groups, "r");
    if (!f)
        return 0;
    int  found = 0;
    char line[PATH_ROOM];
    while (fgets(line, sizeof line, f)) {
        int quota = quota_of_line(line, root);
        if (quota && (!found || quota < found))
            found = quota;
    }
    fclose(f);
    return found;
}

/* By the affinity mask where there is one: taskset, a container's cpuset. */
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
