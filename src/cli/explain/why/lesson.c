#include "cli/explain/why/lesson.h"
#include "cli/explain/edit_flags.h"
#include "cli/explain/screen.h"
#include "cli/explain/sentence.h"
#include "cli/explain/table.h"
#include "cli/explain/words.h"
#include <math.h>

enum { SENTENCE = 1024, SECONDS = 1 };      /* second terms shown */
static const double SECOND = 0.2;           /* the least share of a second term that is shown */

bool lesson_open(Lesson *l, Subject *s, const char *text, double rate, bool *misuse, Err *err)
{
    int x[2];
    *l = (Lesson){ .s = s };
    *misuse = true;
    if (edit_flags_numbers(text, x, 2) != 2)
        return err_set(err, "--lesson %s: expected LAYER.HEAD, such as 1.1", text);
    if (x[0] >= s->e.L || x[1] >= s->e.H)
        return err_set(err, "--lesson %s: there are %d layers of %d heads, counted from 0", text, s->e.L, s->e.H);
    *misuse = false;
    return explain_why_lesson(&s->e, x[0], x[1], rate, &l->x) || err_set(err, "%s", s->e.err.msg);
}

/* --- Words --- */

static void say_place(Sentence *w, const Lesson *l, int i, bool utf8)
{
    say(w, "%s (%d)", words_char(subject_at(l->s, i), utf8).s, i);
}

static void say_token(Sentence *w, const Lesson *l, int token, bool utf8)
{
    say(w, "%s", words_char(subject_char(l->s, token), utf8).s);
}

/* Q and K: the score that the step means to raise, and whether it did. */
static void say_score(Sentence *w, const Lesson *l, int which, const LessonTerm *y, bool utf8)
{
    say_place(w, l, y->at, utf8);
    if (y->partner < 0) {
        say(w, which == LESSON_Q ? " to ask for less of all that it sees" : " to answer none of those that ask");
        return;
    }
    say(w, which == LESSON_Q ? " to ask for " : " to answer ");
    say_place(w, l, y->partner, utf8);
    say(w, "; a step on it alone %s that score by %.2g against its row",
        y->moved > 0 ? "raised" : "meant to, but lowered", fabs(y->moved));
}

/* V and O: the characters that are passed on or written, and what became of their logits. */
static void say_output(Sentence *w, const Lesson *l, int which, const LessonTerm *y, bool utf8)
{
    say(w, which == LESSON_V ? "" : "the head at ");
    say_place(w, l, y->at, utf8);
    say(w, which == LESSON_V ? " to pass on " : " to write ");
    say_token(w, l, y->more[0], utf8);
    say(w, " rather than ");
    say_token(w, l, y->less[0], utf8);
    say(w, "; a step on it alone %s its logit by %.2g against that one",
        y->moved > 0 ? "raised" : "meant to, but lowered", fabs(y->moved));
}

const char *lesson_sentence(char *out, size_t size, const Lesson *l, int which, bool utf8)
{
    Sentence            w = { out, size, 0 };
    const LessonMatrix *m = &l->x.matrix[which];
    say(&w, "W_%s: ", explain_why_matrices[which]);
    if (!(m->norm > 0)) {
        say(&w, "nothing, its gradient is 0.");
        return out;
    }
    say(&w, "teach ");
    if (which <= LESSON_K)
        say_score(&w, l, which, &m->term[0], utf8);
    else
        say_output(&w, l, which, &m->term[0], utf8);
    say(&w, ".");
    return out;
}

/* --- Tables --- */

static void characters(Table *b, int column, const Lesson *l, const int *token, int n)
{
    char     text[64];
    Sentence w = { text, sizeof text, 0 };
    *text = '\0';
    for (int k = 0; k < n; k++)
        say(&w, "%s%s", k ? " " : "", screen_char(b->t, subject_char(l->s, token[k]), 1).s);
    table_cell(b, column, 0, text);
}

