#include "cli/explain/svg.h"
#include "base/buffer.h"
#include "base/topk.h"
#include "cli/explain/words.h"
#include "cli/output.h"
#include "plot/svg.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char mark[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" data-from=\"heed-explain\"";

enum { WIDTH = 1200, HEIGHT = 530, EDGE = 28, TEXT_WIDTH = 920, LINE = 272, REACH = 190, MOST = 100, BARS = 5 };
#define LEAST  0.01                         /* share of the row to be drawn      */
#define THICK  20.0                         /* pixels of an arc with share 1     */
#define WIDEST 27.0                         /* pixels per character, at most     */

/* The picture and its layout. */
typedef struct Picture {
    Buffer       out;
    Subject     *s;
    ExplainTrace x;
    int          first;                     /* character shown      */
    double       cell;                      /* pixels per character */
} Picture;

static void put(Picture *p, const char *text) { buffer_add(&p->out, text, strlen(text)); }

static void put_style(Picture *p)
{
    put(p, "<style>\nsvg{background:#fdfcf8}text{font:15px system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:#1f1e1c}"
           "path,circle{fill:none}.c{font-family:ui-monospace,'DejaVu Sans Mono',monospace;text-anchor:middle}"
           ".c text{font-family:inherit}\n"
           ".q{fill:#f2d98c}.n{fill:#8b877d}.s{font-size:14px;fill:#5b5850}.b{fill:#b9b3a4}\n"
           ".w{stroke:#5b5850}.m{stroke:#2273c4}.l{stroke:#d9660a}.w,.m,.l{opacity:.82}");
    put(p, ".vm{fill:#2273c4}\n"
           "@media (prefers-color-scheme:dark){svg{background:#17181b}text{fill:#e9e5dc}.q{fill:#6b5617}"
           ".n{fill:#8b877d}.s{fill:#b0ab9f}.b{fill:#55524a}.w{stroke:#b0ab9f}.m{stroke:#5aa7f5}.l{stroke:#ff8f28}"
           ".vm{fill:#5aa7f5}}\n</style>\n");
}

static double x_of(const Picture *p, int j) { return EDGE + p->cell * (j - p->first + 0.5); }

static double share_of_push(const Picture *p, int j) { return p->x.push > 0 ? fabs(p->x.keys[j].ds) / p->x.push : 0; }

/* An arc from the query to key j, above the text (side -1) or below (+1). The query itself gets a loop. */
static void put_arc(Picture *p, int j, double share, int side, const char *class)
{
    const ExplainKey *k = &p->x.keys[j];
    int    i = p->x.at.row;
    double from = x_of(p, j), to = x_of(p, i), y = LINE + side * 24, rx = (to - from) / 2;
    double ry = 34 + (REACH - 34) * (to - from) / (p->cell * (i - p->first + 1));
    buffer_print(&p->out, "<g class=\"%s\"><title>", class);
    svg_text(&p->out, words_char(subject_at(p->s, j), true).s);
    buffer_print(&p->out, " (%d): attention %.1f %%, dL/ds %+.4g</title>", j, 100 * k->a, k->ds);
    if (j == i)
        buffer_print(&p->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"10\" stroke-width=\"%.2f\"/></g>\n", to,
                     y + side * 10, THICK * share);
    else
        buffer_print(&p->out, "<path d=\"M%.1f %.1fA%.1f %.1f 0 0 %d %.1f %.1f\" stroke-width=\"%.2f\"/></g>\n", from,
                     y, rx, ry, side < 0, to, y, THICK * share);
}

/* The arcs of one side, and a caption with the keys left out: "+ 24 others, 3 %". */
static void put_side(Picture *p, int side, const char *caption)
{
    int    others = 0;
    double left = 0;
    for (int j = 0; j < p->x.n; j++) {
        double share = side < 0 ? p->x.keys[j].a : share_of_push(p, j);
        if (j >= p->first && share >= LEAST) {
            put_arc(p, j, share, side, side < 0 ? "w" : p->x.keys[j].ds < 0 ? "m" : "l");
            continue;
        }
        others++;
        left += share;
    }
    buffer_print(&p->out, "<text class=\"s\" x=\"%d\" y=\"%d\">%s", EDGE, side < 0 ? 60 : HEIGHT - 16, caption);
    if (others)
        buffer_print(&p->out, "; + %d other%s, %.0f %%", others, others > 1 ? "s" : "", 100 * left);
    put(p, "</text>\n");
}

