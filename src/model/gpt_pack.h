#ifndef MODEL_GPT_PACK_H
#define MODEL_GPT_PACK_H
#include "model/gpt.h"

/* Weights of linear maps in the order in which the kernel reads them, packed once where they stay the same over
 * many passes. `rounded`: to bfloat16 (kernel/bf16.h). */

/* Bytes that all of them take. */
size_t gpt_pack_bytes(const Gpt *g, bool rounded);

/* Packs them into `room`, which must live until gpt_unpack. A change of the weights needs another gpt_pack. */
void gpt_pack(const Gpt *g, bool rounded, void *room);

/* Linear maps read the weights themselves again. */
void gpt_unpack(const Gpt *g);
#endif
