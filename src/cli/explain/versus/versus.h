#ifndef CLI_EXPLAIN_VERSUS_VERSUS_H
#define CLI_EXPLAIN_VERSUS_VERSUS_H
#include "base/json.h"
#include "cli/explain/subject.h"
#include "cli/term.h"
#include "explain/versus/versus.h"

/* explain --versus: the prompt of the subject (A) and another text (B), measured and shown. */
typedef struct Contrast {
    Subject *s;
    Versus   v;
} Contrast;

/* Reads B and measures. False with *err set; *misuse: the texts are at fault (a character that the model does not
 * know, longer than the context, empty, the same as A). Arrays live until subject_close. */
bool contrast_open(Contrast *c, Subject *s, const char *text, bool *misuse, Err *err);

/* What makes the difference, in one sentence, or two where several heads do. Returns out (size bytes; cut off when it
 * is too small). utf8 as in human_char. */
const char *contrast_sentence(char *out, size_t size, const Contrast *c, bool utf8);

/* The control of the first word that the sentence names as read: the same patch with that word masked. NULL if it names
 * none. */
const char *contrast_control(char *out, size_t size, const Contrast *c, bool utf8);

/* The words of A (or B) that differ, "thumb" or "green thumb, works"; "" if there are none. */
const char *contrast_words(char *out, size_t size, const Contrast *c, bool of_b, bool utf8);

/* The terminal's view in at most 20 lines: the sentence, both prompts, how far each head and each layer's best
 * positions move A's answer. False with c->s->e.err set: out of memory. */
bool contrast_show(const Term *t, const Contrast *c);

/* The key "versus" (cli/explain/json/json.h). */
void contrast_json(Json *j, const Contrast *c);
#endif
