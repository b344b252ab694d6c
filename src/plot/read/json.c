#include "plot/read/json.h"
#include "plot/read/names.h"
#include <string.h>

enum { PATH = 1024, DEEPEST = 16, SERIES = 64, LEAST_SERIES = 2 };

/* --- Tokens: each returns the position after, or NULL at the end of the text --- */

static bool white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static const char *skip_white(const char *s, const char *end)
{
    while (s < end && white(*s))
        s++;
    return s < end ? s : NULL;
}

static const char *skip_string(const char *s, const char *end)
{
    char quote = *s++;
    for (; s < end && *s != quote; s++)
        s += *s == '\\';
    return s < end ? s + 1 : NULL;
}

/* A value of any type. Brackets are counted, not matched. */
static const char *skip_value(const char *s, const char *end)
{
    int depth = 0;
    while (s && s < end) {
        if (*s == '"' || *s == '\'')
            s = skip_string(s, end);
        else if (*s == '{' || *s == '[') {
            depth++;
            s++;
        } else if (*s == '}' || *s == ']') {
            if (depth == 0)
                return s;
            depth--;
            s++;
        } else if (*s == ',' && depth == 0)
            return s;
        else
            s++;
        if (s && depth == 0 && (s[-1] == '}' || s[-1] == ']'))
            return s;
    }
    return NULL;
}

/* The text of a scalar from s to `end`, without quotes. */
static Field scalar(const char *s, const char *end)
{
    while (end > s && white(end[-1]))
        end--;
    if (end - s >= 2 && (*s == '"' || *s == '\'') && end[-1] == *s)
        return (Field){ s + 1, (size_t)(end - s) - 2 };
    return (Field){ s, (size_t)(end - s) };
}

/* One "key": value of an object or value of an array. */
typedef struct Member {
    Field       key;
    const char *value, *end;
} Member;

/* The member at or after *s, in an object or an array (keys false); *s is set to the position after it. False at the
 * closing bracket, which *s is set to, and at the end of the text, when *s is set to NULL. */
static bool next_member(const char **s, const char *end, bool keys, Member *m)
{
    const char *p = skip_white(*s, end);
    while (p && *p == ',')
        p = skip_white(p + 1, end);
    *s = p;
    if (!p || *p == '}' || *p == ']')
        return false;
    *m = (Member){ { p, 0 }, p, p };
    if (keys) {
        bool        quoted = *p == '"' || *p == '\'';
        const char *after = quoted ? skip_string(p, end) : p;
        while (after && after < end && *after != ':' && *after != '}' && *after != ',')
            after++;
        m->key = after ? scalar(p, after) : m->key;
        p = after && after < end && *after == ':' ? skip_white(after + 1, end) : NULL;
    }
    m->value = p;
    m->end = p ? skip_value(p, end) : NULL;
    *s = m->end;
    return m->end != NULL;
}

static bool is_object(const Member *m) { return *m->value == '{'; }
static bool is_array(const Member *m) { return *m->value == '['; }
static bool is_scalar(const Member *m) { return !is_object(m) && !is_array(m); }

/* --- Names of nested values --- */

typedef struct Path {
    char   s[PATH];
    size_t n;
} Path;

/* False, and nothing appended, if the name is too long. */
static bool enter(Path *p, Field key)
{
    size_t slash = p->n > 0;
    if (key.n + slash > sizeof p->s - p->n)
        return false;
    if (slash)
        p->s[p->n++] = '/';
    memcpy(p->s + p->n, key.s, key.n);
    p->n += key.n;
    return true;
}

static void add_value(const Reading *r, const Path *within, const Member *m)
{
    Path p = *within;
    if (enter(&p, m->key))
        record_add(r->record, columns_find(r->columns, (Field){ p.s, p.n }), scalar(m->value, m->end));
}

/* --- Records --- */

