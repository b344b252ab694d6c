#include "base/cgroup.h"
#include <stdio.h>
#include <string.h>

enum { PATH_ROOM = 4096 };

int cgroup_numbers(const char *dir, const char *name, long long n[2])
{
    char path[PATH_ROOM + 64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    int got = fscanf(f, "%lld %lld", &n[0], &n[1]);
    fclose(f);
    return got > 0 ? got : 0;
}

static long long lesser(long long a, long long b) { return !a || (b && b < a) ? b : a; }

/* The limit of `group` and its ancestors. In a container the root may already be the process's own group while the path
 * is the full one, so directories may be missing. */
static long long least_upwards(const char *mount, int version, const char *group, CgroupLimit *limit)
{
    char      path[PATH_ROOM];
    long long found = 0;
    int       len = snprintf(path, sizeof path, "%s%s", mount, group);
    if (len < 0 || len >= PATH_ROOM)
        return 0;
    for (size_t root = strlen(mount);;) {
        long long here;
        if (limit(path, version, &here) && here > 0)
            found = lesser(found, here);
        char *slash = strrchr(path + root, '/');
        if (!slash)
            return found;
        *slash = '\0';
    }
}

/* Whether a list such as "cpu,cpuacct" contains the controller. */
static bool is_listed(const char *controller, const char *list)
{
    size_t len = strlen(controller);
    for (const char *c = list; c; c = strchr(c, ',') ? strchr(c, ',') + 1 : NULL)
        if (strncmp(c, controller, len) == 0 && (c[len] == ',' || c[len] == '\0'))
            return true;
    return false;
}

/* A line is "ID:CONTROLLERS:PATH", with no controllers in version 2. */
static long long least_of_line(char *line, const char *root, const char *controller, CgroupLimit *limit)
{
    char *list = strchr(line, ':'), *path = list ? strchr(list + 1, ':') : NULL;
    if (!path)
        return 0;
    *path++ = '\0';
    list++;
    path[strcspn(path, "\n")] = '\0';
    if (*list == '\0')
        return least_upwards(root, 2, path, limit);
    char mount[PATH_ROOM];
    snprintf(mount, sizeof mount, "%s/%s", root, controller);
    return is_listed(controller, list) ? least_upwards(mount, 1, path, limit) : 0;
}

long long cgroup_least(const char *groups, const char *root, const char *controller, CgroupLimit *limit)
{
    FILE *f = fopen(groups, "re");
    if (!f)
        return 0;
    long long found = 0;
    char      line[PATH_ROOM];
    while (fgets(line, sizeof line, f))
        found = lesser(found, least_of_line(line, root, controller, limit));
    fclose(f);
    return found;
}

/* "BYTES"; without a limit "max" in version 2, and a number above any memory size in version 1. */
static bool memory_limit(const char *dir, int version, long long *limit)
{
    long long n[2];
    if (cgroup_numbers(dir, version == 2 ? "memory.max" : "memory.limit_in_bytes", n) < 1)
        return false;
    *limit = n[0];
    return true;
}

long long cgroup_memory(const char *groups, const char *root)
{
    return cgroup_least(groups, root, "memory", memory_limit);
}
