#include "plot/svg.h"
#include "base/text.h"
#include "plot/svg_panel.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

const char svg_mark[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" data-from=\"heed-plot\"";

enum { SENTENCE_LINE = 110, LINE_HEIGHT = 18, FOOT = 14 };

void svg_text(Buffer *out, const char *text)
{
    size_t size = strlen(text);
    int    len;
    for (size_t i = 0; i < size; i += (size_t)len) {
        uint32_t c = text_decode(text + i, size - i, &len);
        if (c == '<' || c == '>' || c == '&' || c == '"')
            buffer_print(out, "&#%u;", c);
        else if (c < 0x20 || (c & TEXT_RAW) || c == 0xfffe || c == 0xffff)
            buffer_print(out, "\xef\xbf\xbd");
        else
            buffer_add(out, text + i, (size_t)len);
    }
}

static void put(Buffer *out, const char *text) { buffer_add(out, text, strlen(text)); }

/* Eight colours, found by search: any two are at least 25 apart in CIE 1976 L*a*b*, the first four at least 42, for
 * normal vision and for protanopia, deuteranopia and tritanopia (matrices of Machado, Oliveira and Fernandes 2009);
 * contrast to the background is at least 3:1. */
static void put_style(Buffer *out)
{
    static const char *const light[SVG_COLORS] = { "#3997ec", "#e86f07", "#252949", "#bb8294", "#664e07", "#085896",
                                                   "#91965d", "#480412" };
    static const char *const dark[SVG_COLORS] = { "#746bfb", "#ff8f28", "#03d698", "#dda6f0", "#fff88e", "#a657bc",
                                                  "#cbfdfb", "#cc3950" };
    put(out, "<style>\nsvg{background:#fdfcf8}"
        "text{font:13px system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:#1f1e1c}\n"
        ".t{font-size:15px}.s,.s text{font-size:12px;fill:#5b5850}.g{stroke:#dedacf}.a{stroke:#6b675e}"
        ".h{paint-order:stroke;stroke:#fdfcf8;stroke-width:4px}\n"
        ".l{stroke:#6b675e;stroke-dasharray:2 4}path{fill:none}.w{opacity:.28}.o circle{fill:#fdfcf8}\n");
    for (int k = 0; k < SVG_COLORS; k++)
        buffer_print(out, ".c%d{stroke:%s}.f%d{fill:%s}\n", k, light[k], k, light[k]);
    put(out, "@media screen and (prefers-color-scheme:dark){\nsvg{background:#17181b}text{fill:#e9e5dc}"
        ".s,.s text{fill:#b0ab9f}.g{stroke:#33353a}.a,.l{stroke:#98948a}.h{stroke:#17181b}.o circle{fill:#17181b}\n");
    for (int k = 0; k < SVG_COLORS; k++)
        buffer_print(out, ".c%d{stroke:%s}.f%d{fill:%s}\n", k, dark[k], k, dark[k]);
    buffer_print(out, "}\n</style>\n");
}

/* Writes a sentence, wrapped at blanks, and returns its number of lines; with out NULL it only counts them. */
static int put_sentence(Buffer *out, const char *text, double y)
{
    int n = 0;
    for (size_t size; *text; text += size, n++) {
        size = strlen(text);
        if (size > SENTENCE_LINE) {
            size = SENTENCE_LINE;
            while (size > SENTENCE_LINE / 2 && text[size] != ' ')
                size--;
            while (size < SENTENCE_LINE && ((unsigned char)text[size] & 0xc0) == 0x80)
                size++;
        }
        char line[SENTENCE_LINE + 8];
        snprintf(line, sizeof line, "%.*s", (int)size, text);
        if (out) {
            buffer_print(out, "<text x=\"%d\" y=\"%.0f\">", SVG_EDGE, y + n * LINE_HEIGHT);
            svg_text(out, line + (n > 0 && *line == ' '));
            buffer_print(out, "</text>\n");
        }
    }
    return n;
}

bool svg_draw(const Chart *c, const char *const *sentences, int n, Buffer *out, Err *err)
{
    double top[CHART_PANELS], y = 10;
    int    lines = 0;
    for (int k = 0; k < c->n; k++) {
        top[k] = y;
        y += svg_panel_height(c, k);
    }
    for (int k = 0; k < n; k++)
        lines += put_sentence(NULL, sentences[k], 0);
    double height = y + FOOT + lines * LINE_HEIGHT;
    buffer_print(out, "%s width=\"%d\" height=\"%.0f\" viewBox=\"0 0 %d %.0f\" role=\"img\">\n<title>", svg_mark,
                 SVG_WIDTH, height, SVG_WIDTH, height);
    svg_text(out, c->panels[0].title);
    buffer_print(out, "</title>\n<desc>");
    for (int k = 0; k < n; k++)
        svg_text(out, sentences[k]);
    buffer_print(out, "</desc>\n");
    put_style(out);
    for (int k = 0; k < c->n; k++)
        if (!svg_panel(c, k, top[k], out, err))
            return false;
    for (int k = 0, line = 0; k < n; k++)
        line += put_sentence(out, sentences[k], y + FOOT + line * LINE_HEIGHT);
    buffer_print(out, "</svg>\n");
    return buffer_whole(out, err);
}
