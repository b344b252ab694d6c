#include "cli/explain/svg.h"
#include "base/buffer.h"
#include "base/topk.h"
#include "cli/explain/picture.h"
#include "cli/explain/screen.h"
#include "cli/explain/words.h"
#include "cli/output.h"
#include "plot/svg.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char mark[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" data-from=\"heed-explain\"";

/* The picture being written. */
typedef struct Drawing {
    Buffer       out;
    Subject     *s;
    ExplainTrace x;
    PictureText  text;
    Picture      p;
} Drawing;

static void put(Drawing *d, const char *text) { buffer_add(&d->out, text, strlen(text)); }

/* The colours are those of src/page/shared/page.css. */
static void put_style(Drawing *d)
{
    put(d, "<style>\nsvg{background:#fdfcf8}path,circle{fill:none}.c{text-anchor:middle}\n"
           "text{font:15px Charter,'Bitstream Charter','Iowan Old Style',Georgia,'DejaVu Serif',serif;fill:#1f1e1c}\n"
           ".c text{font-family:ui-monospace,'Cascadia Mono',Menlo,'DejaVu Sans Mono',monospace}\n"
           ".q{fill:#e2c044;opacity:.45}.n,text.s{fill:#66625a}text.s{font-size:14px}.b{fill:#3d3a5c;opacity:.35}\n"
           ".a{text-anchor:end}");
    put(d, ".w{stroke:#3d3a5c}.m{stroke:#1c5c9e}.l{stroke:#b4530a}.w,.m,.l{opacity:.85}\n"
           ".vm,tspan.m{fill:#1c5c9e}tspan.l{fill:#b4530a}tspan.m,tspan.l{stroke:none;opacity:1}\n"
           "@media (prefers-color-scheme:dark){svg{background:#17181b}text{fill:#e9e5dc}.q{fill:#8a7220}"
           ".n,text.s{fill:#a5a096}.b{fill:#cfc8e6}.w{stroke:#cfc8e6}.m{stroke:#79b4ee}.l{stroke:#f09a4f}"
           ".vm,tspan.m{fill:#79b4ee}tspan.l{fill:#f09a4f}}\n</style>\n");
}

static double share_of_push(const Drawing *d, int j) { return d->x.push > 0 ? fabs(d->x.keys[j].ds) / d->x.push : 0; }

/* An arc from the query to key j, above the text (side -1) or below (+1). The query itself gets a loop. */
static void put_arc(Drawing *d, int j, double share, int side, const char *class)
{
    const ExplainKey *k = &d->x.keys[j];
    double from = picture_x(&d->p, &d->text, j), to = picture_x(&d->p, &d->text, d->x.at.row);
    double y = d->p.line + side * d->p.foot, thick = picture_thick(&d->p, share);
    buffer_print(&d->out, "<g class=\"%s\"><title>", class);
    svg_text(&d->out, words_char(subject_at(d->s, j), true).s);
    buffer_print(&d->out, " (%d): attention %.1f %%, dL/ds %+.4g</title>", j, 100 * k->a, k->ds);
    if (j == d->x.at.row)
        buffer_print(&d->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" stroke-width=\"%.2f\"/></g>\n", to,
                     y + side * (PICTURE_LOOP + thick / 2), PICTURE_LOOP, thick);
    else
        buffer_print(&d->out, "<path d=\"M%.1f %.1fA%.1f %.1f 0 0 %d %.1f %.1f\" stroke-width=\"%.2f\"/></g>\n", from,
                     y, (to - from) / 2, picture_rise(&d->p, to - from), side < 0, to, y, thick);
}

/* The arcs of one side, and a caption with the keys left out: "+ 24 others, 3 %". */
static void put_side(Drawing *d, int side, const char *caption)
{
    int    others = 0;
    double left = 0;
    for (int j = 0; j < d->x.n; j++) {
        double share = side < 0 ? d->x.keys[j].a : share_of_push(d, j);
        if (share >= PICTURE_SHARE_PC / 100.0) {
            put_arc(d, j, share, side, side < 0 ? "w" : d->x.keys[j].ds < 0 ? "m" : "l");
            continue;
        }
        others++;
        left += share;
    }
    buffer_print(&d->out, "<text class=\"s\" x=\"%d\" y=\"%.1f\">%s", PICTURE_EDGE,
                 side < 0 ? PICTURE_TOP - 12 : d->p.height - 14, caption);
    if (others && (side < 0 || d->x.push > 0))
        buffer_print(&d->out, "; + %d other%s, %.0f %%", others, others > 1 ? "s" : "", 100 * left);
    put(d, "</text>\n");
}

/* A character as shown in one column: what is wider than a letter is smaller. */
static double one_column(const char *shown)
{
    return fmin(1, PICTURE_WIDE_PC / 100.0 / fmax(1, screen_columns(shown)));
}

/* One column of the prompt: a character, grey where no arc reaches it, or the first of a fold. */
static void put_column(Drawing *d, int j)
{
    bool folded = d->text.column[j] < 0;
    bool grey = folded || (d->text.share[j] < PICTURE_SHARE_PC / 100.0 && j != d->text.row);
    Human shown = human_char(subject_at(d->s, j), true);
    double size = d->p.letter * (folded ? 1 : one_column(shown.s));
    buffer_print(&d->out, "<text%s x=\"%.1f\" y=\"%.1f\" style=\"font-size:%.1fpx\">", grey ? " class=\"n\"" : "",
                 picture_x(&d->p, &d->text, j), d->p.line + size * 0.35, size);
    svg_text(&d->out, folded ? "⋯" : shown.s);
    put(d, "</text>\n");
}

