#include "explain/clues.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 7, LEAST = 12 };        /* LEAST bytes a line: five letters or digits, six tabs, an end of line */
enum { WORD, SENSE, PROMPT, RIGHT, WRONG, START, LENGTH };

/* Splits a line into its fields in place; returns how many there are, FIELDS + 1 for any more than FIELDS. */
static int cut(char *line, char *field[FIELDS])
{
    int   n = 0;
    char *p = line;
    for (; p && n < FIELDS; n++) {
        field[n] = p;
        p = strchr(p, '\t');
        if (p)
            *p++ = '\0';
    }
    return n + (p != NULL);
}

/* The value of a field of decimal digits; -1 if it is anything else or exceeds int. */
static int number(const char *field)
{
    char *end;
    long  n = strtol(field, &end, 10);
    return *field >= '0' && *field <= '9' && !*end && n <= INT_MAX ? (int)n : -1;
}

/* The first token of a text. */
static bool first_token(const Vocab *v, const char *text, int *id, Err *err)
{
    int      len, ids[TEXT_ENCODED];
    uint32_t c = text_decode(text, strlen(text), &len);
    if (!*text)
        return err_set(err, "the right or wrong field is empty");
    if (!vocab_char(v, c, ids))
        return vocab_lacks(v, c, err);
    *id = ids[0];
    return true;
}

static bool read_prompt(Clue *x, const Vocab *v, int context, Err *err)
{
    int    char_len;
    size_t at = 0, len = strlen(x->prompt);
    x->n = (int)vocab_encode(v, x->prompt, len, &at, x->ids);
    if (at < len)
        return vocab_lacks(v, text_decode(x->prompt + at, len - at, &char_len), err);
    return (x->n > 0 && x->n <= context) ||
           err_set(err, "the prompt has %d characters, but the model takes 1 to %d", x->n, context);
}

/* Parses a line; its tokens go to ids, which has room for the whole file. */
static bool item(Clue *x, char *line, int *ids, const Vocab *v, int context, Err *err)
{
    char *field[FIELDS];
    int   n = cut(line, field);
    if (n != FIELDS)
        return err_set(err, "it has %s than %d fields separated by tabs", n < FIELDS ? "fewer" : "more", FIELDS);
    *x = (Clue){ .word = field[WORD], .prompt = field[PROMPT], .ids = ids };
    x->at = number(field[START]);
    x->len = number(field[LENGTH]);
    if (!read_prompt(x, v, context, err) || !first_token(v, field[RIGHT], &x->right, err) ||
        !first_token(v, field[WRONG], &x->wrong, err))
        return false;
    if (x->right == x->wrong)
        return err_set(err, "\"%s\" and \"%s\" start with the same character, so the next character cannot tell "
                       "them apart", field[RIGHT], field[WRONG]);
    return (x->at >= 0 && x->len > 0 && x->len <= x->n - x->at) ||
           err_set(err, "a clue of length \"%s\" at \"%s\" is not inside the prompt of %d characters",
                   field[LENGTH], field[START], x->n);
}

/* Upper bound on the number of items: one per line, and each at least LEAST bytes. */
static size_t most_items(const FileData *f)
{
    size_t n = 1;
    for (size_t i = 0; i < f->len; i++)
        n += f->p[i] == '\n';
    return n < f->len / LEAST + 1 ? n : f->len / LEAST + 1;
}

/* Terminates `line` at its end of line; returns the next line, or NULL. */
static char *next_line(char *line)
{
    char *end = line ? strchr(line, '\n') : NULL;
    if (!end)
        return NULL;
    *end = '\0';
    return end[1] ? end + 1 : NULL;
}

bool clues_read(Clues *c, const char *path, const Vocab *v, int context, Err *err)
{
    *c = (Clues){ 0 };
    if (!file_read(path, &c->file, err))
        return false;
    c->items = calloc(most_items(&c->file), sizeof *c->items);
    c->ids = calloc(c->file.len + 1, sizeof *c->ids);
    if (!c->items || !c->ids)
        return err_set(err, "out of memory for the items of %s", path);
    int *ids = c->ids;
    for (char *line = next_line(c->file.p), *next; line; line = next) {    /* skips the header */
        next = next_line(line);
        if (!item(&c->items[c->n], line, ids, v, context, err))
            return err_in(err, "%s, line %d, is not an item for this model", path, c->n + 2);
        ids += c->items[c->n++].n;
    }
    return c->n > 0 || err_set(err, "%s has no items: nothing follows the header line", path);
}

void clues_free(Clues *c)
{
    file_free(&c->file);
    free(c->items);
    free(c->ids);
    *c = (Clues){ 0 };
}
