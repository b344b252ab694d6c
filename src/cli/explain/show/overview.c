#include "base/topk.h"
#include "cli/explain/halves/halves.h"
#include "cli/explain/show/head.h"
#include "cli/explain/show/mirror.h"
#include "cli/explain/show/show.h"
#include "cli/explain/words.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SENTENCE = 1024 };
enum { BELOW = 4, NARROW = 60 };            /* lines left for the shell; columns below which sentences are shorter */

/* --- Text in memory, so that the picture gets the lines that it leaves --- */

typedef struct Page {
    Term   t;
    char  *text;
    size_t len;
} Page;

static bool page_open(Page *p, const Term *t, Err *err)
{
    *p = (Page){ .t = *t };
    p->t.file = open_memstream(&p->text, &p->len);
    return p->t.file || err_set(err, "out of memory for the overview");
}

/* Completes the text; false with *err set. */
static bool page_end(Page *p, Err *err)
{
    return (fflush(p->t.file) == 0 && !ferror(p->t.file)) || err_set(err, "out of memory for the overview");
}

/* How many lines it has. */
static int page_lines(const Page *p)
{
    int lines = 0;
    for (size_t i = 0; i < p->len; i++)
        lines += p->text[i] == '\n';
    return lines;
}

static void page_close(Page *p)
{
    if (p->t.file)
        (void)fclose(p->t.file);
    free(p->text);
}

/* --- Sentences --- */

/* Below the picture: what it shows. */
static void say_picture(const Term *t, const Subject *s, ExplainRow at, bool brief)
{
    const double *ds = explain_grad(s->e.trace.layers[at.layer].scores, at.head, at.row);
    double        push = explain_trace_push(&s->e, at);
    char          text[SENTENCE];
    int           more = 0, less = 0;
    for (int j = 0; j <= at.row; j++) {
        more = ds[j] < ds[more] ? j : more;
        less = ds[j] > ds[less] ? j : less;
    }
    if (at.row == 0 || push == 0)
        words_step(text, sizeof text, s, at, t->utf8);
    else if (brief)
        snprintf(text, sizeof text, "Bars: its attention weights. Below: where a gradient step would attend more (+) "
                 "or less (-); sum of |ds| = %.2g.", push);
    else
        snprintf(text, sizeof text, "Bars: its attention weights. Below: where a gradient step would attend more (+), "
                 "most of all to %s, or less (-), most of all to %s; sum of |ds| = %.2g%s.",
                 screen_position(t, s, more, 0).s, screen_position(t, s, less, 0).s, push,
                 push < 1e-3 ? ", a slight push" : "");
    screen_paragraph(t, 0, text);
}

static void say_more(const Term *t, int failed, bool brief)
{
    char text[SENTENCE];
    if (brief)
        snprintf(text, sizeof text, "More: --trace, --heads, --checks (%d of %d pass), --html FILE.",
                 EXPLAIN_CHECKS - failed, EXPLAIN_CHECKS);
    else
        snprintf(text, sizeof text, "More: --trace the gradient of each score, --heads every head's attention, "
                 "--checks the self-checks (%d of %d pass), --html FILE everything as a page.",
                 EXPLAIN_CHECKS - failed, EXPLAIN_CHECKS);
    screen_paragraph(t, 0, text);
}

/* --- All of it --- */

/* The lines of a paragraph; 0 when out of memory. */
static int paragraph_lines(const Term *t, const char *text)
{
    Err  err = { 0 };
    Page p;
    int  lines = 0;
    if (page_open(&p, t, &err)) {
        screen_paragraph(&p.t, 0, text);
        lines = page_end(&p, &err) ? page_lines(&p) : 0;
    }
    page_close(&p);
    return lines;
}

/* What the answer depends on, as much of it as `lines` take; at least the causes. */
static void say_cause(const Term *t, const Subject *s, const ExplainCause *c, int lines)
{
    char   text[SENTENCE];
    size_t width = screen_width(t) < 100 ? (size_t)screen_width(t) : 100;
    size_t room = width * (size_t)(lines > 1 ? lines : 1);
    do {
        words_cause(text, sizeof text, s, c, room, t->utf8);
        room -= room < width / 4 ? room : width / 4;
    } while (room > 0 && paragraph_lines(t, text) > lines);
    screen_paragraph(t, 0, text);
}

/* What counting knew of the next character, if the model asks it. */
static bool say_counts(const Term *t, Subject *s)
{
    ExplainCounts x;
    char          text[SENTENCE];
    if (!halves_has(s))
        return true;
    if (!explain_counts(&s->e, &x))
        return false;
    screen_paragraph(t, 0, halves_say(text, sizeof text, s, &x, t->utf8));
    return true;
}

/* Writes the text below anew, shorter, when that above takes many lines. */
static bool shorten(Page *below, const Term *t, Subject *s, ExplainRow at, int failed)
{
    page_close(below);
    if (!page_open(below, t, &s->e.err))
        return false;
    say_picture(&below->t, s, at, true);
    say_more(&below->t, failed, true);
    return page_end(below, &s->e.err);
}

static int count_failed(const ExplainCheck *checks)
{
    int failed = 0;
    for (int k = 0; k < EXPLAIN_CHECKS; k++)
        failed += !checks[k].ok;
    return failed;
}

static int spare_lines(const Term *t, const Page *above, const Page *below)
{
    return term_height(t->file) - BELOW - page_lines(above) - page_lines(below);
}

/* The sentences, then the picture in the lines that they leave. The first sentence leaves it its least. */
static bool write_all(const Term *t, Subject *s, const ExplainCheck *checks, Page *above, Page *head, Page *below)
{
    ExplainCause cause;
    CauseHead    shown;
    if (!explain_cause(&s->e, &s->model.file.vocab, &cause) || !head_choose(s, &cause, &shown) ||
        !show_brief(&above->t, s))
        return false;
    ExplainRow at = shown.at;
    putc('\n', above->t.file);
    if (!say_counts(&above->t, s))
        return false;
    head_say(&head->t, s, &shown);
    say_picture(&below->t, s, at, screen_width(t) < NARROW);
    say_more(&below->t, count_failed(checks), screen_width(t) < NARROW);
    if (!page_end(above, &s->e.err) || !page_end(head, &s->e.err) || !page_end(below, &s->e.err))
        return false;
    say_cause(&above->t, s, &cause, spare_lines(t, above, below) - page_lines(head) - MIRROR_LEAST);
    if (!page_end(above, &s->e.err))
        return false;
    int lines = spare_lines(t, above, below) - page_lines(head);
    if (lines < MIRROR_LEAST && !shorten(below, t, s, at, count_failed(checks)))
        return false;
    lines = spare_lines(t, above, below) - page_lines(head);
    fwrite(above->text, 1, above->len, t->file);
    fwrite(head->text, 1, head->len, t->file);
    lines = lines < MIRROR_LEAST ? MIRROR_LEAST : lines > MIRROR_MOST ? MIRROR_MOST : lines;
    if (!mirror_show(t, s, at, lines))
        return false;
    fwrite(below->text, 1, below->len, t->file);
    return true;
}

bool show_overview(const Term *t, Subject *s, const ExplainCheck *checks)
{
    Page above, head = { .text = NULL }, below = { .text = NULL };
    bool ok = page_open(&above, t, &s->e.err) && page_open(&head, t, &s->e.err) && page_open(&below, t, &s->e.err) &&
              write_all(t, s, checks, &above, &head, &below);
    page_close(&above);
    page_close(&head);
    page_close(&below);
    return ok;
}
