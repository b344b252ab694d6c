#include "cli/progress.h"
#include "base/text.h"
#include <stdarg.h>
#include <string.h>

static const double REDRAW = 0.1, FIRST_GAP = 2, LAST_GAP = 60;

void progress_start(Progress *p, Term term) { *p = (Progress){ .term = term, .gap = FIRST_GAP }; }

/* Bytes of the line that fit: a line that wraps cannot be redrawn. */
static int fitting(const char *line, int columns)
{
    size_t at = 0, n = strlen(line);
    while (at < n) {
        int len;
        columns -= text_width(text_decode(line + at, n - at, &len));
        if (columns < 0)
            break;
        at += (size_t)len;
    }
    return (int)at;
}

static void draw(Progress *p)
{
    p->term.width = term_width(p->term.file);
    fprintf(p->term.file, "\r%.*s\033[K", fitting(p->line, p->term.width - 1), p->line);
    fflush(p->term.file);
    p->shown = true;
}

static void print(Progress *p)
{
    fprintf(p->term.file, "%s\n", p->line);
    fflush(p->term.file);
    p->line[0] = '\0';
}

static void clear(Progress *p)
{
    if (p->shown)
        fputs("\r\033[K", p->term.file);
    p->shown = false;
}

void progress_show(Progress *p, double now, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(p->line, sizeof p->line, fmt, args);
    va_end(args);
    text_harmless(p->line);
    if (now < p->next)
        return;
    if (p->term.moves) {
        draw(p);
        p->next = now + REDRAW;
    } else {
        print(p);
        p->next = now + p->gap;
        p->gap  = p->gap * 2 < LAST_GAP ? p->gap * 2 : LAST_GAP;
    }
}

void progress_note(Progress *p, const char *fmt, ...)
{
    bool shown = p->shown;
    clear(p);
    va_list args;
    va_start(args, fmt);
    term_vprint(p->term.file, fmt, args);
    va_end(args);
    fputc('\n', p->term.file);
    if (shown)
        draw(p);
    fflush(p->term.file);
}

void progress_end(Progress *p)
{
    clear(p);
    if (p->line[0])
        print(p);
}
