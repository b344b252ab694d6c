#ifndef CLI_LIVE_PAGE_H
#define CLI_LIVE_PAGE_H
#include "base/file.h"

/* live.html as the build made it: bytes before and after what the page opens with. */
typedef struct LivePage {
    FileData file;
    FilePart before, after;
} LivePage;

/* Reads live.html, which is beside the programs; `called` is argv[0]. False with a sentence that says what to install
 * or build if it is not there. Free it with file_free(&p->file). */
bool live_page_read(LivePage *p, const char *called, Err *err);

/* May `path` be overwritten: is it missing, or a page that live wrote? */
bool live_page_may(const char *path, Err *err);
#endif
