#include "cli/explain/html.h"
#include "base/file.h"
#include "cli/explain/json/json.h"
#include "cli/output.h"
#include <errno.h>
#include <stdlib.h>

/* The start of every such page, whichever version wrote it. */
static const char mark[] = "<!DOCTYPE html>\n<html lang=\"en\" data-page=\"heed-explain\">\n";

bool explain_html_may(const char *path, Err *err)
{
    return output_may(path, mark, "page made by explain", "--html", err);
}

/* The JSON, malloc'd; NULL with errno set if out of memory. */
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

bool explain_html(const char *path, const Report *r, Err *err)
{
    size_t len = 0;
    bool   ok;
    char  *json;
    if (!explain_html_may(path, err))
        return false;
    if (!(json = json_of(r, &len)))
        return err_set(err, "out of memory for the page %s: %s", path, file_why(errno));
    const FilePart parts[] = { { explain_html_before, explain_html_before_len }, { json, len },
                               { explain_html_after, explain_html_after_len } };
    ok = output_write(path, parts, sizeof parts / sizeof *parts, err);
    free(json);
    if (ok)
        output_wrote("explain", path);
    return ok;
}
