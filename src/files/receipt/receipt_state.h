#ifndef FILES_RECEIPT_RECEIPT_STATE_H
#define FILES_RECEIPT_RECEIPT_STATE_H
#include "base/hash/blake2b.h"
#include "engine/params.h"
#include "files/checkpoint.h"

/* The digest of what a step of training changes: all parameters, then the optimizer's moments m and v, as the bytes
 * that model.heed has of them (checkpoint.h: 12 P bytes, float32, little-endian, without gaps). p has its moments. */
Digest receipt_state(const Params *p);

/* The same from the bytes of a file, between checkpoint_open and checkpoint_load; c->moments must be true. */
Digest receipt_state_of_file(const Checkpoint *c);
#endif
