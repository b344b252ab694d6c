#ifndef SCRATCH_H
#define SCRATCH_H
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The test's temporary directory, removed when its process ends. */

static char scratch_dir[64];

static inline int scratch_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static inline void scratch_end(void) { nftw(scratch_dir, scratch_remove, 8, FTW_DEPTH | FTW_PHYS); }

/* The path of `name` in it; valid until eight more calls. */
static inline char *scratch(const char *name)
{
    static char path[8][256];
    static int  next;
    if (!*scratch_dir) {
        strcpy(scratch_dir, "/tmp/heed-test-XXXXXX");
        if (!mkdtemp(scratch_dir) || atexit(scratch_end) != 0)
            abort();
    }
    char *p = path[next++ % 8];
    snprintf(p, sizeof path[0], "%s/%s", scratch_dir, name);
    return p;
}

/* Writes n bytes to that file; returns its path. */
static inline char *scratch_file(const char *name, const void *bytes, size_t n)
{
    char *path = scratch(name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
        abort();
    return path;
}

/* The same for a string. */
static inline char *scratch_text(const char *name, const char *text) { return scratch_file(name, text, strlen(text)); }
#endif
