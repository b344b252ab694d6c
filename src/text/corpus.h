#ifndef TEXT_CORPUS_H
#define TEXT_CORPUS_H
#include "base/err.h"
#include "text/vocab.h"
#include <stddef.h>
#include <stdint.h>

/* A text as tokens, one or two bytes each, and what was seen while reading it. */
typedef struct Corpus {
    size_t    n;                            /* tokens                                              */
    size_t    n_train;                      /* the first of them, trained on; the rest validate    */
    uint8_t  *narrow;                       /* (n) when the vocabulary has at most 256 tokens,     */
    uint16_t *wide;                         /* (n) when it has more; the other one is NULL         */
    uint64_t  hash;                         /* of the files' bytes as they were read (base/hash.h) */
    size_t    bytes;                        /* how many those were                                 */
    size_t    characters, distinct;         /* after BOM and line ends, before splitting into bytes */
    size_t    boms, crlf, cr;               /* byte order marks dropped, line ends made LF         */
    size_t    invalid;                      /* bytes that are no UTF-8                             */
    size_t    split;                        /* characters written as their bytes                   */
    size_t    skipped;                      /* characters left out: the vocabulary lacks them      */
    bool      lacking;                      /* it was not read because the vocabulary lacks some   */
} Corpus;

typedef struct CorpusOptions {
    int  cap;                               /* most tokens of a new vocabulary (VOCAB_CAP)         */
    bool keep_cr;                           /* leave line ends alone                               */
    bool skip_unknown;                      /* leave out what a given vocabulary lacks             */
} CorpusOptions;

/* Reads the files one after the other ("-" is standard input). A byte order mark at the start of a
 * file is dropped; CRLF and single CR become LF. With v->n == 0 the vocabulary is made from
 * the text and is the caller's to free, as the corpus is; otherwise (resume, scoring a text) it is
 * used as it is. n_train is n until corpus_split. False when a file cannot be read, all are
 * empty, a given vocabulary lacks a character (with skip_unknown: all of them; then c->lacking), or memory ends.
 * One distinct character is no error: whoever trains on it should say that there is nothing to
 * learn. */
bool corpus_read(Corpus *c, char *const *paths, int n_paths, CorpusOptions o, Vocab *v, Err *err);
void corpus_free(Corpus *c);

/* Sets n_train: the last `fraction`, in [0,1), is for validation; rounded as int(n * (1 - fraction)). */
void corpus_split(Corpus *c, double fraction);

/* Token i < n. */
static inline int corpus_token(const Corpus *c, size_t i) { return c->narrow ? c->narrow[i] : c->wide[i]; }

/* Tokens start .. start+n-1, all of which exist, into out. */
void corpus_window(const Corpus *c, size_t start, size_t n, int *out);
#endif