static const char *flatten(const Reading *r, const char *s, const Path *within, int depth)
{
    Member m;
    for (s++; next_member(&s, r->end, true, &m);) {
        Path p = *within;
        if (is_scalar(&m))
            add_value(r, within, &m);
        else if (is_object(&m) && depth < DEEPEST && enter(&p, m.key))
            flatten(r, m.value, &p, depth + 1);
    }
    return s ? s + 1 : NULL;
}

const char *json_scalars(const Reading *r, const char *s) { return flatten(r, s, &(Path){ "", 0 }, 0); }

/* Lines are counted from where the last record began. */
static void take(const Reading *r, const char *s, const char **counted)
{
    for (; *counted < s; (*counted)++)
        r->record->line += **counted == '\n';
    r->take(r->to, r->record);
}

typedef struct Json {
    const Reading *r;
    const char    *counted;
} Json;

static bool integer(Field f)
{
    size_t i = 0;
    while (i < f.n && f.s[i] >= '0' && f.s[i] <= '9')
        i++;
    return i > 0 && i == f.n;
}

/* Does the object at s have a loss of its own, or in an object within? */
static bool has_loss(const char *s, const char *end, int depth)
{
    Member m;
    for (s++; next_member(&s, end, true, &m);) {
        double x;
        if (is_object(&m) && depth < DEEPEST && has_loss(m.value, end, depth + 1))
            return true;
        if (is_scalar(&m) && names_loss(m.key) && field_number(scalar(m.value, m.end), '.', &x) != FIELD_WORD)
            return true;
    }
    return false;
}

/* The columns of an object of arrays: where each goes on. */
typedef struct Series {
    int         column, n;
    const char *at;
    bool        keys;
} Series;

typedef struct SeriesList {
    Series series[SERIES];
    int    n;
} SeriesList;

/* Is the value an array of scalars, or an object whose keys are the rows? */
static bool is_series(const Member *m, const char *end)
{
    Member      first;
    const char *s = m->value + 1;
    int         n = 0;
    if (is_scalar(m))
        return false;
    for (; n < LEAST_SERIES && next_member(&s, end, is_object(m), &first); n++)
        if (!is_scalar(&first) || (is_object(m) && !integer(first.key)))
            return false;
    return n == LEAST_SERIES;
}

static void find_series(const Reading *r, const char *s, const Path *within, SeriesList *l, int depth)
{
    Member m;
    for (s++; next_member(&s, r->end, true, &m);) {
        Path p = *within;
        if (is_scalar(&m) || !enter(&p, m.key))
            continue;
        if (is_series(&m, r->end) && l->n < SERIES)
            l->series[l->n++] = (Series){ columns_find(r->columns, (Field){ p.s, p.n }), 0, m.value + 1,
                is_object(&m) };
        else if (is_object(&m) && depth < DEEPEST)
            find_series(r, m.value, &p, l, depth + 1);
    }
}

/* Row by row, as long as any column has a value. */
static void series_rows(Json *j, SeriesList *l)
{
    const Reading *r = j->r;
    for (bool any = l->n > 0; any;) {
        any = false;
        r->record->n = 0;
        for (int k = 0; k < l->n; k++) {
            Member m;
            if (!l->series[k].at || !next_member(&l->series[k].at, r->end, l->series[k].keys, &m)) {
                l->series[k].at = NULL;
                continue;
            }
            record_add(r->record, l->series[k].column, scalar(m.value, m.end));
            any = true;
        }
        if (any)
            take(r, j->counted, &j->counted);
    }
}

static const char *value_at(Json *j, const char *s, const Path *within, int depth);

/* Descends into an object that is no record itself. Of its names only those that tell training from validation stay. */
static const char *container(Json *j, const char *s, const Path *within, int depth)
{
    Member m;
    for (s++; next_member(&s, j->r->end, true, &m);) {
        Path p = *within;
        Words w;
        words_of(&w, m.key.s, m.key.n);
        if (!is_scalar(&m) && depth < DEEPEST && (words_split_of(&w, w.n - 1) == SPLIT_NONE || enter(&p, m.key)))
            value_at(j, m.value, &p, depth + 1);
    }
    return s ? s + 1 : NULL;
}

