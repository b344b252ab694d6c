#ifndef CLI_EXPLAIN_CLAIMS_TEXT_H
#define CLI_EXPLAIN_CLAIMS_TEXT_H
#include "files/checkpoint.h"

/* The text that a model was trained on, and held-out sentences for it. X.tsv holds those of X.txt. */
typedef struct ClaimsText {
    char text[1024], clues[1024];
} ClaimsText;

/* Takes what is given (NULL: nothing) and finds the rest: the text beside given sentences, else the one in the folder
 * data whose hash the model file records; the sentences beside the text. False if there is none, with a sentence that
 * calls the model by the name `model`. */
bool claims_text_find(ClaimsText *x, const char *text, const char *clues, const Checkpoint *c, const char *model,
                      Err *err);

/* The same for those who can do without sentences: x->clues is "" if there are none beside the text. */
bool claims_text_of(ClaimsText *x, const char *text, const char *clues, const Checkpoint *c, const char *model,
                    Err *err);
#endif
