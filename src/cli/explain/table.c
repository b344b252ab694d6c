#include "cli/explain/table.h"
#include "cli/explain/screen.h"
#include <stdarg.h>
#include <string.h>

/* The columns of rank at most `rank` and their width together. */
static int width_up_to(const Table *x, int rank)
{
    int width = x->indent;
    for (int k = 0; k < x->n; k++)
        width += x->columns[k].rank <= rank ? x->columns[k].width : 0;
    return width;
}

Table table_of(const Term *t, int indent, const Column *columns, int n)
{
    Table x = { .t = t, .columns = columns, .n = n, .indent = indent };
    int   rank = 0, room = screen_width(t);
    while (rank < TABLE_COLUMNS && width_up_to(&x, rank + 1) <= room)
        rank++;
    for (int k = 0; k < n; k++)
        x.kept[k] = columns[k].rank <= rank;
    x.blank = indent;
    return x;
}

void table_cell(Table *x, int k, char style, const char *text)
{
    const Column *c = &x->columns[k];
    if (!x->kept[k])
        return;
    int pad = c->width - screen_columns(text);
    if (!*text) {
        x->blank += pad;
        return;
    }
    x->blank += c->left ? k > 0 : pad;
    fprintf(x->t->file, "%*s%s%s%s", x->blank > 0 ? x->blank : 0, "", style ? screen_color(x->t, style) : "", text,
            style ? screen_color(x->t, 0) : "");
    x->blank = c->left ? pad - (k > 0) : 0;
}

void table_print(Table *x, int k, const char *format, ...)
{
    char    text[64];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    table_cell(x, k, 0, text);
}

void table_head(Table *x)
{
    for (int k = 0; k < x->n; k++)
        table_cell(x, k, 0, x->columns[k].title);
    table_end(x);
}

void table_end(Table *x)
{
    putc('\n', x->t->file);
    x->blank = x->indent;
}

void table_note(const Table *x)
{
    char   text[256] = "left out, for want of columns:";
    size_t n = strlen(text), none = n;
    for (int k = 0; k < x->n; k++)
        if (!x->kept[k] && n < sizeof text)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s %s", n == none ? "" : ",", x->columns[k].title);
    if (n > none)
        screen_paragraph(x->t, 2, text);
}
