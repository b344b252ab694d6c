/* Each command is a separate program: find it and exec it, so that signals and exit codes are its own. */
#include "cli/heed/run.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Looks up a bare name in PATH. */
static bool search_path(const char *name, char path[PATH_MAX])
{
    const char *dirs = getenv("PATH");
    while (dirs && *dirs) {
        size_t n = strcspn(dirs, ":");
        char   file[PATH_MAX];
        int    len = snprintf(file, sizeof file, "%.*s/%s", (int)n, n ? dirs : ".", name);
        if (len > 0 && len < PATH_MAX && access(file, X_OK) == 0 && realpath(file, path))
            return true;
        dirs += n + (dirs[n] == ':');
    }
    return false;
}

/* The directory of this program's file, with symbolic links resolved. */
static bool own_directory(const char *called, char dir[PATH_MAX])
{
    bool found = realpath("/proc/self/exe", dir) != NULL;
    if (!found)
        found = strchr(called, '/') ? realpath(called, dir) != NULL : search_path(called, dir);
    char *slash = found ? strrchr(dir, '/') : NULL;
    if (slash)
        *slash = '\0';
    return slash != NULL;
}

/* Execs base/sub/name if it exists. */
static void try_run(const char *base, const char *sub, const char *name, char **argv)
{
    char path[PATH_MAX];
    int  n = snprintf(path, sizeof path, "%s%s/%s", base, sub, name);
    if (n > 0 && n < PATH_MAX && access(path, X_OK) == 0)
        execv(path, argv);
}

/* Installed programs are in libexec; in the build folder they are beside this one. Libexec comes first because
 * /usr/bin may contain another package's "convert". Returns only if neither exists. */
bool heed_run(const char *called, const char *name, char **argv, Err *err)
{
    char dir[PATH_MAX];
    if (!own_directory(called, dir))
        return err_set(err, "cannot find the directory of the commands; call %s by its full path", called);
    if (HEED_LIBEXEC[0] == '/')
        try_run("", HEED_LIBEXEC, name, argv);
    else
        try_run(dir, "/../" HEED_LIBEXEC, name, argv);
    try_run(dir, "", name, argv);
    return err_set(err, "the program %s is missing from %s and from %s; build or install heed again", name, dir,
                   HEED_LIBEXEC);
}
