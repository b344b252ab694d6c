#include "text/folder.h"
#include "base/file.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEEPEST = 64 };

static char *join(const char *folder, const char *name)
{
    size_t n = strlen(folder), m = strlen(name);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    char *path = malloc(n + m + 2);
    if (path) {
        memcpy(path, folder, n);
        path[n] = '/';
        memcpy(path + n + 1, name, m + 1);
    }
    return path;
}

/* Takes the path, which is malloc'd. */
static void add(Folder *f, char *path)
{
    if (f->n == f->room) {
        size_t room = f->room ? 2 * f->room : 64;
        char **p = realloc(f->paths, room * sizeof *p);
        if (!p) {
            free(path);
            f->lost = true;
            return;
        }
        f->paths = p;
        f->room = room;
    }
    f->paths[f->n++] = path;
}

static bool walk(Folder *f, const char *path, int depth);

/* One entry; the path is freed or kept. Opening a pipe or a device would wait or never end. */
static void take(Folder *f, char *path, int depth)
{
    struct stat link, is;
    bool linked = lstat(path, &link) == 0 && S_ISLNK(link.st_mode), there = stat(path, &is) == 0;
    if (there && S_ISREG(is.st_mode)) {
        add(f, path);
        return;
    }
    bool folder = there && S_ISDIR(is.st_mode) && !linked && depth < DEEPEST;
    f->left_out += !folder || !walk(f, path, depth + 1);
    free(path);
}

/* False, with errno, if the folder cannot be opened. */
static bool walk(Folder *f, const char *path, int depth)
{
    DIR *dir = opendir(path);
    if (!dir)
        return false;
    for (struct dirent *e; !f->lost && (e = readdir(dir)) != NULL;) {
        if (*e->d_name == '.')
            continue;
        char *name = join(path, e->d_name);
        f->lost = !name;
        if (name)
            take(f, name, depth);
    }
    closedir(dir);
    return true;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

bool folder_list(Folder *f, const char *path, Err *err)
{
    *f = (Folder){ 0 };
    errno = 0;
    bool read = walk(f, path, 0);
    if (!read || f->lost) {
        int why = errno;
        bool lost = f->lost;
        folder_free(f);
        return lost ? err_set(err, "out of memory for the names of the files in %s", path) :
                      err_set(err, "cannot read the folder %s: %s", path, file_why(why));
    }
    if (f->n > 0)
        qsort(f->paths, f->n, sizeof *f->paths, by_name);
    return true;
}

void folder_free(Folder *f)
{
    for (size_t i = 0; i < f->n; i++)
        free(f->paths[i]);
    free(f->paths);
    *f = (Folder){ 0 };
}
