#ifndef FILES_CHECKPOINT_H
#define FILES_CHECKPOINT_H
#include "base/file.h"
#include "engine/params.h"
#include "model/settings.h"
#include "text/counting/prior.h"
#include "text/vocab.h"
#include <stdint.h>

/* The file model.heed: everything that sampling, explaining and resuming need. Parsed as untrusted input.
 *
 *   offset   bytes
 *   0        8      89 68 65 65 64 0d 0a 1a: "heed" between bytes that a transfer in text mode changes
 *   8        4      u32, version of the format: 1
 *   12       4      u32, N: length of the header
 *   16       N      the header: lines "key value\n" in ASCII (files/record.h), the keys of
 *                   checkpoint.c's table; `head -c 1000 model.heed` shows them. Keys that start with
 *                   "x-" are reserved for other programs and ignored; other unknown keys are errors.
 *   16+N     K      the vocabulary: u32 count, u32 a token (text/vocab.h)
 *   16+N+K   4 P    the parameters in the order of model/gpt_params.h, each row-major, float32,
 *                   without gaps; P = gpt_params_count of the shape in the header
 *            8 P    only with "moments 1" in the header: the optimizer's m of all parameters, then v
 *            S      only with "counts 1" in the header: the text that is counted (files/counted.h)
 *   end-4    4      u32, CRC-32 of all bytes before (base/hash.h)
 *
 * Numbers are little-endian on every host, and float32 in both builds: the double build rounds on
 * saving and widens on loading. Equal runs leave equal bytes: the file has no time of
 * day, path or thread count, and elapsed seconds only under a time budget. */

/* The contents of a model file. The vocabulary is the caller's in checkpoint_save, and the Checkpoint's after
 * checkpoint_open. */
typedef struct Checkpoint {
    Config        config;
    Vocab         vocab;
    uint64_t      corpus_hash;              /* Corpus.hash of the training text                    */
    TrainSettings settings;
    TrainState    state;
    bool          moments;                  /* the file has m and v to resume from                 */
    FileData      file;                     /* the file's bytes, between open and load             */
    size_t        numbers_at;               /* offset of the parameters in them                    */
    const Prior  *prior;                    /* the caller's: what checkpoint_save writes of a model with counts */
} Checkpoint;

/* Writes the file whole or not at all (file_replace). c->config must be p's shape. Writes m and v if p has them
 * (c->moments is not read). Copies the numbers only in the double build and on big-endian hosts. */
bool checkpoint_save(const char *path, const Checkpoint *c, const Params *p, Err *err);

/* Reads the whole file and checks it: format, checksum, and every size against the file's length before anything of
 * that size is allocated. Afterwards gpt_init can use c->config. False with nothing to close: not a model file (err
 * says what it looks like), changed by a transfer, truncated (by how much), damaged, from a newer version, an invalid
 * header or shape. */
bool checkpoint_open(Checkpoint *c, const char *path, Err *err);

/* Copies the parameters to p, made by gpt_init from c->config and params_alloc, and m and v if both the file and p have
 * them (check c->moments before resuming). Frees the file's bytes, so call it once. False for another shape. */
bool checkpoint_load(Checkpoint *c, Params *p, Err *err);

/* The counts of a model whose config has them, from the file's bytes: before checkpoint_load. The caller frees *p.
 * False with nothing held. */
bool checkpoint_counts(const Checkpoint *c, Prior *p, Err *err);

/* Writes the header's lines to out, for files of other formats, with "moments" 0; returns their length. */
enum { CHECKPOINT_LINES = 8192 };
size_t checkpoint_describe(const Checkpoint *c, char out[CHECKPOINT_LINES]);

/* Parses them into the shape, settings and state of c. False for invalid lines. */
bool checkpoint_understand(Checkpoint *c, const char *text, size_t len, Err *err);

/* Frees the vocabulary, and the file's bytes if they were never loaded. */
void checkpoint_close(Checkpoint *c);
#endif
