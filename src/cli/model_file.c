#include "cli/model_file.h"
#include "base/file.h"
#include "cli/term.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST = sizeof "/model.heed" };

#define RUNS "run"                          /* train's default folder, and that of folders for several runs */

static const char *const models[] = { "best.heed", "model.heed" };

static bool later(struct timespec a, struct timespec b)
{
    return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

/* When the newest of the files in the folder was modified; the earliest time if it has none. */
static struct timespec modified(const char *dir, const char *const *names, int n)
{
    struct timespec newest = { 0, -1 };
    for (int i = 0; i < n; i++) {
        char        path[1024];
        struct stat st;
        int         len = snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        if (len < (int)sizeof path && stat(path, &st) == 0 && later(st.st_mtim, newest))
            newest = st.st_mtim;
    }
    return newest;
}

/* A run to compare with the newest so far. */
static void offer(const char *run, const char *const *names, int n, char *dir, size_t size, struct timespec *newest)
{
    struct timespec when = modified(run, names, n);
    bool same_time = !later(when, *newest) && !later(*newest, when);
    bool fits = strlen(run) < size && when.tv_nsec >= 0;
    if (fits && (later(when, *newest) || (same_time && strcmp(run, dir) < 0))) {
        snprintf(dir, size, "%s", run);
        *newest = when;
    }
}

void model_file_newest_run(const char *const *names, int n, char *dir, size_t size)
{
    struct timespec newest = { 0, -1 };
    char            run[sizeof RUNS + 256];
    DIR            *folder = opendir(RUNS);
    *dir = '\0';
    offer(RUNS, names, n, dir, size, &newest);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        if (*entry->d_name == '.')
            continue;
        snprintf(run, sizeof run, "%s/%s", RUNS, entry->d_name);
        offer(run, names, n, dir, size, &newest);
    }
    if (folder)
        closedir(folder);
}

void model_file_note(const char *program, const char *asked, const char *taken)
{
    bool deeper = strchr(taken, '/') != strrchr(taken, '/');
    if (!asked && deeper)
        term_print(stderr, "%s: %s, the newest run\n", program, taken);
}

bool model_file_find(const char *asked, char *path, size_t size, Err *err)
{
    char newest[sizeof RUNS + 256];
    if (!asked)
        model_file_newest_run(models, 2, newest, sizeof newest);
    const char *dir = asked ? asked : newest;
    if (!*dir && !asked)
        return err_set(err, "no model found: neither %s nor a folder in it has a best.heed or model.heed. Train one, "
                       "or name one with --model", RUNS);
    if (strlen(dir) + LONGEST > size)
        return err_set(err, "the model's name is %zu bytes long; the limit is %zu", strlen(dir), size - LONGEST);
    snprintf(path, size, "%s", dir);
    if (asked && !file_is_dir(asked))
        return true;
    snprintf(path, size, "%s/%s", dir, models[0]);
    if (!file_exists(path))
        snprintf(path, size, "%s/%s", dir, models[1]);
    return file_exists(path) || err_set(err, "no model found: neither %s/best.heed nor %s/model.heed exists. Train "
                                        "one, or name another", dir, dir);
}
