#ifndef BASE_CGROUP_H
#define BASE_CGROUP_H
#include <stdbool.h>

/* What Linux allows this process and those that share its control groups (containers, systemd units).
 * `groups` lists the groups of a process, as /proc/self/cgroup does; `root` is where their folders are
 * mounted, /sys/fs/cgroup. Version 1 has a tree of folders for each controller, version 2 one for all. */

/* Reads a limit from the files of one group's folder, of that version; false where it sets none. */
typedef bool CgroupLimit(const char *dir, int version, long long *limit);

/* The least of the limits of this controller ("cpu", "memory") that the process's groups, and those which
 * they are in, set; 0 when none does, or nothing can be read. */
long long cgroup_least(const char *groups, const char *root, const char *controller, CgroupLimit *limit);

/* The numbers at the beginning of the file dir/name, two at most; how many there are. */
int cgroup_numbers(const char *dir, const char *name, long long n[2]);

/* Bytes of memory that may be used, 0 for any. */
long long cgroup_memory(const char *groups, const char *root);
#endif
