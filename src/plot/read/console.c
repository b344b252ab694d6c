#include "plot/read/console.h"
#include "plot/read/json.h"
#include "plot/read/names.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { PHRASE = 4, NAME = 96 };

/* The words before a number: where each of the last few begins, and where the last ends. */
typedef struct Phrase {
    const char *from[PHRASE], *end;
    int         n;
} Phrase;

typedef struct Line {
    const Reading *r;
    const char    *s, *end;                 /* what is left */
    Phrase         phrase;
    Field          lead, fraction;          /* an integer that begins the line; n of the first n/m without words */
    Field          context;                 /* "val", if a word before the names of losses says so */
    Field          awaited;                 /* the loss of "loss at step 5: 2.3", whose value follows */
    bool           stepped;                 /* a step was named */
    bool           any;                     /* a number was read */
} Line;

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '/' || c == '.' || (unsigned char)c >= 0x80;
}

/* --- Phrases --- */

static void add_word(Phrase *p, const char *s, const char *end)
{
    if (p->n == PHRASE)
        memmove(p->from, p->from + 1, (size_t)--p->n * sizeof *p->from);
    p->from[p->n++] = s;
    p->end = end;
}

/* Remembers a word that says what the losses after it were measured on. */
static void note_context(Line *l)
{
    for (int i = 0; i < l->phrase.n; i++) {
        char        word[WORDS_LONGEST];
        const char *s = l->phrase.from[i];
        size_t      n = 0;
        while (s + n < l->phrase.end && n + 1 < sizeof word && word_char(s[n])) {
            word[n] = (char)tolower((unsigned char)s[n]);
            n++;
        }
        word[n] = '\0';
        if (words_split(word) != SPLIT_NONE)
            l->context = (Field){ s, n };
    }
}

static void clear(Line *l)
{
    l->awaited.n = 0;
    note_context(l);
    l->phrase.n = 0;
}

/* --- Pairs --- */

static void add(Line *l, const char *name, size_t n, Field value)
{
    record_add(l->r->record, columns_find(l->r->columns, (Field){ name, n }), value);
}

/* A loss without a word of its own for what it was measured on: "loss" after "val" is "val loss". */
static void add_loss(Line *l, Field name, const Words *w, Field value)
{
    char   text[NAME];
    size_t n = l->context.n;
    if (!n || words_split_of(w, w->n - 1) != SPLIT_NONE || n + 1 + name.n > sizeof text) {
        add(l, name.s, name.n, value);
        return;
    }
    memcpy(text, l->context.s, n);
    text[n] = ' ';
    memcpy(text + n + 1, name.s, name.n);
    add(l, text, n + 1 + name.n, value);
}

/* Of "validation loss at step": what is before " at ", if that is a loss. */
static Field before_at(Field name)
{
    for (size_t i = 0; i + 4 <= name.n; i++)
        if (memcmp(name.s + i, " at ", 4) == 0 && names_loss((Field){ name.s, i }))
            return (Field){ name.s, i };
    return (Field){ "", 0 };
}

static void add_awaited(Line *l, Field value)
{
    Words w;
    words_of(&w, l->awaited.s, l->awaited.n);
    add_loss(l, l->awaited, &w, value);
    l->awaited.n = 0;
}

/* A number and the words before it, if they can name a column. */
static void pair(Line *l, Field value)
{
    Words w;
    Field name = { l->phrase.from[0], (size_t)(l->phrase.end - l->phrase.from[0]) };
    words_of(&w, name.s, name.n);
    const char *last = w.n ? w.s[w.n - 1] : "";
    bool        alone = w.n == 1;
    if (names_console_step(last) && (alone || names_console_at(&w))) {
        note_context(l);
        add(l, last, strlen(last), value);
        l->stepped = true;
        l->awaited = before_at(name);
    } else if (names_console_loss(&w))
        add_loss(l, name, &w, value);
    else if (alone && words_split(last) != SPLIT_NONE && (l->lead.n || l->stepped))
        add(l, name.s, name.n, value);
    else if (names_console_other(&w))
        add(l, name.s, name.n, value);
    else
        note_context(l);
    l->phrase.n = 0;
}

/* --- Tokens --- */

/* "nan" or "inf" at s, as a whole word: its length, else 0. */
static size_t odd_number(const char *s, const char *end)
{
    static const char *const odd[] = { "nan", "inf", "infinity" };
    size_t sign = s < end && (*s == '-' || *s == '+');
    for (size_t i = 0; i < 3; i++) {
        size_t n = sign + strlen(odd[i]);
        if ((size_t)(end - s) >= n && strncasecmp(s + sign, odd[i], n - sign) == 0 &&
            ((size_t)(end - s) == n || !word_char(s[n])))
            return n;
    }
    return 0;
}

/* The length of the number at s, with thousands separated by commas. */
static size_t number(const char *s, const char *end)
{
    const char *p = s + (*s == '-' || *s == '+');
    while (p < end && (isdigit((unsigned char)*p) ||
                       (*p == ',' && end - p > 3 && isdigit((unsigned char)p[1]) && isdigit((unsigned char)p[2]) &&
                        isdigit((unsigned char)p[3]) && (end - p == 4 || !isdigit((unsigned char)p[4])))))
        p++;
    if (p < end && *p == '.')
        for (p++; p < end && isdigit((unsigned char)*p); p++) { }
    const char *e = p;
    if (e < end && (*e == 'e' || *e == 'E') && ++e < end) {
        e += e < end && (*e == '-' || *e == '+');
        if (e < end && isdigit((unsigned char)*e))
            for (p = e; p < end && isdigit((unsigned char)*p); p++) { }
    }
    return (size_t)(p - s);
}

