#ifndef FILES_RECEIPT_RECEIPT_H
#define FILES_RECEIPT_RECEIPT_H
#include "base/hash/blake2b.h"
#include "files/checkpoint.h"

/* The file receipt.json: what a training says it has computed, in stretches that anyone can compute again (the command
 * verify). A receipt has a segment for each set of settings, text and program; a segment has an entry for its first
 * step, for each step that is due (receipt_due) and for its last one. Between two entries lies a stretch.
 *
 * Chained: the hash of each part covers that of the part before, so that the last one stands for all. Digests are
 * BLAKE2b-256, of text that ends with these lines; <…> is a digest in hex, `after` the one before, zeros at first:
 *
 *     segment               entry
 *     after <…>             after <…>
 *     program heed 0.1.0    step 250
 *     text <…>              state <…>
 *     vocabulary <…>        log <…>
 *     hash_every 0          loss 2.301234
 *     change                val 2.298765            or "val -": not measured
 *     layers 4                                      the header of the model file, without moments
 *     … */

/* After a step. Losses are kept to six digits after the point, as in the log. */
typedef struct ReceiptEntry {
    long   step;
    Digest state;                           /* receipt_state                                        */
    Digest log;                             /* of the log's rows since the entry before (log_fixed) */
    double loss, val;                       /* nats per character; NaN: not measured                */
    Digest chain;                           /* of this entry and all before                         */
} ReceiptEntry;

typedef struct ReceiptSegment {
    char          program[40];              /* "heed 0.1.0"                                         */
    Digest        text, vocab;              /* Corpus.digest; of vocab_write's bytes                */
    long          every;                    /* an entry each so many steps, too; 0: none            */
    char         *change;                   /* what differs from the segment before, malloc'd       */
    Checkpoint    head;                     /* shape, settings and state at its first step, and     */
                                            /* corpus_hash; no vocabulary                           */
    Digest        chain;                    /* of all this and what was before                      */
    ReceiptEntry *entries;                  /* (n)                                                  */
    size_t        n, room;
} ReceiptSegment;

/* Starts as { 0 }. */
typedef struct Receipt {
    ReceiptSegment *segments;               /* (n)                                                  */
    size_t          n;
} Receipt;

/* Is an entry due after `step`? After each evaluation, and each `every` steps. */
bool receipt_due(const ReceiptSegment *s, long step);

/* Appends a copy of `head`, with `change` copied and no entries. False only when out of memory. */
bool receipt_begin(Receipt *r, const ReceiptSegment *head, Err *err);

/* Appends an entry to the last segment, its `chain` computed. False only when out of memory. */
bool receipt_add(Receipt *r, const ReceiptEntry *e, Err *err);

/* Keeps the first `segments`, and `entries` of the last of them. */
void receipt_cut(Receipt *r, size_t segments, size_t entries);

ReceiptSegment *receipt_last(const Receipt *r);     /* the last segment, or NULL                    */
Digest receipt_digest(const Receipt *r);            /* of all of it; zeros when empty               */

void receipt_free(Receipt *r);

/* Does the receipt agree with itself: are all digests those of what they cover, and its steps those that are due?
 * False with the first part that was changed, removed or moved. Someone who computes the digests anew passes: only
 * recomputing the training tells. */
bool receipt_check(const Receipt *r, Err *err);

/* Replaces the file. The same receipt always has the same bytes. */
bool receipt_write(const char *path, const Receipt *r, Err *err);

/* How every receipt starts, to tell it from other programs' files. */
extern const char receipt_start[];

/* Parses a file as untrusted input: strict JSON with just these keys. False with nothing to free. */
bool receipt_read(Receipt *r, const char *path, Err *err);
#endif
