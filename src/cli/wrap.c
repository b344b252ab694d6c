#include "cli/wrap.h"
#include "base/text.h"
#include "cli/term.h"
#include <stdbool.h>
#include <string.h>

/* Columns taken by the first n bytes. */
static int columns(const char *text, int n)
{
    int sum = 0;
    for (int at = 0, len; at < n; at += len)
        sum += text_width(text_decode(text + at, (size_t)(n - at), &len));
    return sum;
}

static void new_line(FILE *out, int left) { fprintf(out, "\n%*s", left, ""); }

void wrap_text(FILE *out, const char *text, int at, int left, int width)
{
    bool first = true;
    while (*text) {
        int n = (int)strcspn(text, " \n"), wide = columns(text, n);
        if (!first && at + 1 + wide > width) {
            new_line(out, left);
            at    = left;
            first = true;
        }
        term_print(out, "%s%.*s", first ? "" : " ", n, text);
        at += wide + !first;
        first = false;
        text += n;
        if (*text == '\n') {
            new_line(out, text[1] && text[1] != '\n' ? left : 0);
            at    = left;
            first = true;
        }
        text += *text != '\0';
    }
    fputc('\n', out);
}

void wrap_say(FILE *out, const char *label, const char *fmt, va_list args)
{
    enum { MARGIN = 9, WIDEST = 79 };
    char text[1024];
    int  width = term_width(out);
    vsnprintf(text, sizeof text, fmt, args);
    term_print(out, "%-*s", MARGIN, label);
    wrap_text(out, text, MARGIN, MARGIN, width < WIDEST ? width : WIDEST);
}
