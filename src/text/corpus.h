#ifndef TEXT_CORPUS_H
#define TEXT_CORPUS_H
#include "base/err.h"
#include "base/hash/blake2b.h"
#include "text/vocab.h"
#include <stddef.h>
#include <stdint.h>

/* A text as tokens of one or two bytes each, and statistics from reading it. */
typedef struct Corpus {
    size_t    n;                            /* tokens                                              */
    size_t    n_train;                      /* the training part; the rest is for validation      */
    uint8_t  *narrow;                       /* (n) when the vocabulary has at most 256 tokens,     */
    uint16_t *wide;                         /* (n) when it has more; the other one is NULL         */
    uint64_t  hash;                         /* of the files' bytes as they were read (base/hash.h) */
    Digest    digest;                       /* of the same bytes, cryptographic: b2sum -l 256 FILE */
    size_t    bytes;                        /* how many those were                                 */
    size_t    characters, distinct;         /* after BOM and line ends, before splitting into bytes */
    size_t    boms, crlf, cr;               /* byte order marks dropped, line ends made LF         */
    size_t    invalid;                      /* bytes of invalid UTF-8                              */
    size_t    split;                        /* characters written as their bytes                   */
    size_t    skipped;                      /* characters skipped: the vocabulary lacks them       */
    bool      lacking;                      /* not read: the vocabulary lacks some                 */
    bool      not_text;                     /* not read: a file is no text, and text_only          */
    size_t    joined;                       /* line ends added between files                       */
    size_t    files, left_out;              /* of folders: files read; others, not read            */
    char      named[240], unread[240];      /* the names of those, as many as fit; why not read    */
} Corpus;

typedef struct CorpusOptions {
    int  cap;                               /* maximum tokens of a new vocabulary (VOCAB_CAP)      */
    bool keep_cr;                           /* keep CR and CRLF                                    */
    bool skip_unknown;                      /* skip characters that a given vocabulary lacks       */
    bool text_only;                         /* refuse what is no text (kind.h)                     */
    bool folders;                           /* of a folder read its text files (folder.h)          */
    uint64_t hash;                          /* of the text wanted, 0: any. Earlier versions joined */
                                            /* files as they are: a corpus with such a hash, too   */
} CorpusOptions;

/* Reads the files in order ("-" is standard input); with `folders`, of a folder those in it that are text and
 * can be read. Adds a line end between files where one lacks it. Drops a byte order mark at the start of a file; turns
 * CRLF and CR into LF. With v->n == 0, makes the vocabulary from the text; the caller frees both.
 * Otherwise (resuming, scoring) uses v. n_train is n until corpus_split. False when a file cannot be read, all are
 * empty, a given vocabulary lacks a character (with skip_unknown: all of them; c->lacking says so), or out of memory.
 * A text of one distinct character is not an error. */
bool corpus_read(Corpus *c, char *const *paths, int n_paths, CorpusOptions o, Vocab *v, Err *err);
void corpus_free(Corpus *c);

/* Makes the last `fraction`, in [0,1), the validation part: n_train = int(n * (1 - fraction)). */
void corpus_split(Corpus *c, double fraction);

/* Token i < n. */
static inline int corpus_token(const Corpus *c, size_t i) { return c->narrow ? c->narrow[i] : c->wide[i]; }

/* Copies the tokens start .. start+n-1, which must exist, to out. */
void corpus_window(const Corpus *c, size_t start, size_t n, int *out);
#endif
