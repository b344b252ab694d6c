#include "explain/why/shown.h"
#include <math.h>

static int most_attended(const Explain *e, ExplainRow at, int from, int len)
{
    const double *a = explain_row(e->trace.layers[at.layer].weights, at.head, at.row);
    int           best = from;
    for (int j = from; j < from + len; j++)
        best = a[j] > a[best] ? j : best;
    return best;
}

/* Queries and keys: the score that a term means to raise, and how it moved in its row. */
static void count_terms(const LessonMatrix *m, WhyShown *x)
{
    for (int k = 0; k < m->n; k++) {
        const LessonTerm *term = &m->term[k];
        if (term->partner < 0 || !(term->meant < 0) || isnan(term->moved))
            continue;
        x->meant++;
        x->raised += term->moved > 0;
    }
}

bool explain_why_shown_writes(Explain *e, ExplainRow at, int from, int len, WhyShown *x)
{
    WhyWrites writes;
    if (!explain_why_writes(e, at, most_attended(e, at, from, len), &writes))
        return false;
    double fall = why_writes_difference(&writes, writes.total);
    x->prompts++;
    x->lowered += fall > 0;
    x->nats += fall;
    x->writes_error = fmax(x->writes_error, writes.error);
    return true;
}

bool explain_why_shown_lesson(Explain *e, int layer, int head, WhyShown *x)
{
    WhyLesson lesson;
    if (!explain_why_lesson(e, layer, head, 0, &lesson))
        return false;
    double change = lesson.together.loss[1];
    x->lessons++;
    x->predicted += fabs(change - lesson.together.loss[0]) / fabs(change);
    count_terms(&lesson.matrix[LESSON_Q], x);
    count_terms(&lesson.matrix[LESSON_K], x);
    for (int k = 0; k < LESSON_MATRICES; k++)
        x->lesson_error = fmax(x->lesson_error, lesson.matrix[k].error);
    return true;
}
