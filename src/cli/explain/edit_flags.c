#include "cli/explain/edit_flags.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads a number from 0 to 65535 and the character that must follow it (0: end of text). */
static bool whole(const char **s, int *x, char after)
{
    char *end;
    if (**s < '0' || **s > '9')
        return false;
    long n = strtol(*s, &end, 10);
    if (n > 65535 || *end != after)
        return false;
    *x = (int)n;
    *s = after ? end + 1 : end;
    return true;
}

static bool real_number(const char *s, double *x)
{
    char *end;
    *x = strtod(s, &end);
    return end != s && *end == '\0' && isfinite(*x);
}

static bool cell(const char *s, ExplainEdit *d)
{
    return whole(&s, &d->layer, '.') && whole(&s, &d->head, '.') && whole(&s, &d->i, '.') &&
           whole(&s, &d->j, '=') && real_number(s, &d->by);
}

int edit_flags_numbers(const char *s, int *x, int most)
{
    for (int n = 1; n <= most; n++) {
        if (whole(&s, &x[n - 1], '\0'))
            return n;
        if (!whole(&s, &x[n - 1], '.'))
            break;
    }
    return 0;
}

/* "L.H", or several with commas between them; the first one is kept. */
static bool heads(const char *s, ExplainEdit *d)
{
    char one[32];
    int  x[2] = { 0 };
    for (bool first = true;; first = false, s++) {
        size_t n = strcspn(s, ",");
        snprintf(one, sizeof one, "%.*s", (int)n, s);
        if (n >= sizeof one || edit_flags_numbers(one, x, 2) != 2)
            return false;
        if (first)
            d->layer = x[0], d->head = x[1];
        s += n;
        if (!*s)
            return true;
    }
}

static bool parse(const char *s, ExplainEdit *d)
{
    switch (d->kind) {
    case EDIT_SCORE:
    case EDIT_WEIGHT: return cell(s, d);
    case EDIT_ABLATE: return heads(s, d);
    case EDIT_MASK: return *s != '\0';                 /* only the prompt tells whether it has the word */
    }
    return false;
}

static const struct {
    const char *flag, *form;
} kinds[] = {
    [EDIT_SCORE] =
        { "nudge", "L.H.i.j=X: layer, head, query and key position, and the number to add, such as 0.1.18.3=+0.1" },
    [EDIT_WEIGHT] = { "set-attn",
                     "L.H.i.j=X: layer, head, query and key position, and the weight, such as 0.1.18.3=0.5" },
    [EDIT_ABLATE] = { "ablate", "L.H: layer and head, such as 0.1, or several to ablate together, 0.1,2.3" },
    [EDIT_MASK] = { "mask", "a position, a range or a word of the prompt, such as 3, 3-7 or thumb" },
};

const char *edit_flags_name(const ExplainOptions *o, int k, const char **text)
{
    const FlagList *lists[] = { &o->nudge, &o->set, &o->ablate, &o->mask };
    int kind = EDIT_SCORE;
    for (; k >= lists[kind]->n; kind++)
        k -= lists[kind]->n;
    *text = lists[kind]->items[k];
    return kinds[kind].flag;
}

ExplainEdit *edit_flags_parse(const ExplainOptions *o, int *n, Err *err)
{
    const FlagList *lists[] = { &o->nudge, &o->set, &o->ablate, &o->mask };
    size_t          most = (size_t)o->nudge.n + (size_t)o->set.n + (size_t)o->ablate.n + (size_t)o->mask.n;
    ExplainEdit    *all = calloc(most + 1, sizeof *all);
    *n = 0;
    if (!all)
        err_set(err, "out of memory for %zu edits", most);
    for (int kind = EDIT_SCORE; all && kind <= EDIT_MASK; kind++)
        for (int k = 0; k < lists[kind]->n; k++) {
            all[*n].kind = (ExplainEditKind)kind;
            if (!parse(lists[kind]->items[k], &all[(*n)++]))
                err_set(err, "--%s %s: expected %s", kinds[kind].flag, lists[kind]->items[k],
                        kinds[kind].form);
        }
    if (!err_any(err))
        return all;
    free(all);
    return NULL;
}
