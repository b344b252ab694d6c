#include "cli/plot/show.h"
#include "base/human.h"
#include "cli/wrap.h"
#include "plot/picture.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_LOSS = 5, USUAL_LOSS = 16, MOST_LOSS = 24, OTHER = 6, ROOMY = 38 };

static CanvasColors colors(const Term *t)
{
    const char *type = getenv("TERM"), *more = getenv("COLORTERM");
    if (!t->color)
        return CANVAS_NONE;
    return (type && strstr(type, "256")) || (more && *more) ? CANVAS_256 : CANVAS_8;
}

/* Is the terminal high enough for a second panel? */
static bool has_room(const PlotOptions *o, const Term *t, int lines)
{
    if (o->gradients >= 0)
        return o->gradients;
    return lines > 0 ? lines >= ROOMY : !t->tty || term_height(t->file) >= ROOMY;
}

/* Lines other than those of the loss picture: verdicts; per panel title, axis and two of legend; the other pictures. */
static int rest(const PlotLogs *l, const Chart *c) { return 2 * l->n + 1 + 4 * c->n + 1 + (c->n - 1) * OTHER; }

static PictureLook look_of(const PlotLogs *l, const PlotOptions *o, const Term *t, const Chart *c, int lines)
{
    PictureLook look = { .width = t->width, .utf8 = t->utf8 && !o->ascii, .colors = colors(t) };
    int room = (lines > 0 ? lines : t->tty ? term_height(t->file) - 1 : USUAL_LOSS + rest(l, c)) - rest(l, c);
    int loss = room < LEAST_LOSS + 3 ? LEAST_LOSS + 3 : room > MOST_LOSS ? MOST_LOSS : room;
    if (lines > 0)
        loss = room < LEAST_LOSS ? LEAST_LOSS : loss > room ? room : loss;
    look.rows[0] = o->height > 0 ? o->height : loss;
    for (int k = 1; k < c->n; k++)
        look.rows[k] = OTHER;
    return look;
}

static void verdicts(FILE *out, const PlotLogs *l, int width)
{
    for (int k = 0; k < l->n; k++) {
        char text[sizeof l->log[0].name + sizeof l->runs[0].verdict.text + 4];
        snprintf(text, sizeof text, "%s: %s.", l->log[k].name, l->runs[k].verdict.text);
        wrap_text(out, text, 0, 2, width);
    }
}

bool plot_show(FILE *out, PlotLogs *l, const PlotOptions *o, const Term *term, int lines, Err *err)
{
    Chart  c;
    Buffer picture = { 0 };
    if (!plot_logs_chart(l, o, has_room(o, term, lines), &c, err))
        return false;
    PictureLook look = look_of(l, o, term, &c, lines);
    bool ok = picture_draw(&c, &look, &picture, err);
    if (ok && picture.len > 0)
        fwrite(picture.p, 1, picture.len, out);
    if (ok)
        verdicts(out, l, term->width < 100 ? term->width : 100);
    buffer_free(&picture);
    chart_free(&c);
    return ok;
}

static void part(char *text, size_t size, const char *name, double x)
{
    size_t at = strlen(text);
    char   value[AXIS_LABEL];
    axis_value(x, value);
    if (isfinite(x))
        snprintf(text + at, size - at, ", %s %s", name, value);
}

void plot_print_verdicts(FILE *out, const PlotLogs *l)
{
    for (int k = 0; k < l->n; k++) {
        const Run     *r = &l->log[k].run;
        const Verdict *v = &l->runs[k].verdict;
        char text[160] = "";
        if (r->n > 0)
            snprintf(text, sizeof text, "step %s", human_count((int64_t)r->column[RUN_STEP][r->n - 1]).s);
        part(text, sizeof text, "loss", v->train);
        part(text, sizeof text, "validation", v->last_val < r->n ? r->column[RUN_VAL][v->last_val] : NAN);
        term_print(out, "%s: %s%s%s\n", l->log[k].name, text, *text ? "; " : "", v->text);
    }
}
