#ifndef FILES_CHECKPOINT_H
#define FILES_CHECKPOINT_H
#include "base/file.h"
#include "engine/params.h"
#include "model/settings.h"
#include "text/vocab.h"
#include <stdint.h>

/* The file model.heed: everything that sampling, explaining and resuming need.
 *
 *   offset   bytes
 *   0        8      89 68 65 65 64 0d 0a 1a: "heed" between bytes that a transfer in text mode changes
 *   8        4      u32, version of the format: 1
 *   12       4      u32, N: length of the header
 *   16       N      the header: lines "key value\n" in ASCII (files/record.h), the keys of
 *                   checkpoint.c's table; `head -c 1000 model.heed` shows them. Keys that begin with
 *                   "x-" are for others and are passed over; any other unknown key is an error.
 *   16+N     K      the vocabulary: u32 count, u32 a token (text/vocab.h)
 *   16+N+K   4 P    the parameters in the order of gpt_init's table, each row-major, float32,
 *                   without gaps; P numbers as the shape in the header says
 *            8 P    only with "moments 1" in the header: AdamW's m of all parameters, then v
 *   end-4    4      u32, CRC-32 of all bytes before (base/hash.h)
 *
 * Numbers are little-endian on every host, and float32 in both builds: the double build rounds on
 * saving and widens on loading. Runs that are equal leave equal bytes: the file holds no time of
 * day, no path, no thread count, and elapsed seconds only under a time budget. */

/* What a model file says. The vocabulary is the caller's in checkpoint_save, and belongs to the
 * Checkpoint after checkpoint_open. */
typedef struct Checkpoint {
    Config        config;
    Vocab         vocab;
    uint64_t      corpus_hash;              /* Corpus.hash of what it was trained on               */
    TrainSettings settings;
    TrainState    state;
    bool          moments;                  /* read from a file: m and v are there to resume from  */
    FileData      file;                     /* between open and load: the file's bytes             */
    size_t        numbers_at;               /* where in them the parameters begin                  */
} Checkpoint;

/* Writes the file, all or nothing (file_replace). c->config must be the shape that p was made for.
 * m and v are written when p has them (c->moments is not read). No second copy of the numbers is
 * made, except in the double build and on big-endian hosts. */
bool checkpoint_save(const char *path, const Checkpoint *c, const Params *p, Err *err);

/* Reads the file whole and checks all of it: form, checksum, every size against the file's length
 * before anything is made of that size. Then config tells the shape to gpt_init. False with
 * nothing to close and a sentence: no model file (and what it looks like), damaged by a transfer,
 * cut short and by how much, damaged, from a newer version, a header or shape that cannot be. */
bool checkpoint_open(Checkpoint *c, const char *path, Err *err);

/* Copies the parameters to p, which gpt_init made from c->config and params_alloc gave memory, and
 * m and v when both the file and p have them (check c->moments before resuming). Frees the file's
 * bytes: it can be done once. False when p is of another shape. */
bool checkpoint_load(Checkpoint *c, Params *p, Err *err);

/* The header's lines, as other formats carry them: into out, how many characters. "moments" is 0 there, as
 * such files hold none. */
enum { CHECKPOINT_LINES = 8192 };
size_t checkpoint_describe(const Checkpoint *c, char out[CHECKPOINT_LINES]);

/* Takes them back: shape, settings and state, and nothing else of c. False for lines that cannot be. */
bool checkpoint_understand(Checkpoint *c, const char *text, size_t len, Err *err);

/* Frees the vocabulary, and the file's bytes if they were not loaded. */
void checkpoint_close(Checkpoint *c);
#endif