static bool holds_series(const Reading *r, const char *s)
{
    SeriesList l = { .n = 0 };
    find_series(r, s, &(Path){ "", 0 }, &l, 0);
    for (int k = 0; k < l.n; k++)
        if (l.series[k].column >= 0 && names_loss((Field){ columns_name(r->columns, l.series[k].column),
                                                           r->columns->column[l.series[k].column].len }))
            return true;
    return false;
}

static const char *object(Json *j, const char *s, const Path *within, int depth)
{
    const Reading *r = j->r;
    const char    *end = skip_value(s, r->end);
    if (has_loss(s, r->end, 0) || (!memchr(s, '[', (size_t)((end ? end : r->end) - s)) && !holds_series(r, s))) {
        r->record->n = 0;
        r->record->half = !end;
        flatten(r, s, within, 0);
        take(r, s, &j->counted);
        return end;
    }
    if (!holds_series(r, s))
        return container(j, s, within, depth);
    SeriesList l = { .n = 0 };
    find_series(r, s, within, &l, 0);
    series_rows(j, &l);
    return end;
}

/* TensorBoard's rows: [wall time, step, value]. Pairs are a step and a value. */
static void row_of(Json *j, const char *s)
{
    static const char *const names[] = { "Wall time", "Step", "Value" };
    const Reading *r = j->r;
    Member m[4];
    int    n = 0;
    for (s++; n < 4 && next_member(&s, r->end, false, &m[n]) && is_scalar(&m[n]);)
        n++;
    if (n != 2 && n != 3)
        return;
    r->record->n = 0;
    r->record->half = !s;
    for (int i = 0; i < n; i++) {
        const char *name = names[3 - n + i];
        record_add(r->record, columns_find(r->columns, (Field){ name, strlen(name) }), scalar(m[i].value, m[i].end));
    }
    take(r, m[0].value, &j->counted);
}

static const char *array(Json *j, const char *s, const Path *within, int depth)
{
    const char *end = j->r->end;
    for (s = skip_white(s + 1, end); s && *s != ']'; s = skip_white(s, end)) {
        if (*s == ',')
            s++;
        else if (*s == '{')
            s = depth < DEEPEST ? object(j, s, within, depth + 1) : NULL;
        else {
            if (*s == '[' && within->n == 0)
                row_of(j, s);
            s = skip_value(s, end);
        }
        if (!s)
            return NULL;
        if (s < end && *s == '}')
            s++;
    }
    return s ? s + 1 : NULL;
}

static const char *value_at(Json *j, const char *s, const Path *within, int depth)
{
    return *s == '{' ? object(j, s, within, depth) : *s == '[' ? array(j, s, within, depth) : s + 1;
}

static const char *after_mark(const char *s, const char *end)
{
    return end - s >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? s + 3 : s;
}

void json_records(const Reading *r)
{
    const char *s = after_mark(r->text, r->end);
    Json        j = { r, s };
    *r->record = (Record){ .line = r->line };
    for (s = skip_white(s, r->end); s; s = skip_white(s, r->end)) {
        if (*s == '{' || *s == '[')
            s = value_at(&j, s, &(Path){ "", 0 }, 0);
        else if (*s == ',' || *s == ']' || *s == '}')
            s++;
        else                                /* something else between the records: the rest of the line */
            s = memchr(s, '\n', (size_t)(r->end - s));
        if (!s)
            break;
    }
}

/* An array of numbers, where a console would print words. */
static bool is_rows(const char *s, const char *end)
{
    Member m;
    double x;
    s++;
    return next_member(&s, end, false, &m) && field_number(scalar(m.value, m.end), '.', &x) == FIELD_NUMBER;
}

bool json_like(const char *text, const char *end)
{
    const char *s = skip_white(after_mark(text, end), end), *next = s ? skip_white(s + 1, end) : NULL;
    if (!s || !next)
        return false;
    return (*s == '{' && (*next == '"' || *next == '\'' || *next == '}')) ||
           (*s == '[' && (*next == '{' || *next == ']' || (*next == '[' && is_rows(next, end))));
}
