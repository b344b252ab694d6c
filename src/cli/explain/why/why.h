#ifndef CLI_EXPLAIN_WHY_WHY_H
#define CLI_EXPLAIN_WHY_WHY_H
#include "base/json.h"
#include "cli/explain/subject.h"
#include "cli/term.h"
#include "explain/why/why.h"
#include "explain/why/writes.h"

/* explain --why: one score of the subject, measured and shown. */
typedef struct Reason {
    Subject   *s;
    ExplainWhy x;
    WhyWrites  w;
} Reason;

/* Reads LAYER.HEAD.QUERY.KEY and measures; without KEY that with the largest weight, without QUERY the last position.
 * False with *err set; *misuse: the text is at fault. Arrays live until subject_close. */
bool reason_open(Reason *r, Subject *s, const char *text, bool *misuse, Err *err);

/* Sentences, written to out (size bytes; cut off when it is too small). Each returns out. utf8 as in human_char.
 *   place: what is explained: who attends to whom, where, how much
 *   half:  through what the query asks, or the key answers, with its control
 *   positions: how much is content and how much distance, or position; "" without positions
 *   writes: what the head writes for that key, and the way it reaches the answer */
const char *reason_place(char *out, size_t size, const Reason *r, bool utf8);
const char *reason_half(char *out, size_t size, const Reason *r, bool key, bool utf8);
const char *reason_positions(char *out, size_t size, const Reason *r);
const char *reason_writes(char *out, size_t size, const Reason *r, bool utf8);

/* Whether the view shows that unit: sources as a whole, but in layer 0 each part. */
bool reason_shows(const WhyHalf *h, int unit);

/* The terminal's view. False with r->s->e.err set: out of memory. */
bool reason_show(const Term *t, const Reason *r);

/* The key "why" (cli/explain/json/json.h); null for NULL. */
void reason_json(Json *j, const Reason *r);
#endif
