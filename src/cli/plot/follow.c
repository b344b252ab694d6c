#include "cli/plot/follow.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/plot/levels.h"
#include "cli/plot/show.h"
#include "cli/term.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Checks every 0.25 s, but pauses at least four times as long as drawing took. */
static const double look_every = 0.25, idle = 4;

/* The state of a file, compared to detect changes. */
typedef struct Seen {
    off_t           size;
    struct timespec time;
    ino_t           node;
    bool            there;
} Seen;

typedef struct Follow {
    PlotLogs *logs;
    Term      term;
    Seen      seen[PLOT_MOST_RUNS];
    int       drawn;                        /* lines of the picture above the cursor; -1: unknown */
    int       width, height;
    char      reported[sizeof ((Err *)0)->msg];
} Follow;

#ifdef __APPLE__
#define MODIFIED st_mtimespec
#else
#define MODIFIED st_mtim                    /* POSIX */
#endif

static Seen look_at(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return (Seen){ 0 };
    return (Seen){ st.st_size, st.MODIFIED, st.st_ino, true };
}

static bool same(const Seen *a, const Seen *b)
{
    return a->size == b->size && a->time.tv_sec == b->time.tv_sec && a->time.tv_nsec == b->time.tv_nsec &&
           a->node == b->node && a->there == b->there;
}

/* Has a log or the terminal changed since the last call? The first time, yes. */
static bool changed(Follow *f, const PlotOptions *o, Err *err)
{
    int  width = term_width(stdout), height = term_height(stdout);
    bool any = width != f->width || height != f->height;
    if (any && f->drawn > 0)
        f->drawn = -1;                      /* lines were rewrapped: where the picture starts is unknown */
    f->width = width;
    f->height = height;
    any = !plot_logs_name(f->logs, o, err) || any;      /* a missing path may be a folder by now */
    for (int k = 0; k < f->logs->n; k++) {
        Seen now = look_at(f->logs->log[k].path);
        any = any || !same(&now, &f->seen[k]);
        f->seen[k] = now;
    }
    return any;
}

/* Overwrites the previous picture, with as many lines as the terminal has. */
static void put(Follow *f, const char *text)
{
    int n = 0;
    if (f->drawn < 0)
        fputs("\033[2J\033[H", stdout);
    else if (f->drawn > 0)
        fprintf(stdout, "\033[%dA\r", f->drawn);
    for (; *text && n < f->height - 1; n++) {
        size_t len = strcspn(text, "\n");
        fprintf(stdout, "%.*s\033[K\n", (int)len, text);
        text += len + (text[len] == '\n');
    }
    fputs("\033[J", stdout);
    f->drawn = n;
}

static bool draw(Follow *f, const PlotOptions *o, Err *err)
{
    char  *text = NULL;
    size_t len = 0;
    FILE  *m = open_memstream(&text, &len);
    if (!m)
        return err_set(err, "out of memory: no room for the picture");
    f->term.width = f->width;
    bool ok = plot_show(m, f->logs, o, &f->term, f->height - 1, err);
    plot_logs_note(m, f->logs, o, true);
    if (fclose(m) != 0 || !text)
        ok = err_set(err, "out of memory: no room for the picture");
    else if (ok)
        put(f, text);
    free(text);
    return ok;
}

/* Reports why there is nothing to draw yet, each reason once. */
static void wait_for(Follow *f, const char *why)
{
    if (strcmp(f->reported, why) != 0)
        term_print(stderr, "plot: waiting: %s\n", why);
    snprintf(f->reported, sizeof f->reported, "%s", why);
    f->drawn = f->drawn != 0 ? -1 : 0;
}

static bool has_rows(const PlotLogs *l)
{
    for (int k = 0; k < l->n; k++)
        if (l->log[k].run.n > 0)
            return true;
    return false;
}

/* Prints a line per verdict; making the chart computes them. */
static bool print_lines(Follow *f, const PlotOptions *o, Err *err)
{
    Chart c;
    if (!plot_logs_chart(f->logs, o, false, &c, err))
        return false;
    chart_free(&c);
    plot_print_verdicts(stdout, f->logs);
    plot_logs_note(stderr, f->logs, o, true);
    return true;
}

static bool show(Follow *f, const PlotOptions *o, PlotWrite *write, Err *err)
{
    Err unread = { 0 };
    if (!plot_logs_read(f->logs, o, &unread) || !has_rows(f->logs)) {
        wait_for(f, err_any(&unread) ? unread.msg : "no rows yet");
        return true;
    }
    f->reported[0] = '\0';
    if (isnan(f->logs->levels.uniform) && !plot_levels(f->logs, o, err))
        return false;
    return write(f->logs, o, err) && (f->term.moves ? draw(f, o, err) : print_lines(f, o, err)) && term_flush();
}

static void pause_for(double seconds)
{
    struct timespec t = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };
    nanosleep(&t, NULL);
}

int plot_follow(PlotLogs *l, const PlotOptions *o, PlotWrite *write, Err *err)
{
    Follow f = { .logs = l, .term = term_of(stdout) };
    bool   ok = true;
    interrupt_watch();
    while (ok && !interrupt_came() && !term_deserted(stdout)) {
        double begun = term_seconds();
        if (changed(&f, o, err))
            ok = !err_any(err) && show(&f, o, write, err);
        double took = idle * (term_seconds() - begun);
        pause_for(took > look_every ? took : look_every);
    }
    plot_logs_free(l);
    if (interrupt_came())
        return COMMAND_INTERRUPTED;
    return ok || term_deserted(stdout) ? COMMAND_DONE : COMMAND_FAILED;
}
