#include "cli/explain_html.h"
#include "base/file.h"
#include "cli/explain_json.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* How each such page begins, whichever version wrote it. */
static const char mark[] = "<!DOCTYPE html>\n<html lang=\"en\" data-page=\"heed-explain\">\n";

/* A page of an earlier run may go, and an empty file; the corpus, mistyped as output, may not. */
bool explain_html_may(const char *path, Err *err)
{
    char        start[sizeof mark] = { 0 };
    struct stat is;
    FILE       *f;
    size_t      len;
    if (strcmp(path, "-") == 0 || stat(path, &is) != 0 || !S_ISREG(is.st_mode) || is.st_size == 0)
        return true;
    if (!(f = fopen(path, "rb")))
        return err_set(err, "%s is there and cannot be read (%s): give --html another name", path,
                       file_why(errno));
    len = fread(start, 1, sizeof mark - 1, f);
    fclose(f);
    if (len == sizeof mark - 1 && memcmp(start, mark, len) == 0)
        return true;
    return err_set(err, "%s is there and is no page of explain's: give --html another name, or remove it "
                   "first", path);
}

/* The JSON in memory, malloc'd; NULL when there is none. */
static char *json_of(const Report *r, size_t *len)
{
    char *text = NULL;
    FILE *f = open_memstream(&text, len);
    if (!f)
        return NULL;
    bool all = explain_json(f, r);
    if (fclose(f) != 0 || !all) {
        free(text);
        return NULL;
    }
    return text;
}

static bool write_parts(const char *path, const FilePart *part, size_t n, Err *err)
{
    if (strcmp(path, "-") != 0)
        return file_replace(path, part, n, err);
    for (size_t k = 0; k < n; k++)
        if (fwrite(part[k].p, 1, part[k].len, stdout) != part[k].len)
            return err_set(err, "cannot write the page to standard output: %s", file_why(errno));
    return true;
}

bool explain_html(const char *path, const Report *r, Err *err)
{
    size_t len = 0;
    bool   ok;
    char  *json;
    if (!explain_html_may(path, err))
        return false;
    if (!(json = json_of(r, &len)))
        return err_set(err, "not enough memory for the page %s: %s", path, file_why(errno));
    const FilePart parts[] = { { explain_html_before, explain_html_before_len }, { json, len },
                               { explain_html_after, explain_html_after_len } };
    ok = write_parts(path, parts, sizeof parts / sizeof *parts, err);
    free(json);
    return ok;
}
