#include "cli/command.h"
#include "cli/live/inside.h"
#include "cli/live/options.h"
#include "cli/live/page.h"
#include "cli/output.h"
#include "kernel/kernel.h"
#include <stdlib.h>

static bool write_page(const LiveOptions *o, const LivePage *page, Err *err)
{
    size_t len = 0;
    char  *inside = live_inside(o, &len, err);
    if (!inside)
        return false;
    const FilePart parts[] = { page->before, { inside, len }, page->after };
    bool ok = output_write(o->out, parts, sizeof parts / sizeof *parts, err);
    free(inside);
    if (ok)
        output_wrote("live", o->out);
    return ok;
}

static int live(void *options, const char *called, Err *err)
{
    const LiveOptions *o = options;
    LivePage           page;
    if (!live_page_read(&page, called, err))
        return COMMAND_FAILED;
    bool ok = (o->force || live_page_may(o->out, err)) && write_page(o, &page, err);
    file_free(&page.file);
    return ok ? COMMAND_DONE : COMMAND_FAILED;
}

COMMAND_MAIN(live)
{
    LiveOptions options = live_options();
    return command_main(&live_command, &options, live, kernel_names, argc, argv);
}
