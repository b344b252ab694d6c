#ifndef BASE_CGROUP_H
#define BASE_CGROUP_H
#include <stdbool.h>

/* Limits of Linux control groups (containers, systemd units). `groups` is the file that lists the groups of a process,
 * normally /proc/self/cgroup; `root` is where the group directories are mounted, /sys/fs/cgroup. Version 1 has a
 * directory tree per controller, version 2 one for all. */

/* Reads a limit from the files of one group's directory; false if the group sets none. */
typedef bool CgroupLimit(const char *dir, int version, long long *limit);

/* The smallest limit of a controller ("cpu", "memory") set by any of the process's groups or their ancestors; 0 if none
 * sets one or it cannot be read. */
long long cgroup_least(const char *groups, const char *root, const char *controller, CgroupLimit *limit);

/* Reads up to two numbers from the start of the file dir/name; returns how many. */
int cgroup_numbers(const char *dir, const char *name, long long n[2]);

/* The memory limit in bytes; 0 for none. */
long long cgroup_memory(const char *groups, const char *root);
#endif