static void term_row(Table *b, const Lesson *l, int which, int k)
{
    const LessonTerm *y = &l->x.matrix[which].term[k];
    char              text[64];
    snprintf(text, sizeof text, "W_%s", explain_why_matrices[which]);
    table_cell(b, 0, 0, k ? "" : text);
    table_cell(b, 1, 0, screen_position(b->t, l->s, y->at, 0).s);
    table_print(b, 2, "%.1f %%", 100 * y->share);
    if (y->input >= 0)
        table_print(b, 3, "%s %.2f", screen_char(b->t, subject_char(l->s, y->input), 1).s, y->likeness);
    else
        table_cell(b, 3, 0, "-");
    characters(b, 4, l, y->more, y->n);
    characters(b, 5, l, y->less, y->n);
    table_end(b);
}

static void show_terms(const Term *t, const Lesson *l)
{
    static const Column columns[] = {
        { "matrix", 8, 0, true }, { "position", 11, 0, true }, { "share", 9, 0, false }, { "input like", 12, 2, false },
        { "more of", 10, 1, false }, { "less of", 10, 1, false },
    };
    Table b = table_of(t, 2, columns, sizeof columns / sizeof *columns);
    putc('\n', t->file);
    table_head(&b);
    for (int which = 0, seconds = 0; which < LESSON_MATRICES; which++) {
        const LessonMatrix *m = &l->x.matrix[which];
        if (m->norm > 0)
            term_row(&b, l, which, 0);
        if (m->norm > 0 && m->n > 1 && fabs(m->term[1].share) >= SECOND && seconds++ < SECONDS)
            term_row(&b, l, which, 1);
    }
    table_note(&b);
}

static void step_row(Table *b, const Lesson *l, const char *name, const LessonStep *s)
{
    table_cell(b, 0, 0, name);
    table_print(b, 1, "%.3e", s->loss[0]);
    table_print(b, 2, "%.3e", s->loss[1]);
    for (int k = 0; k < LESSON_TOKENS; k++)
        for (int measured = 0; measured < 2; measured++)
            if (l->x.token[k] < 0)
                table_cell(b, 3 + 2 * k + measured, 0, "-");
            else
                table_print(b, 3 + 2 * k + measured, "%.3e", s->logit[k][measured]);
    table_end(b);
}

static void show_steps(const Term *t, const Lesson *l)
{
    char   title[LESSON_TOKENS][32];
    Column columns[] = { { "step on", 9, 0, true }, { "loss", 11, 0, false }, { "measured", 11, 0, false },
                         { title[0], 11, 1, false }, { "measured", 11, 1, false }, { title[1], 11, 2, false },
                         { "measured", 11, 2, false } };
    for (int k = 0; k < LESSON_TOKENS; k++)
        snprintf(title[k], sizeof title[k], "%s",
                 l->x.token[k] < 0 ? "-" : words_char(subject_char(l->s, l->x.token[k]), t->utf8).s);
    Table b = table_of(t, 2, columns, sizeof columns / sizeof *columns);
    table_head(&b);
    for (int which = 0; which < LESSON_MATRICES; which++) {
        char name[8];
        snprintf(name, sizeof name, "W_%s", explain_why_matrices[which]);
        step_row(&b, l, name, &l->x.matrix[which].step);
    }
    step_row(&b, l, "all four", &l->x.together);
}

void lesson_show(const Term *t, const Lesson *l)
{
    char   text[SENTENCE];
    double error = 0;
    for (int k = 0; k < l->s->n_notes; k++)
        screen_paragraph(t, 0, l->s->notes[k]);
    snprintf(text, sizeof text, "What a gradient step on this prompt teaches head %d.%d (layer.head)", l->x.layer,
             l->x.head);
    screen_paragraph(t, 0, text);
    for (int which = 0; which < LESSON_MATRICES; which++) {
        screen_paragraph(t, 2, lesson_sentence(text, sizeof text, l, which, t->utf8));
        error = fmax(error, l->x.matrix[which].error);
    }
    show_terms(t, l);
    show_steps(t, l);
    snprintf(text, sizeof text, "dW is a sum of one outer product a position (error %.0e); share: its part along dW. "
             "Loss and logits: predicted, and measured after W -= %.3g dW.", error, l->x.rate);
    screen_paragraph(t, 2, text);
}
