#include "plot/read/columns.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

/* Copies a name so that it can be printed: no control characters (C0, C1, DEL), no invalid UTF-8. */
static void put_name(Buffer *to, Field f, bool quoted)
{
    int k;
    for (size_t i = 0; i < f.n; i += (size_t)k) {
        uint32_t c = text_decode(f.s + i, f.n - i, &k);
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c & TEXT_RAW)
            buffer_add(to, "_", 1);
        else
            buffer_add(to, f.s + i, (size_t)k);
        if (quoted && c == '"' && i + 1 < f.n && f.s[i + 1] == '"')
            k++;
    }
    buffer_u8(to, '\0');
}

int columns_add(Columns *c, Field name, bool quoted)
{
    if (c->n == COLUMNS_MOST || c->names.len > UINT32_MAX / 2) {
        c->full = true;
        return -1;
    }
    size_t from = c->names.len;
    put_name(&c->names, name, quoted);
    if (c->names.lost)
        return -1;
    c->column[c->n] = (Column){ .name = (uint32_t)from, .len = (uint32_t)(c->names.len - from - 1) };
    return c->n++;
}

const char *columns_name(const Columns *c, int i) { return c->names.p + c->column[i].name; }

static bool is(const Columns *c, int i, Field name)
{
    return c->column[i].len == name.n && memcmp(columns_name(c, i), name.s, name.n) == 0;
}

/* A name that was changed to be printable may be there already; then the new one is removed. */
static int same_as_before(Columns *c, int at)
{
    Field name = { columns_name(c, at), c->column[at].len };
    for (int i = 0; i < at; i++)
        if (is(c, i, name)) {
            c->names.len = c->column[at].name;
            c->n--;
            return i;
        }
    return at;
}

/* Records repeat their names in the same order: the next column is tried first. */
int columns_find(Columns *c, Field name)
{
    for (int i = 0; i < c->n; i++) {
        int at = (c->hint + i) % c->n;
        if (is(c, at, name)) {
            c->hint = at + 1;
            return at;
        }
    }
    int at = columns_add(c, name, false);
    if (at >= 0 && !is(c, at, name))
        at = same_as_before(c, at);
    c->hint = at + 1;
    return at;
}

static void keep_word(Columns *c, int i, Field word)
{
    for (int k = 0; k < c->n_words; k++)
        if (c->word[k].column == i && c->word[k].word.n == word.n && memcmp(c->word[k].word.s, word.s, word.n) == 0)
            return;
    int own = 0;
    for (int k = 0; k < c->n_words; k++)
        own += c->word[k].column == i;
    if (own == COLUMNS_WORDS / 8 || c->n_words == COLUMNS_WORDS)
        c->column[i].many = true;
    else
        c->word[c->n_words++] = (ColumnWord){ i, word };
}

int columns_truth(Field f)
{
    static const char *const words[] = { "0", "1", "false", "true", "False", "True", "FALSE", "TRUE" };
    for (int i = 0; i < 8; i++)
        if (f.n == strlen(words[i]) && memcmp(f.s, words[i], f.n) == 0)
            return i % 2;
    return -1;
}

void columns_count(Columns *c, int i, Field value, char point, size_t line)
{
    Column *x = &c->column[i];
    double  number;
    int     truth = columns_truth(value);
    x->no += truth == 0;
    x->yes += truth == 1;
    switch (field_number(value, point, &number)) {
    case FIELD_NUMBER: x->numbers++; break;
    case FIELD_NOT_FINITE: x->odd++; break;
    case FIELD_WORD:
        if (x->words++ == 0) {
            x->word = value;
            x->word_line = line;
        }
        if (!x->many)
            keep_word(c, i, value);
        break;
    default: break;
    }
}

void columns_forget(Columns *c)
{
    for (int i = 0; i < c->n; i++)
        c->column[i] = (Column){ .name = c->column[i].name, .len = c->column[i].len };
    c->n_words = 0;
}

/* Appends an item to a list; false, with "…", if there is no room for it. */
static bool list(ColumnsSaid *said, const char *before, const char *item, size_t n)
{
    size_t at = strlen(said->s), room = sizeof said->s - at;
    bool   fits = n + strlen(before) + sizeof ", …" < room;
    snprintf(said->s + at, room, "%s%.*s", before, fits ? (int)n : (int)strlen("…"), fits ? item : "…");
    return fits;
}

ColumnsSaid columns_said(const Columns *c)
{
    ColumnsSaid said = { "its columns are" };
    if (c->n == 0)
        return (ColumnsSaid){ "it names no column" };
    for (int i = 0; i < c->n; i++) {
        const char *name = columns_name(c, i);
        const char *shown = *name ? name : "(none)";
        if (!list(&said, i > 0 ? ", " : " ", shown, strlen(shown)))
            break;
    }
    return said;
}

ColumnsSaid columns_words(const Columns *c, int i)
{
    ColumnsSaid said = { "" };
    bool fits = true, any = false;
    for (int k = 0; k < c->n_words && fits; k++)
        if (c->word[k].column == i) {
            fits = list(&said, any ? ", " : "", c->word[k].word.s, c->word[k].word.n);
            any = true;
        }
    if (fits && c->column[i].many)
        list(&said, ", ", "…", strlen("…"));
    for (char *p = said.s; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '_';
    return said;
}

void columns_free(Columns *c) { buffer_free(&c->names); }
