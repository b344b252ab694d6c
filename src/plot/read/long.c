#include "plot/read/long.h"
#include "plot/read/names.h"
#include <string.h>

enum { NAME = 1024 };

static const char *const split_names[] = { "split", "phase", "mode", "set", "stage", "type", "dataset", "partition",
    "subset", "kind", "event", "prefix", NULL };
/* Words here change when a run goes on elsewhere, or in every row. */
static const char *const no_tell[] = { "host", "hostname", "node", "time", "date", "timestamp", "datetime", "note",
    "notes", "message", "msg", "status", "comment", "device", "created", "at", NULL };

static const char *const flag_words[] = { "is", "in", "set", "mode", "phase", "flag", NULL };

static Split split_of(Field word)
{
    Words w;
    words_of(&w, word.s, word.n);
    return w.n > 0 && w.n <= 3 ? words_split_of(&w, w.n - 1) : SPLIT_NONE;
}

static bool named(const Columns *c, int i, const char *const *list)
{
    Words w;
    words_of(&w, columns_name(c, i), c->column[i].len);
    return words_any(&w, list);
}

/* Does the column tell validation from training? A word alone could be a run's name. */
static bool is_split(const Columns *c, int i)
{
    bool train = false, held = false;
    if (c->column[i].words == 0 || names_loss((Field){ columns_name(c, i), c->column[i].len }))
        return false;
    for (int k = 0; k < c->n_words; k++)
        if (c->word[k].column == i) {
            Split s = split_of(c->word[k].word);
            train = train || s == SPLIT_TRAIN;
            held = held || s == SPLIT_HELD_OUT;
        }
    return held && (train || named(c, i, split_names));
}

/* Does the column name metrics, of which one is a loss? */
static bool is_metric(const Columns *c, int i)
{
    if (c->column[i].words == 0 || !names_metric(columns_name(c, i)))
        return false;
    bool any = c->column[i].many;
    for (int k = 0; k < c->n_words; k++)
        any = any || (c->word[k].column == i && names_loss(c->word[k].word));
    return any;
}

/* Does the column say yes and no to "is_val"? A column of losses has other values, too. */
static bool is_flag(const Columns *c, int i)
{
    Words w;
    const Column *x = &c->column[i];
    words_of(&w, columns_name(c, i), x->len);
    for (int k = 0; k < w.n; k++)
        if (words_split(w.s[k]) == SPLIT_NONE && !words_in(w.s[k], flag_words))
            return false;
    return w.n > 0 && x->no > 0 && x->yes > 0 && x->no + x->yes == x->numbers + x->words && x->odd == 0 &&
           words_loss(&w) < 0 && words_split_of(&w, w.n - 1) != SPLIT_NONE;
}

LongForm long_form(const Columns *c)
{
    LongForm f = { -1, -1, -1, false };
    int value = -1;
    for (int i = c->n - 1; i >= 0; i--) {
        f.metric = is_metric(c, i) ? i : f.metric;
        f.split = is_split(c, i) || is_flag(c, i) ? i : f.split;
        value = c->column[i].numbers > 0 && names_value(columns_name(c, i)) ? i : value;
    }
    f.metric = value >= 0 ? f.metric : -1;
    f.value = f.metric >= 0 ? value : -1;
    f.split = f.split == f.metric ? -1 : f.split;
    f.flag = f.split >= 0 && is_flag(c, f.split);
    return f;
}

static Field cell(const Record *r, int column)
{
    for (int i = 0; column >= 0 && i < r->n; i++)
        if (r->cells[i].column == column)
            return r->cells[i].value;
    return (Field){ "", 0 };
}

/* The column "SPLIT/NAME", or "NAME" if nothing tells the split. */
static int column_of(Columns *c, Field split, const char *name, size_t n)
{
    char   text[NAME];
    size_t at = split.n && split.n + n + 1 <= sizeof text ? split.n : 0;
    if (n > sizeof text)
        return -1;
    if (at) {
        memcpy(text, split.s, at);
        text[at++] = '/';
    }
    memcpy(text + at, name, n);
    return columns_find(c, (Field){ text, at + n });
}

/* "val" where is_val is true, "train" where it is false. */
static Field flagged(const Columns *c, int column, int truth)
{
    Words w;
    words_of(&w, columns_name(c, column), c->column[column].len);
    bool held = (words_split_of(&w, w.n - 1) == SPLIT_HELD_OUT) == (truth == 1);
    return truth < 0 ? (Field){ "", 0 } : held ? (Field){ "val", 3 } : (Field){ "train", 5 };
}

void long_expand(const LongForm *f, Columns *c, Record *r)
{
    Field split = cell(r, f->split), metric = cell(r, f->metric);
    if (f->flag)
        split = flagged(c, f->split, columns_truth(split));
    for (int i = 0; i < r->n; i++) {
        int   at = r->cells[i].column;
        Field name = { columns_name(c, at), c->column[at].len };
        char  text[NAME];
        if (f->metric >= 0 && at == f->value && metric.n)
            r->cells[i].column = column_of(c, split, metric.s, metric.n);
        else if (f->split >= 0 && split.n && name.n <= sizeof text && names_loss(name)) {
            memcpy(text, name.s, name.n);   /* the names may move when a column is added */
            r->cells[i].column = column_of(c, split, text, name.n);
        }
    }
    int n = 0;
    for (int i = 0; i < r->n; i++)
        if (r->cells[i].column >= 0)
            r->cells[n++] = r->cells[i];
    r->n = n;
}

Tells long_tells(const LongForm *f, const Columns *c)
{
    Tells t = { 0 };
    for (int i = 0; i < c->n && t.n < TELL_MOST; i++) {
        size_t different = 0;
        for (int k = 0; k < c->n_words; k++)
            different += c->word[k].column == i;
        bool run = names_run(columns_name(c, i)), few = different > 1 && c->column[i].words >= 2 * different;
        if (i != f->metric && i != f->split && (run || (few && !named(c, i, no_tell))))
            t.column[t.n++] = i;
    }
    return t;
}
