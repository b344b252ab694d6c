#include "cli/explain/edit_flags.h"
#include "cli/explain/why/why.h"

/* The key to which the row attends most. */
static int most_attended(const Explain *e, ExplainRow at)
{
    const double *a = explain_row(e->trace.layers[at.layer].weights, at.head, at.row);
    int           best = 0;
    for (int j = 1; j <= at.row; j++)
        best = a[j] > a[best] ? j : best;
    return best;
}

bool reason_open(Reason *r, Subject *s, const char *text, bool *misuse, Err *err)
{
    int x[4] = { 0 }, n = edit_flags_numbers(text, x, 4);
    *r = (Reason){ .s = s };
    *misuse = true;
    if (n < 2)
        return err_set(err, "--why %s: expected LAYER.HEAD.QUERY.KEY, such as 1.1.45.20; without KEY, that with the "
                       "largest weight; without QUERY, the last position", text);
    ExplainRow at = { x[0], x[1], n > 2 ? x[2] : s->e.T - 1 };
    if (!why_exists(&s->e, at, n > 3 ? x[3] : 0))
        return err_set(err, "--why %s: %s", text, s->e.err.msg);
    *misuse = false;
    int   key = n > 3 ? x[3] : most_attended(&s->e, at);
    bool *letter = subject_letters(s);
    return (letter && explain_why(&s->e, at, key, letter, &r->x) && explain_why_writes(&s->e, at, key, &r->w)) ||
           err_set(err, "%s", s->e.err.msg);
}
