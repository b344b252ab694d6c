#include "cli/output.h"
#include "cli/term.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST_MARK = 256 };

bool output_may(const char *path, const char *mark, const char *kind, const char *flag, Err *err)
{
    char        start[LONGEST_MARK] = { 0 };
    size_t      n = strlen(mark);
    struct stat is;
    FILE       *f;
    if (strcmp(path, "-") == 0 || stat(path, &is) != 0 || !S_ISREG(is.st_mode) || is.st_size == 0)
        return true;
    if (!(f = fopen(path, "rb")))
        return err_set(err, "%s is there and cannot be read (%s): give %s another name", path, file_why(errno), flag);
    size_t len = fread(start, 1, n < sizeof start ? n : sizeof start, f);
    fclose(f);
    if (len == n && memcmp(start, mark, len) == 0)
        return true;
    return err_set(err, "%s is there and is no %s: give %s another name, or remove it first", path, kind, flag);
}

bool output_write(const char *path, const FilePart *parts, size_t n, Err *err)
{
    if (strcmp(path, "-") != 0)
        return file_replace(path, parts, n, err);
    for (size_t k = 0; k < n; k++)
        if (fwrite(parts[k].p, 1, parts[k].len, stdout) != parts[k].len)
            return term_deserted(stdout) || err_set(err, "cannot write to the standard output: %s", file_why(errno));
    return true;
}
