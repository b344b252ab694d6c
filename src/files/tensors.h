#ifndef FILES_TENSORS_H
#define FILES_TENSORS_H
#include "base/buffer.h"
#include "model/gpt.h"

enum { FILE_TENSOR_NAME = 64 };

/* A tensor of a file in another format, and where its numbers are in our model. */
typedef struct FileTensor {
    char  name[FILE_TENSOR_NAME];
    int   rank, dim[2];                     /* in the file; dim[1] is 1 for a vector                   */
    real *val;                              /* the model's, row-major; NULL: it has none, they are 0   */
    bool  turned;                           /* the file's matrix is ours transposed, (in, out)         */
} FileTensor;

typedef struct FileTensors {
    FileTensor *list;
    size_t n;
} FileTensors;

/* How GPT-2's tensors are called and stored: in Hugging Face's files, linear weights transposed, or in
 * llama.cpp's. */
typedef enum TensorNaming { TENSORS_HF, TENSORS_GGUF } TensorNaming;

/* All parameters under their own names. `head`: an output matrix that is the embedding is listed too, as
 * PyTorch's state_dict does. */
bool tensors_own(FileTensors *a, const Gpt *g, bool head, Err *err);

/* All tensors of a GPT-2 under the names of others; biases that our model does not have are listed with val
 * NULL. The model must be one that tensors_gpt2_holds. */
bool tensors_gpt2(FileTensors *a, const Gpt *g, TensorNaming names, Err *err);
void tensors_free(FileTensors *a);

/* Is a model of that shape a GPT-2? If not the sentence says what `format` cannot hold, and what can. */
bool tensors_gpt2_holds(const Config *c, const char *format, Err *err);

/* Orders the list by name, bytewise. */
void tensors_sort(FileTensors *a);

size_t tensors_len(const FileTensor *a);

/* How many bytes all of them take as float32. */
uint64_t tensors_bytes(const FileTensors *a);

/* The numbers as float32, in the file's order. */
void tensors_write(const FileTensor *a, Buffer *b);
#endif
