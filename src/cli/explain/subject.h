#ifndef CLI_EXPLAIN_SUBJECT_H
#define CLI_EXPLAIN_SUBJECT_H
#include "explain/trace.h"
#include "files/model.h"

enum { SUBJECT_NOTES = 4, SUBJECT_NOTE = 240 };

/* What is explained: a model, a prompt in it, and the row that is shown. */
typedef struct Subject {
    char          path[1024];               /* of the model                                         */
    Model         model;
    Explain       e;
    ExplainPlace  at;                       /* the row shown                                        */
    bool          chosen;                   /* its head was chosen by its push, not asked for       */
    const char   *target_why;               /* "the most probable", …                               */
    char          notes[SUBJECT_NOTES][SUBJECT_NOTE];
    int           n_notes;                  /* sentences to show above everything                   */
} Subject;

/* What the user asked for. Numbers below 0 and NULL mean "not said". */
typedef struct SubjectAsked {
    const char *model, *prompt, *target;    /* prompt "-": standard input */
    int         pos, layer, head, row;
    const int  *watched;                    /* not NULL: tokens in place of prompt and target, which is */
    int         n_watched;                  /* the one behind these n_watched                           */
} SubjectAsked;

/* Loads the model (run/best.heed, else run/model.heed), takes the prompt's last characters that it can
 * see, runs forward and backward, and chooses the row. False with a sentence; *misuse says that the
 * request is to blame and not the file. subject_close in either case; *s must not move. */
bool subject_open(Subject *s, const SubjectAsked *a, bool *misuse, Err *err);
void subject_close(Subject *s);

/* The character of token id, and of position i of the prompt. */
static inline uint32_t subject_char(const Subject *s, int id) { return s->model.file.vocab.chars[id]; }
static inline uint32_t subject_at(const Subject *s, int i) { return s->model.file.vocab.chars[s->e.ids[i]]; }
#endif
