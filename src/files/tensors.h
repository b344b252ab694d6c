#ifndef FILES_TENSORS_H
#define FILES_TENSORS_H
#include "base/buffer.h"
#include "files/arch.h"
#include "model/gpt.h"

enum { FILE_TENSOR_NAME = 64 };

/* How a file has the numbers of the model. */
typedef enum FileTensorAs {
    FILE_TENSOR_AS_IS,
    FILE_TENSOR_TRANSPOSED,                 /* the file has (in, out), the model (out, in)           */
    FILE_TENSOR_REPEATED,                   /* a vector of one number, the model's first             */
    FILE_TENSOR_ONES,                       /* a vector of ones, which the model lacks               */
    FILE_TENSOR_NORMALIZED                  /* each row RMS-normalized                               */
} FileTensorAs;

/* A tensor in a file of another format, and the array of the model that holds its numbers. */
typedef struct FileTensor {
    char  name[FILE_TENSOR_NAME];
    int   rank, dim[2];                     /* in the file; dim[1] is 1 for a vector                 */
    real *val;                              /* the model's, row-major; NULL: the model has none, all 0 */
    FileTensorAs as;
} FileTensor;

typedef struct FileTensors {
    FileTensor *list;
    size_t n;
} FileTensors;

/* Names and layout: Hugging Face's, which has GPT-2's linear weights transposed, or llama.cpp's. */
typedef enum TensorNaming { TENSORS_HF, TENSORS_GGUF } TensorNaming;

/* All parameters under their own names. With `head`, a tied output matrix is listed too, as in PyTorch's
 * state_dict. tensors_free frees the list; it points into g. False when out of memory. */
bool tensors_own(FileTensors *a, const Gpt *g, bool head, Err *err);

/* All tensors of GPT-2 or Apertus under the names of another program. Biases that the model lacks are listed with val
 * NULL. The shape must be of that architecture (files/arch.h). */
bool tensors_of(FileTensors *a, const Gpt *g, Arch arch, TensorNaming names, Err *err);
bool tensors_apertus(FileTensors *a, const Gpt *g, TensorNaming names, Err *err);
void tensors_free(FileTensors *a);

/* For these functions: an empty list with room for n, and appending to it. t NULL: all 0. */
bool tensors_allocate(FileTensors *a, size_t n, Err *err);
FileTensor *tensors_append(FileTensors *a, const char *name, int rank, const int *dim, const Tensor *t);

/* Sorts the list by name, bytewise. */
void tensors_sort(FileTensors *a);

/* Where val has number (i, j) of the file. Not for a vector of ones. */
size_t tensors_at(const FileTensor *a, size_t i, size_t j);

/* How many numbers it has. */
size_t tensors_len(const FileTensor *a);

/* Bytes of all of them as float32. */
uint64_t tensors_bytes(const FileTensors *a);

/* Appends the numbers as float32, in the order of the file. */
void tensors_write(const FileTensor *a, Buffer *b);
#endif
