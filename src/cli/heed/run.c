/* Each command is a program of its own: finds it and becomes it, so that signals and exit codes are its own. */
#include "cli/heed/run.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The file that PATH means by a bare name, or false. */
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

/* The directory that this program's file stands in, links resolved. */
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

/* Becomes the program if it stands at base/sub/name. */
static void try_run(const char *base, const char *sub, const char *name, char **argv)
{
    char path[PATH_MAX];
    int  n = snprintf(path, sizeof path, "%s%s/%s", base, sub, name);
    if (n > 0 && n < PATH_MAX && access(path, X_OK) == 0)
        execv(path, argv);
}

/* Installed, the programs stand in libexec; in the build folder, beside this one. That order, as
 * /usr/bin may hold another package's "convert". Comes back only when there is none. */
bool heed_run(const char *called, const char *name, char **argv, Err *err)
{
    char dir[PATH_MAX];
    if (!own_directory(called, dir))
        return err_set(err, "cannot tell which directory the commands are in: call %s by its path", called);
    if (HEED_LIBEXEC[0] == '/')
        try_run("", HEED_LIBEXEC, name, argv);
    else
        try_run(dir, "/../" HEED_LIBEXEC, name, argv);
    try_run(dir, "", name, argv);
    return err_set(err, "the program %s is missing in %s and in %s: build or install again", name, dir,
                   HEED_LIBEXEC);
}
