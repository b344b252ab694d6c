#ifndef FILES_TENSORS_H
#define FILES_TENSORS_H
#include "base/buffer.h"
#include "model/gpt.h"

enum { FILE_TENSOR_NAME = 64 };

/* A tensor in a file of another format, and the array of the model that holds its numbers. */
typedef struct FileTensor {
    char  name[FILE_TENSOR_NAME];
    int   rank, dim[2];                     /* in the file; dim[1] is 1 for a vector                 */
    real *val;                              /* the model's, row-major; NULL: the model has none, all 0 */
    bool  transposed;                       /* the file has (in, out), the model (out, in)           */
} FileTensor;

typedef struct FileTensors {
    FileTensor *list;
    size_t n;
} FileTensors;

/* Names and layout of GPT-2's tensors: Hugging Face's, with transposed linear weights, or llama.cpp's. */
typedef enum TensorNaming { TENSORS_HF, TENSORS_GGUF } TensorNaming;

/* All parameters under their own names. With `head`, a tied output matrix is listed too, as in PyTorch's
 * state_dict. tensors_free frees the list; it points into g. False when out of memory. */
bool tensors_own(FileTensors *a, const Gpt *g, bool head, Err *err);

/* All tensors of a GPT-2 under the names of another program. Biases that the model lacks are listed with val NULL. The
 * shape must pass tensors_gpt2_holds. */
bool tensors_gpt2(FileTensors *a, const Gpt *g, TensorNaming names, Err *err);
void tensors_free(FileTensors *a);

/* Is a model of that shape a GPT-2? If not, err lists what `format` cannot hold. */
bool tensors_gpt2_holds(const Config *c, const char *format, Err *err);

/* Sorts the list by name, bytewise. */
void tensors_sort(FileTensors *a);

/* How many numbers it has. */
size_t tensors_len(const FileTensor *a);

/* Bytes of all of them as float32. */
uint64_t tensors_bytes(const FileTensors *a);

/* Appends the numbers as float32, in the order of the file. */
void tensors_write(const FileTensor *a, Buffer *b);
#endif
