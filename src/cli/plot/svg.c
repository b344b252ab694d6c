#include "cli/plot/svg.h"
#include "cli/output.h"
#include "plot/svg.h"
#include <stdio.h>

bool plot_svg_may(const char *path, Err *err)
{
    return output_may(path, svg_mark, "picture made by plot", "--svg", err);
}

bool plot_svg(const char *path, PlotLogs *l, const PlotOptions *o, Err *err)
{
    static char text[PLOT_MOST_RUNS][sizeof l->log[0].name + sizeof l->runs[0].verdict.text + 4];
    const char *sentences[PLOT_MOST_RUNS];
    Chart  c;
    Buffer out = { 0 };
    if (!plot_logs_chart(l, o, o->gradients != 0, &c, err))
        return false;
    for (int k = 0; k < l->n; k++) {
        snprintf(text[k], sizeof text[k], "%s: %s.", l->log[k].name, l->runs[k].verdict.text);
        sentences[k] = text[k];
    }
    bool ok = svg_draw(&c, sentences, l->n, &out, err) && output_write(path, &(FilePart){ out.p, out.len }, 1, err);
    buffer_free(&out);
    chart_free(&c);
    return ok;
}
