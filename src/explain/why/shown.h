#ifndef EXPLAIN_WHY_SHOWN_H
#define EXPLAIN_WHY_SHOWN_H
#include "explain/why/lesson.h"
#include "explain/why/writes.h"

/* The value's side and the lesson of one head as numbers over several prompts, for claims. */
typedef struct WhyShown {
    int    prompts, lessons;                /* that writes, and that lessons, were measured on                        */
    int    lowered;                         /* prompts whose target's log-odds fall without what the head writes      */
    double nats, writes_error;              /* sum of these falls; largest remainder of writes.h's identity           */
    int    meant, raised;                   /* scores that the lessons mean to raise; those that a step raised        */
    double predicted, lesson_error;         /* sum of |actual - predicted| / |actual| change of the loss; largest
                                               remainder of a gradient as a sum over positions                        */
} WhyShown;

/* Adds a prompt: what row at.row of the head writes for the key among from .. from + len - 1 that it attends to most,
 * removed (explain_why_writes). Values and gradients stay. False with e->err set. */
bool explain_why_shown_writes(Explain *e, ExplainRow at, int from, int len, WhyShown *x);

/* Adds a prompt: a step on the head's four matrices (explain_why_lesson). Values and gradients stay. False with e->err
 * set. */
bool explain_why_shown_lesson(Explain *e, int layer, int head, WhyShown *x);
#endif
