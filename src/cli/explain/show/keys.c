#include "cli/explain/show/show.h"
#include "cli/explain/words.h"
#include <math.h>

enum { SENTENCE = 1024, FLAGGED = 5 };      /* flagged keys described, those with the largest effect */

/* Why ds is nearly nothing of the change: the two factors between them, of which the flag names the larger. */
static void misjudged(const ExplainTrace *x, const ExplainKeys *y, int j, char *out, size_t size)
{
    const ExplainKeyMask *k = &y->keys[j];
    double curvature = k->masked / k->predicted, softmax = k->predicted / -x->keys[j].ds;
    int n = snprintf(out, size, "changes the loss by %+.3g, and ds is %.1e: softmax makes it %.0f times too small, ",
                     k->masked, x->keys[j].ds, softmax);
    if (curvature > 0)
        snprintf(out + n, size - (size_t)n, "the curvature of the loss %.1f times", curvature);
    else
        snprintf(out + n, size - (size_t)n, "and the loss curves to the other side");
}

static void redundant(const Term *t, const Subject *s, const ExplainKeys *y, int j, char *out, size_t size)
{
    const ExplainKeyMask *k = &y->keys[j];
    snprintf(out, size, "changes the loss by only %+.3g, because %s takes over: masked alone %+.3g, both %+.3g",
             k->masked, screen_position(t, s, k->twin, 0).s, y->keys[k->twin].masked, k->joint);
}

/* What a flagged key hides from the gradient. */
static double hidden(const ExplainKeys *y, int j)
{
    const ExplainKeyMask *k = &y->keys[j];
    return k->flag == KEY_NO_FLAG ? 0 : k->flag == KEY_REDUNDANT ? fabs(k->joint) : fabs(k->masked);
}

static void describe(const Term *t, const Subject *s, const ExplainTrace *x, const ExplainKeys *y, int j)
{
    char text[SENTENCE], why[SENTENCE / 2];
    if (y->keys[j].flag == KEY_REDUNDANT)
        redundant(t, s, y, j, why, sizeof why);
    else
        misjudged(x, y, j, why, sizeof why);
    snprintf(text, sizeof text, "%s: masking %s %s", explain_key_flags[y->keys[j].flag], screen_position(t, s, j, 0).s,
             why);
    screen_paragraph(t, 2, text);
}

void show_keys(const Term *t, const Subject *s, const ExplainTrace *x, const ExplainKeys *y, double *room)
{
    char text[SENTENCE];
    int  flagged = 0;
    for (int j = 0; j < y->n; j++) {
        room[j] = hidden(y, j);
        flagged += y->keys[j].flag != KEY_NO_FLAG;
    }
    for (int j = 0; j < y->n; j++)
        if (y->keys[j].flag && screen_keeps(room, y->n, j, FLAGGED))
            describe(t, s, x, y, j);
    if (flagged > FLAGGED) {
        snprintf(text, sizeof text, "and %d more flagged keys", flagged - FLAGGED);
        screen_paragraph(t, 2, text);
    }
    if (y->tried < y->n) {
        snprintf(text, sizeof text, "large model: masked only the %d of %d keys that move the output most", y->tried,
                 y->n);
        screen_paragraph(t, 2, text);
    }
    if (isnan(y->rank))
        return;
    snprintf(text, sizeof text, "rank correlation of -ds and masked over %d keys: %.3f (Spearman)", y->tried, y->rank);
    screen_paragraph(t, 2, text);
}
