#include "cli/output.h"
#include "base/human.h"
#include "cli/command.h"
#include "cli/term.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST_MARK = 256 };

bool output_may(const char *path, const char *mark, const char *kind, const char *flag, Err *err)
{
    char   start[LONGEST_MARK];
    size_t n = strlen(mark), len;
    if (strcmp(path, "-") == 0 || file_is_dir(path))
        return true;
    if (!file_start(path, start, n < sizeof start ? n : sizeof start, &len, err))
        return false;
    return len == 0 || (len == n && memcmp(start, mark, len) == 0) ||
           err_set(err, "%s exists and is not a %s: choose another name for %s, or remove the file first", path,
                   kind, flag);
}

bool output_write(const char *path, const FilePart *parts, size_t n, Err *err)
{
    if (strcmp(path, "-") != 0)
        return file_replace(path, parts, n, err);
    for (size_t k = 0; k < n; k++)
        if (fwrite(parts[k].p, 1, parts[k].len, stdout) != parts[k].len)
            return term_deserted(stdout) || err_set(err, "cannot write to standard output: %s", file_why(errno));
    return true;
}

#ifdef __APPLE__
#define OPENER "open"
#else
#define OPENER "xdg-open"                   /* the freedesktop.org systems */
#endif

void output_wrote(const char *program, const char *path)
{
    struct stat st;
    char word[1024];
    if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode))
        term_print(stderr, "%s: wrote %s, %s; to open it: " OPENER " %s\n", program, path,
                   human_bytes((size_t)st.st_size).s, command_path(word, sizeof word, path));
}
