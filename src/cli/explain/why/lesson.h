#ifndef CLI_EXPLAIN_WHY_LESSON_H
#define CLI_EXPLAIN_WHY_LESSON_H
#include "base/json.h"
#include "cli/explain/subject.h"
#include "cli/term.h"
#include "explain/why/lesson.h"

/* explain --lesson: what a gradient step on the prompt teaches one head. */
typedef struct Lesson {
    Subject  *s;
    WhyLesson x;
} Lesson;

/* Reads LAYER.HEAD and measures; rate as in explain_why_lesson. False with *err set; *misuse: the text is at fault.
 * Arrays live until subject_close. */
bool lesson_open(Lesson *l, Subject *s, const char *text, double rate, bool *misuse, Err *err);

/* What the largest outer product of a matrix teaches, and what a step on that matrix alone did; to out (size bytes). */
const char *lesson_sentence(char *out, size_t size, const Lesson *l, int which, bool utf8);

/* The terminal's view. */
void lesson_show(const Term *t, const Lesson *l);

/* The key "lesson" (cli/explain/json/json.h); null for NULL. */
void lesson_json(Json *j, const Lesson *l);
#endif
