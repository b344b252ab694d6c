/* Limits of control groups of both versions: the smallest one on the way up applies. test_pool.c covers processor
 * quotas. */
#include "base/cgroup.h"
#include "check_main.h"
#include "scratch.h"
#include <sys/stat.h>

/* The memory limit of a process with this list of groups. */
static long long memory(const char *groups)
{
    scratch_text("groups", groups);
    return cgroup_memory(scratch("groups"), scratch("root"));
}

static void group(const char *dir, const char *file, const char *text)
{
    char path[120] = "root";
    ck_assert(mkdir(scratch(path), 0700) == 0 || access(scratch(path), F_OK) == 0);
    for (const char *from = dir; from; from = strchr(from + 1, '/')) {
        size_t len = strcspn(from + 1, "/") + 1;
        strncat(path, from, len);
        ck_assert(mkdir(scratch(path), 0700) == 0 || access(scratch(path), F_OK) == 0);
    }
    strcat(path, file);
    scratch_text(path, text);
}

START_TEST(the_smallest_limit_on_the_way_up)
{
    group("/free", "/memory.max", "max\n");
    group("/one", "/memory.max", "1073741824\n");
    group("/one/two", "/memory.max", "2147483648\n");
    group("/one/half", "/memory.max", "536870912\n");
    group("/one/none", "/memory.max", "max\n");
    group("/memory/old", "/memory.limit_in_bytes", "314572800\n");
    group("/memory/any", "/memory.limit_in_bytes", "9223372036854771712\n");
    ck_assert_int_eq(memory(""), 0);
    ck_assert_int_eq(memory("0::/\n"), 0);
    ck_assert_int_eq(memory("0::/free\n"), 0);
    ck_assert_int_eq(memory("0::/one\n"), 1 << 30);
    ck_assert_int_eq(memory("0::/one/two\n"), 1 << 30);
    ck_assert_int_eq(memory("0::/one/half"), 1 << 29);
    ck_assert_int_eq(memory("0::/one/none\n"), 1 << 30);
    ck_assert_int_eq(memory("0::/one/not/there\n"), 1 << 30);
    ck_assert_int_eq(memory("4:memory:/old\n"), 300 << 20);
    ck_assert_int_eq(memory("4:cpu,memory:/old/not\n0::/one\n"), 300 << 20);
    ck_assert_int_eq(memory("4:cpu:/old\n3:memory2:/old\n"), 0);
    ck_assert_int_eq(memory("4:memory:/any\n"), 9223372036854771712);
    ck_assert_int_eq(memory("nonsense\n\n:\n::\n"), 0);
    ck_assert_int_eq(cgroup_memory("/does/not/exist", "/"), 0);
}
END_TEST

START_TEST(overlong_names)
{
    char line[6000] = "0::";
    memset(line + 3, '/', sizeof line - 4);
    group("/one", "/memory.max", "1073741824\n");
    ck_assert_int_eq(memory(line), 0);
}
END_TEST

CHECK_MAIN("cgroup", TEST(the_smallest_limit_on_the_way_up), TEST(overlong_names))
