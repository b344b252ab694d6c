#include "cli/live/page.h"
#include "cli/command.h"
#include "cli/live/missing.h"
#include "cli/output.h"
#include <string.h>
#include <unistd.h>

static const char mark[] = "<!DOCTYPE html>\n<html lang=\"en\" data-page=\"heed-live\">\n";

/* The element that says what the page opens with: nothing, as built. */
static const char element[] = "<script id=\"data\" type=\"application/json\">", end[] = "</script>";

/* missing.h has the reason if this build could not make the page. */
static bool absent(const char *called, Err *err)
{
    char folder[PATH_MAX];
    if (LIVE_MISSING[0])
        return err_set(err, "the page was not built: %s", LIVE_MISSING);
    return own_folder(called, folder, err) &&
           err_set(err, "live.html is missing from %s: copy it there from the build or the installation of heed "
                        "(ninja -C build live.html makes it)", folder);
}

bool live_page_read(LivePage *p, const char *called, Err *err)
{
    char path[PATH_MAX];
    *p = (LivePage){ 0 };
    if (!own_file(called, "live.html", R_OK, path, err))
        return err_any(err) ? false : absent(called, err);
    if (!file_read(path, &p->file, err))
        return false;
    const char *start = strstr(p->file.p, element), *stop = start ? strstr(start, end) : NULL;
    if (strncmp(p->file.p, mark, sizeof mark - 1) != 0 || !stop) {
        file_free(&p->file);
        return err_set(err, "%s is not the page of this program: build or install heed again", path);
    }
    start += sizeof element - 1;
    p->before = (FilePart){ p->file.p, (size_t)(start - p->file.p) };
    p->after = (FilePart){ stop, p->file.len - (size_t)(stop - p->file.p) };
    return true;
}

bool live_page_may(const char *path, Err *err) { return output_may(path, mark, "page made by live", "--out", err); }
