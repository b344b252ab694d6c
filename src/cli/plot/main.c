#include "cli/command.h"
#include "cli/output.h"
#include "cli/plot/follow.h"
#include "cli/plot/html.h"
#include "cli/plot/json.h"
#include "cli/plot/levels.h"
#include "cli/plot/show.h"
#include "cli/plot/svg.h"
#include "cli/term.h"
#include "kernel/kernel.h"
#include <math.h>

static bool write_files(PlotLogs *l, const PlotOptions *o, Err *err)
{
    return (!o->svg || plot_svg(o->svg, l, o, err)) && (!o->html || plot_html(o->html, l, o, err));
}

/* May the output files be overwritten? Checked before any work. */
static bool may_write(const PlotOptions *o, Err *err)
{
    return o->force || ((!o->svg || plot_svg_may(o->svg, err)) && (!o->html || plot_html_may(o->html, err)));
}

static bool show(PlotLogs *l, const PlotOptions *o, Err *err)
{
    Term term = term_of(stdout);
    if (!plot_logs_read(l, o, err) || !plot_logs_drawable(l, o, err) || !plot_levels(l, o, err))
        return false;
    plot_logs_note(stderr, l, o, false);
    if (!write_files(l, o, err) || (o->json && !plot_json(stdout, l, o, err)))
        return false;
    if (o->svg)
        output_wrote("plot", o->svg);
    if (o->html)
        output_wrote("plot", o->html);
    return o->svg || o->html || o->json || plot_show(stdout, l, o, &term, 0, err);
}

static int plot(void *options, const char *called, Err *err)
{
    static PlotLogs logs;
    const PlotOptions *o = options;
    (void)called;
    if (!plot_options_check(o, err) || !plot_logs_name(&logs, o, err))
        return COMMAND_MISUSED;
    if (!may_write(o, err))
        return COMMAND_FAILED;
    if (o->follow) {
        logs.levels.uniform = NAN;
        return plot_follow(&logs, o, write_files, err);
    }
    bool ok = show(&logs, o, err);
    plot_logs_free(&logs);
    return ok ? COMMAND_DONE : COMMAND_FAILED;
}

COMMAND_MAIN(plot)
{
    PlotOptions options = plot_options();
    return command_main(&plot_command, &options, plot, kernel_names, argc, argv);
}
