#ifndef CLI_EXPLAIN_PLACES_H
#define CLI_EXPLAIN_PLACES_H
#include "cli/explain/options.h"
#include "cli/explain/subject.h"
#include "explain/edit.h"

/* Places as the output writes them: layer.head, layer.head.row, a position, a range of positions, a word. */

/* Sets layer, head and row of the request from --layer, --head, --row and --at; below 0: not given. False with a
 * sentence when one is malformed or they contradict each other. */
bool places_row(const ExplainOptions *o, SubjectRequest *a, Err *err);

/* Sets chosen[j] of the positions (e.T) that `text` names: positions (18), ranges (18-22), words (thumb: each place
 * where it occurs; the#2: the second), separated by commas. A stretch of text is a word when no letter or digit
 * precedes or follows it. False with a sentence. */
bool places_characters(Subject *s, const char *text, bool *chosen, Err *err);

/* Completes the edits of edit_flags_parse with what only the subject tells, the characters of words and the number of
 * layers and heads, and checks them. False with a sentence that names the flag. */
bool places_edits(const ExplainOptions *o, Subject *s, ExplainEdit *edits, int n, Err *err);
#endif
