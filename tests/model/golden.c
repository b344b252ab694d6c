#include "golden.h"
#include "base/bytes.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_MAX = 10 << 20 };

static char *read_header(FILE *f, size_t *len)
{
    unsigned char head[8];
    if (fread(head, 8, 1, f) != 1)
        return NULL;
    uint64_t n = load_u64(head);
    if (n > HEADER_MAX)
        return NULL;
    char *text = calloc((size_t)n + 1, 1);
    *len = 8 + (size_t)n;
    if (text && fread(text, 1, (size_t)n, f) == n)
        return text;
    free(text);
    return NULL;
}

/* The numbers of 8 bytes at `begin` of the data. */
static bool read_numbers(FILE *f, GoldenTensor *x, bool whole, size_t begin)
{
    unsigned char bytes[8];
    if (fseek(f, (long)begin, SEEK_SET))
        return false;
    if (whole)
        x->i64 = malloc((x->len + 1) * sizeof *x->i64);
    else
        x->f64 = malloc((x->len + 1) * sizeof *x->f64);
    for (size_t i = 0; i < x->len; i++) {
        if (fread(bytes, 8, 1, f) != 1)
            return false;
        if (whole)
            x->i64[i] = (int64_t)load_u64(bytes);
        else
            x->f64[i] = load_f64(bytes);
    }
    return true;
}

/* One entry, "NAME":{"dtype":"F64","shape":[2,3],"data_offsets":[0,48]}; what follows it, or NULL. */
static const char *read_entry(const char *s, FILE *f, size_t data, GoldenTensor *x)
{
    char   kind[8];
    int    used = 0;
    size_t begin, end;
    if (sscanf(s, "\"%63[^\"]\":{\"dtype\":\"%7[^\"]\",\"shape\":[%n", x->name, kind, &used) != 2 || !used)
        return NULL;
    s += used;
    x->len = 1;
    for (char *next; *s != ']'; s = *next == ',' ? next + 1 : next) {
        long dim = strtol(s, &next, 10);
        if (next == s || x->rank == GOLDEN_RANK)
            return NULL;
        x->dim[x->rank++] = (int)dim;
        x->len *= (size_t)dim;
    }
    used = 0;
    if (sscanf(s, "],\"data_offsets\":[%zu,%zu]}%n", &begin, &end, &used) != 2 || !used || end - begin != 8 * x->len)
        return NULL;
    bool whole = strcmp(kind, "I64") == 0;
    return (whole || strcmp(kind, "F64") == 0) && read_numbers(f, x, whole, data + begin) ? s + used : NULL;
}

static bool read_list(Golden *g, FILE *f, const char *text, size_t data)
{
    size_t room = 0;
    for (const char *c = text; *c; c++)
        room += *c == '{';
    g->list = calloc(room, sizeof *g->list);
    const char *s = text;
    for (; g->list && *s == (g->n ? ',' : '{'); g->n++)
        if (!(s = read_entry(s + 1, f, data, &g->list[g->n])))
            return false;
    return *s == '}' && g->n > 0;
}

bool golden_open(Golden *g, const char *path, Err *err)
{
    *g = (Golden){ 0 };
    FILE  *f = fopen(path, "rb");
    size_t data = 0;
    if (!f)
        return err_set(err, "cannot open %s", path);
    char *text = read_header(f, &data);
    bool  ok = text && read_list(g, f, text, data);
    free(text);
    fclose(f);
    return ok || err_set(err, "%s: tensor %d of the list is not to be understood, or its numbers end early", path,
                         g->n);
}

void golden_close(Golden *g)
{
    for (int i = 0; i < g->n; i++) {
        free(g->list[i].f64);
        free(g->list[i].i64);
    }
    free(g->list);
    *g = (Golden){ 0 };
}

const GoldenTensor *golden_find(const Golden *g, const char *name, ...)
{
    char    full[GOLDEN_NAME];
    va_list args;
    va_start(args, name);
    vsnprintf(full, sizeof full, name, args);
    va_end(args);
    for (int i = 0; i < g->n; i++)
        if (strcmp(g->list[i].name, full) == 0)
            return &g->list[i];
    return NULL;
}
