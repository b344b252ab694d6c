#ifndef CLI_EXPLAIN_SUBJECT_H
#define CLI_EXPLAIN_SUBJECT_H
#include "explain/trace.h"
#include "files/model.h"

enum { SUBJECT_NOTES = 4, SUBJECT_NOTE = 240 };

/* What is explained: a model, its pass over a prompt, and the row to show. */
typedef struct Subject {
    char          path[1024];               /* of the model                                         */
    Model         model;
    Explain       e;
    size_t        n_given;                  /* characters of the prompt, before it is cut to the context    */
    ExplainRow    at;                       /* the row shown                                        */
    bool          chosen;                   /* layer or head chosen by largest push, not requested  */
    ExplainRow    wanted;                   /* as requested; numbers below 0: not given             */
    const char   *target_why;               /* "the most probable", …                               */
    bool          given;                    /* ... and it is another reason                         */
    char          notes[SUBJECT_NOTES][SUBJECT_NOTE];
    int           n_notes;                  /* sentences shown above everything                     */
} Subject;

/* What the user requested. Numbers below 0 and NULL mean "not given". */
typedef struct SubjectRequest {
    const char *model, *prompt, *target;    /* prompt "-": standard input */
    int         pos, layer, head, row;
    char        place[32];                  /* "--at 3.2.45" if one flag gave several of them, else ""  */
    const int  *watched;                    /* if not NULL, n_watched tokens instead of the prompt, */
    int         n_watched;                  /* followed by the target                               */
} SubjectRequest;

/* Loads the model (default: that of the newest run), cuts the prompt to its last `context` characters, runs
 * forward and backward, and chooses the row. False with *err set; *misuse: the request is at fault, not the file. Call
 * subject_close in either case, and do not move *s until then. */
bool subject_open(Subject *s, const SubjectRequest *a, bool *misuse, Err *err);
void subject_close(Subject *s);

/* All tokens of a text, malloc'd, perhaps none; "-" is standard input. NULL with *err set: a character that the
 * vocabulary lacks, or a file that cannot be read. */
int *subject_tokens(const Subject *s, const char *text, size_t *n, Err *err);

/* letter (V), by token: what words consist of; apostrophes, so that "don't" is one. Lives as long as the subject; NULL
 * with s->e.err set: out of memory. */
bool *subject_letters(Subject *s);

/* The character of token id; that at position i of the prompt. */
static inline uint32_t subject_char(const Subject *s, int id) { return s->model.file.vocab.chars[id]; }
static inline uint32_t subject_at(const Subject *s, int i) { return s->model.file.vocab.chars[s->e.ids[i]]; }

/* Whether the user asked for no layer, head or row, so that the program may choose them. */
static inline bool subject_free(const Subject *s)
{
    return s->wanted.layer < 0 && s->wanted.head < 0 && s->wanted.row < 0;
}
#endif
