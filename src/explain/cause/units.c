#include "explain/cause/units.h"
#include "text/letters.h"
#include <string.h>

CauseSpan *cause_spans(Explain *e, const Vocab *v, int *n)
{
    CauseSpan *u = explain_alloc(e, 2 * (size_t)e->T, sizeof *u);
    uint32_t  *text = explain_alloc(e, (size_t)e->T, sizeof *text);
    if (!u || !text)
        return NULL;
    for (int i = 0; i < e->T; i++)
        text[i] = v->chars[e->ids[i]];
    *n = 0;
    for (int at = 0, first, last; letter_next_word(text, e->T, at, &first, &last); at = last + 1)
        u[(*n)++] = (CauseSpan){ true, first, last };
    for (int i = 0; i < e->T; i++)
        u[(*n)++] = (CauseSpan){ false, i, i };
    return u;
}

static bool blank(const Explain *e, const Vocab *v, int i)
{
    return i >= 0 && i < e->T && letter_kind(v->chars[e->ids[i]]) == LETTER_BLANK;
}

int cause_delete(const Explain *e, const Vocab *v, CauseSpan u, int *ids, int *same)
{
    int first = u.first, end = u.last + 1;
    if (u.word && end < e->T) {
        if (blank(e, v, first - 1))
            first--;
        else if (blank(e, v, end))
            end++;
    }
    memcpy(ids, e->ids, (size_t)first * sizeof *ids);
    memcpy(ids + first, e->ids + end, (size_t)(e->T - end) * sizeof *ids);
    *same = first;
    return first + e->T - end;
}
