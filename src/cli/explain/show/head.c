#include "cli/explain/show/head.h"
#include "base/topk.h"
#include "cli/explain/words.h"
#include "explain/edit.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCE = 1024, KEYS = 3 };

/* --- Which head --- */

bool head_choose(Subject *s, const ExplainCause *c, CauseHead *x)
{
    *x = (CauseHead){ .reads = NULL };
    if (subject_free(s) && !explain_cause_head(&s->e, c, x))
        return false;
    if (x->reads)
        return true;
    x->at = s->at;
    return explain_edit_strongest(&s->e, s->wanted.layer, s->wanted.head, &x->at, &x->change);
}

/* --- The sentence --- */

/* "falls from 99.8 % to 59.1 %": no difference is claimed that the digits do not show. */
static void say_moved(char *out, size_t size, double before, double after)
{
    char one[16], two[16];
    snprintf(one, sizeof one, "%.1f %%", 100 * before);
    snprintf(two, sizeof two, "%.1f %%", 100 * after);
    if (strcmp(one, two) == 0)
        snprintf(out, size, "stays %s", one);
    else
        snprintf(out, size, "%s from %s to %s", after < before ? "falls" : "rises", one, two);
}

/* ", the largest effect of 16 heads": among those that were to choose from. */
static void say_rank(char *out, size_t size, const Subject *s)
{
    const ExplainRow *w = &s->wanted;
    int               heads = w->layer >= 0 ? s->e.H : w->head >= 0 ? s->e.L : s->e.L * s->e.H;
    const char       *tried = s->e.L * s->e.H > s->e.most ? "those tried of " : "";
    out[0] = '\0';
    if (!s->chosen || heads == 1)
        return;
    if (w->layer >= 0)
        snprintf(out, size, ", the largest effect of %sthe %d heads of layer %d", tried, heads, w->layer);
    else if (w->head >= 0)
        snprintf(out, size, ", the largest effect of %shead %d of all %d layers", tried, w->head, heads);
    else
        snprintf(out, size, ", the largest effect of %s%d heads", tried, heads);
}

/* "with it masked for this head alone, p('d') falls from …"; "p('d') falls from …" */
static int say_effect(char *out, size_t size, const Term *t, const Subject *s, const CauseHead *x)
{
    char moved[64], rank[96], read[160];
    say_moved(moved, sizeof moved, exp(-s->e.loss), exp(-s->e.loss - x->change));
    say_rank(rank, sizeof rank, s);
    Human answer = words_char(subject_char(s, s->e.target), t->utf8);
    if (x->reads)
        return snprintf(out, size, "Head %d.%d (layer.head) reads %s: with that masked for it alone, p(%s) %s%s.",
                        x->at.layer, x->at.head,
                        words_stretch(read, sizeof read, s, x->reads->first, x->reads->last, t->utf8), answer.s, moved,
                        rank);
    bool none = strncmp(moved, "stays", 5) == 0 && s->wanted.layer < 0 && s->wanted.head < 0;
    return snprintf(out, size, "%s %d.%d (layer.head, ablated), p(%s) %s%s.",
                    none ? "No head decides alone: without" : "Without head", x->at.layer, x->at.head, answer.s,
                    moved, rank);
}

void head_say(const Term *t, const Subject *s, const CauseHead *x)
{
    const double *a = explain_row(s->e.trace.layers[x->at.layer].weights, x->at.head, x->at.row);
    char          text[SENTENCE];
    int           order[KEYS], n = topk(a, x->at.row + 1, KEYS, false, order);
    int           len = say_effect(text, sizeof text, t, s, x);
    len += snprintf(text + len, sizeof text - (size_t)len, " At %s it attends most to",
                    screen_position(t, s, x->at.row, 0).s);
    for (int k = 0; k < n && (k == 0 || a[order[k]] >= 0.05); k++)
        len += snprintf(text + len, sizeof text - (size_t)len, "%s %s %.1f %%", k ? "," : "",
                        screen_position(t, s, order[k], 0).s, 100 * a[order[k]]);
    snprintf(text + len, sizeof text - (size_t)len, ":");
    screen_paragraph(t, 0, text);
}
