#include "model/clues.h"
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 7 };
enum { WORD, SENSE, PROMPT, RIGHT, WRONG, START, LENGTH };

/* Cuts a line into its fields, in place; how many there are. */
static int cut(char *line, char *field[FIELDS])
{
    int n = 0;
    for (char *p = line; p && n < FIELDS; n++) {
        field[n] = p;
        p = strchr(p, '\t');
        if (p)
            *p++ = '\0';
    }
    return n;
}

/* The first token of a text, or -1. */
static int first_token(const Vocab *v, const char *text)
{
    int      len, ids[TEXT_ENCODED];
    uint32_t c = text_decode(text, strlen(text), &len);
    return *text && vocab_char(v, c, ids) ? ids[0] : -1;
}

/* The item of a line; its tokens go to ids, which has room for all of the file. */
static bool item(Clue *x, char *line, int *ids, const Vocab *v, int context)
{
    char  *field[FIELDS];
    size_t at = 0;
    if (cut(line, field) != FIELDS)
        return false;
    size_t len = strlen(field[PROMPT]);
    *x = (Clue){ .word = field[WORD], .prompt = field[PROMPT], .ids = ids };
    x->n = (int)vocab_encode(v, field[PROMPT], len, &at, ids);
    x->right = first_token(v, field[RIGHT]);
    x->wrong = first_token(v, field[WRONG]);
    x->at = atoi(field[START]);
    x->len = atoi(field[LENGTH]);
    return at == len && x->n > 0 && x->n <= context && x->right >= 0 && x->wrong >= 0 && x->right != x->wrong &&
           x->at >= 0 && x->len > 0 && x->len <= x->n - x->at;
}

static int lines(const FileData *f)
{
    int n = 0;
    for (size_t i = 0; i < f->len; i++)
        n += f->p[i] == '\n';
    return n;
}

bool clues_read(Clues *c, const char *path, const Vocab *v, int context, Err *err)
{
    *c = (Clues){ 0 };
    if (!file_read(path, &c->file, err))
        return false;
    c->items = calloc((size_t)lines(&c->file) + 1, sizeof *c->items);
    c->ids = calloc(c->file.len + 1, sizeof *c->ids);
    if (!c->items || !c->ids)
        return err_set(err, "out of memory: no room for the items of %s", path);
    char *line = c->file.p ? strchr(c->file.p, '\n') : NULL;       /* behind the header */
    int  *ids = c->ids;
    while (line && line[1]) {
        char *end = strchr(++line, '\n');
        if (!end)
            break;
        *end = '\0';
        if (!item(&c->items[c->n], line, ids, v, context))
            return err_set(err, "%s, line %d: it is no item that this model can read (seven fields, at most %d characters, "
                           "all of them in its vocabulary): are the file and the model of the same text?", path, c->n + 2,
                           context);
        ids += c->items[c->n++].n;
        line = end;
    }
    return c->n > 0 || err_set(err, "%s holds no items", path);
}

void clues_free(Clues *c)
{
    file_free(&c->file);
    free(c->items);
    free(c->ids);
    *c = (Clues){ 0 };
}