/* Whether an arc reaches character j. */
static bool has_arc(const Picture *p, int j)
{
    return j < p->x.n && (p->x.keys[j].a >= LEAST || share_of_push(p, j) >= LEAST);
}

/* The prompt, grey where no arc reaches it. */
static void put_prompt(Picture *p)
{
    double size = p->cell * 1.5;
    buffer_print(&p->out, "<rect class=\"q\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"42\" rx=\"4\"/>\n",
                 x_of(p, p->x.at.row) - p->cell / 2, LINE - 21, p->cell);
    put(p, "<g class=\"c\">\n");
    for (int j = p->first; j < p->s->e.T; j++) {
        buffer_print(&p->out, "<text%s x=\"%.1f\" y=\"%.1f\" style=\"font-size:%.1fpx\">",
                     has_arc(p, j) ? "" : " class=\"n\"", x_of(p, j), LINE + size * 0.35, size);
        svg_text(&p->out, human_char(subject_at(p->s, j), true).s);
        put(p, "</text>\n");
    }
    put(p, "</g>\n");
}

/* The most probable next characters, the target in blue. */
static bool put_answer(Picture *p)
{
    int     order[BARS], bars = p->s->e.V < BARS ? p->s->e.V : BARS;
    double *next = explain_alloc(&p->s->e, (size_t)p->s->e.V, sizeof *next);
    if (!next)
        return false;
    explain_next(&p->s->e, next);
    buffer_print(&p->out, "<text class=\"s\" x=\"%d\" y=\"%d\">next character</text>\n", WIDTH - 228, LINE - 74);
    topk(next, p->s->e.V, bars, false, order);
    for (int n = 0; n < bars; n++) {
        int best = order[n], y = LINE - 46 + 26 * n;
        buffer_print(&p->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", WIDTH - 196, y + 5);
        svg_text(&p->out, human_char(subject_char(p->s, best), true).s);
        buffer_print(&p->out, "</text><rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\"/>",
                     best == p->s->e.target ? "vm" : "b", WIDTH - 186, y - 8, 1 + 100 * next[best]);
        buffer_print(&p->out, "<text class=\"s\" x=\"%.1f\" y=\"%d\">%.1f %%</text>\n", WIDTH - 178 + 100 * next[best],
                     y + 5, 100 * next[best]);
    }
    return true;
}

static bool draw(Picture *p)
{
    const ExplainRow *at = &p->x.at;
    char push[120];
    buffer_print(&p->out, "%s width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n<title>", mark, WIDTH,
                 HEIGHT, WIDTH, HEIGHT);
    buffer_print(&p->out, "Layer %d, head %d: attention above the text, push below</title>\n", at->layer, at->head);
    put_style(p);
    buffer_print(&p->out, "<text x=\"%d\" y=\"34\">Layer %d, head %d, query ", EDGE, at->layer, at->head);
    svg_text(&p->out, words_char(subject_at(p->s, at->row), true).s);
    buffer_print(&p->out, " (%d), loss %.3g nats</text>\n", at->row, p->s->e.loss);
    put_side(p, -1, "attention of this head");
    snprintf(push, sizeof push, "push, sum of |dL/ds| %.2g: a gradient step attends more (blue) or less (orange)",
             p->x.push);
    put_side(p, 1, push);
    put_prompt(p);
    bool ok = put_answer(p);
    put(p, "</svg>\n");
    return ok;
}

bool explain_svg_may(const char *path, Err *err)
{
    return output_may(path, mark, "picture made by explain", "--svg", err);
}

bool explain_svg(const char *path, Subject *s, Err *err)
{
    Picture p = { .s = s, .first = s->e.T > MOST ? s->e.T - MOST : 0 };
    p.cell = fmin(WIDEST, (double)TEXT_WIDTH / (s->e.T - p.first));
    bool ok = explain_svg_may(path, err) && explain_trace(&s->e, s->at, &p.x) && draw(&p) &&
              buffer_whole(&p.out, err) && output_write(path, &(FilePart){ p.out.p, p.out.len }, 1, err);
    buffer_free(&p.out);
    return ok;
}
