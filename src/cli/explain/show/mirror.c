#include "cli/explain/show/mirror.h"
#include <math.h>

enum { LABEL = 9 };                         /* columns before the text */

typedef struct Mirror {
    const Term    *t;
    const Subject *s;
    Excerpt        x;
    const double  *a, *ds;                  /* of the row */
    double         most_a, most_ds;
    int            blank;                   /* spaces not yet printed */
} Mirror;

static void put(Mirror *m, const char *glyph, int times)
{
    for (; times > 0; times--)
        if (*glyph == ' ')
            m->blank++;
        else {
            fprintf(m->t->file, "%*s%s", m->blank, "", glyph);
            m->blank = 0;
        }
}

static void label(Mirror *m, const char *text)
{
    fprintf(m->t->file, "%*s", LABEL - 1, text);
    m->blank = 1;
}

static void end(Mirror *m)
{
    putc('\n', m->t->file);
    m->blank = 0;
}

/* A cell of a bar, filled from below. */
static const char *filled(double part, bool utf8)
{
    static const char *const eighths[9] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    static const char *const thirds[4] = { " ", ".", ":", "#" };
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return utf8 ? eighths[lround(8 * part)] : thirds[lround(3 * part)];
}

/* Line `level` of the bars, counted from the text upwards, of `lines`. A weight from 1 % leaves a mark. */
static void weights_line(Mirror *m, int level, int lines)
{
    char text[32] = "";
    if (level == lines - 1)
        snprintf(text, sizeof text, "%.1f %%", 100 * m->most_a);
    else if (level == lines - 2)
        snprintf(text, sizeof text, "weight");
    label(m, text);
    for (int k = 0; k < m->x.n; k++) {
        double a = m->x.at[k] < 0 ? 0 : m->a[m->x.at[k]], part = a / m->most_a * lines - level;
        if (level == 0 && a >= 0.01)
            part = fmax(part, m->t->utf8 ? 1.0 / 8 : 1.0 / 3);
        put(m, filled(part, m->t->utf8), excerpt_width(m->t, m->s, &m->x, k));
    }
    end(m);
}

/* Line `level` of the push, counted from the text downwards. A tenth of the largest leaves a mark. */
static void push_line(Mirror *m, int level, int lines)
{
    char text[32] = "";
    if (level == 0 && m->most_ds > 0)
        snprintf(text, sizeof text, "push");
    else if (level == 1 && m->most_ds > 0)
        snprintf(text, sizeof text, "%.1e", m->most_ds);
    label(m, text);
    for (int k = 0; k < m->x.n; k++) {
        double ds = m->x.at[k] < 0 ? 0 : m->ds[m->x.at[k]];
        bool   marked = fabs(ds) > 0 && fabs(ds) >= m->most_ds * (level == 0 ? 0.1 : (level + 0.5) / lines);
        put(m, !marked ? " " : ds < 0 ? "+" : "-", excerpt_width(m->t, m->s, &m->x, k));
    }
    end(m);
}

bool mirror_show(const Term *t, Subject *s, ExplainRow at, int lines)
{
    const GptBlockActs *y = &s->e.trace.layers[at.layer];
    double *size = explain_alloc(&s->e, (size_t)at.row + 1, sizeof *size);
    Mirror  m = { .t = t, .s = s, .a = explain_row(y->weights, at.head, at.row),
                 .ds = explain_grad(y->scores, at.head, at.row) };
    if (!size)
        return false;
    for (int j = 0; j <= at.row; j++) {
        m.most_a = fmax(m.most_a, m.a[j]);
        m.most_ds = fmax(m.most_ds, fabs(m.ds[j]));
    }
    for (int j = 0; j <= at.row; j++)
        size[j] = m.a[j] / m.most_a + (m.most_ds > 0 ? fabs(m.ds[j]) / m.most_ds : 0);
    if (!excerpt_of(t, s, at.row, size, screen_width(t) - LABEL, &m.x))
        return false;
    lines -= m.x.shown < m.x.of;
    int down = lines < 7 ? 1 : (lines - 1) / 3, up = lines - 1 - down;
    for (int level = up; level-- > 0;)
        weights_line(&m, level, up);
    fprintf(t->file, "%*s", LABEL, "");
    excerpt_text(t, s, &m.x);
    putc('\n', t->file);
    for (int level = 0; level < down; level++)
        push_line(&m, level, down);
    excerpt_note(t, &m.x);
    return true;
}