static void put_prompt(Drawing *d)
{
    const Picture *p = &d->p;
    buffer_print(&d->out, "<rect class=\"q\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"4\"/>\n",
                 picture_x(p, &d->text, d->x.at.row) - p->cell / 2, p->line - p->letter * PICTURE_BOX_PC / 100, p->cell,
                 p->letter * PICTURE_BOX_PC / 50);
    put(d, "<g class=\"c\">\n");
    for (int j = 0; j < d->text.n; j++)
        if (d->text.column[j] >= 0 || j == 0 || d->text.column[j - 1] != d->text.column[j])
            put_column(d, j);
    put(d, "</g>\n");
}

/* The most probable next characters, the target in blue. */
static bool put_answer(Drawing *d)
{
    const Explain *e = &d->s->e;
    const Picture *p = &d->p;
    int     order[PICTURE_BARS], bars = e->V < PICTURE_BARS ? e->V : PICTURE_BARS;
    double *next = explain_alloc(&d->s->e, (size_t)e->V, sizeof *next);
    if (!next)
        return false;
    explain_next(&d->s->e, next);
    buffer_print(&d->out, "<text class=\"s\" x=\"%.1f\" y=\"%.1f\">next character</text>\n", p->bars_x,
                 p->bars_y - PICTURE_BAR_PITCH);
    topk(next, e->V, bars, false, order);
    if (next[e->target] < next[order[bars - 1]])
        order[bars - 1] = e->target;
    for (int n = 0; n < bars; n++) {
        double y = p->bars_y + PICTURE_BAR_PITCH * n, x = p->bars_x + p->bar * next[order[n]];
        Human  shown = human_char(subject_char(d->s, order[n]), true);
        double small = fmin(1, 1.5 * one_column(shown.s));
        buffer_print(&d->out, "<text class=\"a\" x=\"%.1f\" y=\"%.1f\" style=\"font-size:%.1fpx\">", p->bars_x - 10,
                     y + 6, 20 * small);
        svg_text(&d->out, shown.s);
        buffer_print(&d->out, "</text><rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>",
                     order[n] == e->target ? "vm" : "b", p->bars_x, y - PICTURE_BAR_HIGH / 2,
                     fmax(PICTURE_THIN, x - p->bars_x), PICTURE_BAR_HIGH);
        buffer_print(&d->out, "<text class=\"s\" x=\"%.1f\" y=\"%.1f\">%.1f %%</text>\n", x + 8, y + 5,
                     100 * next[order[n]]);
    }
    return true;
}

/* What the layout asks of each character. */
static bool measure(Drawing *d)
{
    Explain *e = &d->s->e;
    double  *share = explain_alloc(e, (size_t)e->T, sizeof *share);
    bool    *blank = explain_alloc(e, (size_t)e->T, sizeof *blank);
    int     *column = explain_alloc(e, (size_t)e->T, sizeof *column);
    if (!share || !blank || !column)
        return false;
    for (int j = 0; j < e->T; j++) {
        uint32_t c = subject_at(d->s, j);
        share[j] = j < d->x.n ? fmax(d->x.keys[j].a, share_of_push(d, j)) : 0;
        blank[j] = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }
    d->text = (PictureText){ e->T, d->x.at.row, share, blank, column };
    d->p = picture_layout(&d->text, PICTURE_WIDTH);
    return true;
}

static bool draw(Drawing *d)
{
    const ExplainRow *at = &d->x.at;
    char push[200];
    buffer_print(&d->out, "%s width=\"%.0f\" height=\"%.1f\" viewBox=\"0 0 %.0f %.1f\" role=\"img\">\n<title>", mark,
                 d->p.width, d->p.height, d->p.width, d->p.height);
    buffer_print(&d->out, "Layer %d, head %d: attention above the text, push below</title>\n", at->layer, at->head);
    put_style(d);
    buffer_print(&d->out, "<text x=\"%d\" y=\"22\">Layer %d, head %d, query ", PICTURE_EDGE, at->layer, at->head);
    svg_text(&d->out, words_char(subject_at(d->s, at->row), true).s);
    buffer_print(&d->out, " (%d), loss %.3g nats</text>\n", at->row, d->s->e.loss);
    put_side(d, -1, "above: attention weights");
    snprintf(push, sizeof push,
             "below: push, sum of |dL/ds| %.2g; a gradient step attends <tspan class=\"m\">more</tspan> or "
             "<tspan class=\"l\">less</tspan>", d->x.push);
    put_side(d, 1, d->x.push > 0 ? push : "below: no push, since the loss does not depend on this row's weights");
    put_prompt(d);
    bool ok = put_answer(d);
    put(d, "</svg>\n");
    return ok;
}

bool explain_svg_may(const char *path, Err *err)
{
    return output_may(path, mark, "picture made by explain", "--svg", err);
}

bool explain_svg(const char *path, Subject *s, Err *err)
{
    Drawing d = { .s = s };
    bool ok = explain_svg_may(path, err) && explain_trace(&s->e, s->at, &d.x) && measure(&d) && draw(&d) &&
              buffer_whole(&d.out, err) && output_write(path, &(FilePart){ d.out.p, d.out.len }, 1, err);
    buffer_free(&d.out);
    if (ok)
        output_wrote("explain", path);
    return ok;
}
