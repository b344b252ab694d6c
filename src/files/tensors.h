#ifndef FILES_TENSORS_H
#define FILES_TENSORS_H
#include "base/buffer.h"
#include "model/gpt.h"

/* A tensor of a file in another format, and where its numbers are in our model. */
typedef struct Array {
    char  name[64];
    int   rank, dim[2];                     /* in the file; dim[1] is 1 for a vector                   */
    real *val;                              /* the model's, row-major; NULL: it has none, they are 0   */
    bool  turned;                           /* the file's matrix is ours transposed, (in, out)         */
} Array;

typedef struct ArrayList {
    Array *list;
    size_t n;
} ArrayList;

/* How GPT-2's tensors are called and stored: in Hugging Face's files, linear weights transposed, or in
 * llama.cpp's. */
typedef enum ArrayNames { ARRAYS_HF, ARRAYS_GGUF } ArrayNames;

/* All parameters under their own names. `head`: an output matrix that is the embedding is listed too, as
 * PyTorch's state_dict does. */
bool arrays_own(ArrayList *a, const Gpt *g, bool head, Err *err);

/* All tensors of a GPT-2 under the names of others; biases that our model does not have are listed with val
 * NULL. The model must be one that arrays_gpt2_holds. */
bool arrays_gpt2(ArrayList *a, const Gpt *g, ArrayNames names, Err *err);
void arrays_free(ArrayList *a);

/* Is a model of that shape a GPT-2? If not the sentence says what `format` cannot hold, and what can. */
bool arrays_gpt2_holds(const Config *c, const char *format, Err *err);

/* Orders the list by name, bytewise. */
void arrays_sort(ArrayList *a);

size_t array_len(const Array *a);

/* How many bytes all of them take as float32. */
uint64_t arrays_bytes(const ArrayList *a);

/* The numbers as float32, in the file's order. */
void array_write(const Array *a, Buffer *b);
#endif
