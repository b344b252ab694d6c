#include "cli/explain/why/lesson.h"
#include <math.h>

enum { DIGITS = 12, SENTENCE = 1024 };

static void tokens(Json *j, const char *key, const int *token, int n)
{
    json_array(j, key);
    for (int k = 0; k < n && token[k] >= 0; k++)
        json_int(j, NULL, token[k]);
    json_end_array(j);
}

static void position_or_null(Json *j, const char *key, int x)
{
    if (x < 0)
        json_null(j, key);
    else
        json_int(j, key, x);
}

static void step(Json *j, const char *key, const Lesson *l, const LessonStep *s)
{
    json_object(j, key);
    json_numbers(j, "loss", s->loss, 2, DIGITS);
    json_array(j, "logits");
    for (int k = 0; k < LESSON_TOKENS && l->x.token[k] >= 0; k++)
        json_numbers(j, NULL, s->logit[k], 2, DIGITS);
    json_end_array(j);
    json_end(j);
}

static void term(Json *j, const LessonTerm *y)
{
    json_object(j, NULL);
    json_int(j, "at", y->at);
    json_number(j, "share", y->share, DIGITS);
    position_or_null(j, "input", y->input);
    json_number(j, "likeness", y->input < 0 ? NAN : y->likeness, DIGITS);
    tokens(j, "more", y->more, y->n);
    tokens(j, "less", y->less, y->n);
    position_or_null(j, "partner", y->partner);
    json_number(j, "meant", y->partner < 0 ? NAN : y->meant, DIGITS);
    json_number(j, "moved", y->moved, DIGITS);
    json_end(j);
}

static void matrix(Json *j, const Lesson *l, int which)
{
    const LessonMatrix *m = &l->x.matrix[which];
    char                text[SENTENCE];
    json_object(j, NULL);
    json_text(j, "name", explain_why_matrices[which]);
    json_text(j, "sentence", lesson_sentence(text, sizeof text, l, which, true));
    json_number(j, "norm", m->norm, DIGITS);
    json_number(j, "error", m->error, DIGITS);
    json_numbers(j, "share", m->share, l->s->e.T, DIGITS);
    json_array(j, "terms");
    for (int k = 0; k < m->n; k++)
        term(j, &m->term[k]);
    json_end_array(j);
    step(j, "step", l, &m->step);
    json_end(j);
}

void lesson_json(Json *j, const Lesson *l)
{
    if (!l) {
        json_null(j, "lesson");
        return;
    }
    json_object(j, "lesson");
    json_int(j, "layer", l->x.layer);
    json_int(j, "head", l->x.head);
    json_number(j, "rate", l->x.rate, DIGITS);
    tokens(j, "tokens", l->x.token, LESSON_TOKENS);
    json_array(j, "matrices");
    for (int which = 0; which < LESSON_MATRICES; which++)
        matrix(j, l, which);
    json_end_array(j);
    step(j, "together", l, &l->x.together);
    json_end(j);
}
