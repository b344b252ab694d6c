#include "cli/command.h"
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

/* Without /proc: "/a b/heed live" is the program /a b/heed. */
static bool resolve(const char *called, char path[PATH_MAX])
{
    char  name[PATH_MAX];
    char *blank = NULL;
    snprintf(name, sizeof name, "%s", called);
    do {
        if (strchr(name, '/') ? realpath(name, path) != NULL : search_path(name, path))
            return true;
        blank = strrchr(name, ' ');
        if (blank)
            *blank = '\0';
    } while (blank);
    return false;
}

bool own_folder(const char *called, char folder[PATH_MAX], Err *err)
{
    char *slash = realpath("/proc/self/exe", folder) || resolve(called, folder) ? strrchr(folder, '/') : NULL;
    if (!slash)
        return err_set(err, "cannot find the directory of the commands; call %s by its full path", called);
    *slash = '\0';
    return true;
}

static bool at(const char *base, const char *sub, const char *name, int mode, char path[PATH_MAX])
{
    int n = snprintf(path, PATH_MAX, "%s%s/%s", base, sub, name);
    if (n > 0 && n < PATH_MAX && access(path, mode) == 0)
        return true;
    path[0] = '\0';
    return false;
}

bool own_file(const char *called, const char *name, int mode, char path[PATH_MAX], Err *err)
{
    char folder[PATH_MAX];
    if (!own_folder(called, folder, err))
        return false;
    bool installed = HEED_LIBEXEC[0] == '/' ? at("", HEED_LIBEXEC, name, mode, path)
                                            : at(folder, "/../" HEED_LIBEXEC, name, mode, path);
    return installed || at(folder, "", name, mode, path);
}