static bool starts_number(const Line *l)
{
    size_t sign = *l->s == '-' || *l->s == '+';
    const char *p = l->s + sign;
    return (p < l->end && isdigit((unsigned char)*p)) || (p + 1 < l->end && *p == '.' && isdigit((unsigned char)p[1]));
}

/* Skips the rest of a token: a unit, a date. */
static void skip_token(Line *l)
{
    while (l->s < l->end && (word_char(*l->s) || *l->s == '%' || *l->s == '-'))
        l->s++;
}

/* "/" and another number, after the first. */
static bool is_fraction(const Line *l)
{
    const char *p = l->s + 1;
    while (p < l->end && *p == ' ')
        p++;
    return l->s < l->end && *l->s == '/' && p < l->end && isdigit((unsigned char)*p);
}

static void take_number(Line *l)
{
    size_t n = odd_number(l->s, l->end);
    n = n ? n : number(l->s, l->end);
    Field f = { l->s, n };
    bool  first = !l->any && l->phrase.n == 0;
    l->any = true;
    l->s += n;
    bool fraction = is_fraction(l);
    bool stop = l->s < l->end && *l->s == '.' && (l->s + 1 == l->end || l->s[1] == ' ');
    bool unit = !fraction && !stop && l->s < l->end &&
                (word_char(*l->s) || *l->s == '%' || *l->s == '-' || *l->s == ':');
    bool clock = unit && *l->s == ':' && !(l->s + 1 < l->end && isdigit((unsigned char)l->s[1]));
    if (unit && !clock)                     /* "step 250:" is no time of day */
        skip_token(l);
    else if (l->phrase.n > 0)
        pair(l, f);
    else if (fraction && !l->fraction.n)
        l->fraction = f;
    else if (l->awaited.n)
        add_awaited(l, f);
    else if (first && l->s < l->end && memchr(" :])", *l->s, 4))
        l->lead = f;
    if (fraction) {
        while (!isdigit((unsigned char)*l->s))
            l->s++;
        skip_token(l);
    }
    l->phrase.n = unit && !clock ? 0 : l->phrase.n;
}

static void take_word(Line *l)
{
    const char *s = l->s;
    while (l->s < l->end && word_char(*l->s))
        l->s++;
    add_word(&l->phrase, s, l->s);
}

/* " - " ends a phrase unless a number follows. */
static bool dash(const Line *l)
{
    const char *p = l->s + 1;
    while (p < l->end && *p == ' ')
        p++;
    return *l->s == '-' && p > l->s + 1 && !(p < l->end && isdigit((unsigned char)*p));
}

/* Colours: ESC [ … letter. */
static void skip_escape(Line *l)
{
    for (l->s++; l->s < l->end && !isalpha((unsigned char)*l->s); l->s++) { }
    l->s += l->s < l->end;
}

static void token(Line *l)
{
    char c = *l->s;
    const char *quote = l->s + 1;
    if (c == '\033')
        skip_escape(l);
    else if (c == '{' && quote < l->end && (*quote == '"' || *quote == '\'')) {
        Reading part = *l->r;
        part.end = l->end;
        json_scalars(&part, l->s);
        l->s = l->end;
    } else if (starts_number(l) || (l->phrase.n > 0 && odd_number(l->s, l->end)))
        take_number(l);
    else if (word_char(c))
        take_word(l);
    else {
        if (c == ',' || c == ';' || c == '|' || dash(l))
            clear(l);
        l->s++;
    }
}

/* --- Lines --- */

static bool has_step(const Record *r, const Columns *c)
{
    for (int i = 0; i < r->n; i++) {
        const char *name = columns_name(c, r->cells[i].column);
        if (names_console_step(name) && strcmp(name, "epoch") != 0 && strcmp(name, "epochs") != 0)
            return true;
    }
    return false;
}

static void read_line(const Reading *r, const char *s, const char *end)
{
    Line l = { .r = r, .s = s, .end = end };
    r->record->n = 0;
    r->record->half = r->growing && end == r->end;
    while (l.s < end)
        token(&l);
    if (r->record->n > 0 && !has_step(r->record, r->columns)) {
        if (l.lead.n)
            add(&l, "step", 4, l.lead);
        else if (l.fraction.n)
            add(&l, "batch", 5, l.fraction);
    }
    if (r->record->n > 0)
        r->take(r->to, r->record);
}

void console_lines(const Reading *r)
{
    *r->record = (Record){ .line = r->line };
    bool marked = r->end - r->text >= 3 && memcmp(r->text, "\xef\xbb\xbf", 3) == 0;
    for (const char *s = r->text + 3 * marked, *stop; s < r->end; s = stop + 1) {
        const char *lf = memchr(s, '\n', (size_t)(r->end - s));
        stop = lf ? lf : r->end;
        const char *cr = memchr(s, '\r', (size_t)(stop - s));
        stop = cr ? cr : stop;
        read_line(r, s, stop);
        r->record->line += stop < r->end && *stop == '\n';
        if (stop == r->end)
            break;
    }
}
