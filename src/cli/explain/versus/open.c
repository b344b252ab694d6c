#include "cli/explain/versus/versus.h"
#include <stdlib.h>
#include <string.h>

/* Whether the two can be compared: both whole, and different. */
static bool check(const Subject *s, const int *ids, size_t n, Err *err)
{
    size_t context = (size_t)s->model.file.config.context;
    if (n == 0)
        return err_set(err, "--versus is empty: give at least one character");
    if (s->n_given > context)
        return err_set(err, "--prompt has %zu characters, the model's context is %zu: --versus needs both texts whole",
                       s->n_given, context);
    if (n > context)
        return err_set(err, "--versus has %zu characters, the model's context is %zu: shorten it", n, context);
    if (n == (size_t)s->e.T && memcmp(ids, s->e.ids, n * sizeof *ids) == 0)
        return err_set(err, "--versus is the same text as --prompt, all %zu characters: change a word of it", n);
    return true;
}

bool contrast_open(Contrast *c, Subject *s, const char *text, bool *misuse, Err *err)
{
    size_t n = 0;
    *c = (Contrast){ .s = s };
    *misuse = true;
    int *ids = subject_tokens(s, text, &n, err);
    if (!ids)
        return err_in(err, "--versus");
    if (!check(s, ids, n, err)) {
        free(ids);
        return false;
    }
    *misuse = false;
    bool *letter = subject_letters(s);
    bool  ok = letter && explain_versus(&s->e, ids, (int)n, letter, &c->v);
    free(ids);
    return ok || err_set(err, "%s", s->e.err.msg);
}
