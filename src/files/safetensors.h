#ifndef FILES_SAFETENSORS_H
#define FILES_SAFETENSORS_H
#include "base/file.h"
#include "base/json_read.h"
#include "files/tensors.h"

/* The format safetensors (github.com/huggingface/safetensors, README "Format"): a u64 header length, a JSON object with
 * type, shape and byte range of each tensor, then the numbers. Files are parsed as untrusted input. */

enum { SAFE_RANK = 8, SAFE_TENSORS = 65536, SAFE_HEADER = 100000000 };

/* A number type; of those that heed does not read only the size is known. */
typedef struct SafeType {
    const char *name;
    int         bits;
    float     (*number)(const char *);      /* NULL: heed does not read it */
} SafeType;

typedef struct SafeTensor {
    JsonText        name;
    const SafeType *type;
    int             rank;
    uint64_t        dim[SAFE_RANK], len;    /* len: the product of dim                  */
    uint64_t        begin, end;             /* bytes after the header                   */
} SafeTensor;

/* An entry of "__metadata__". */
typedef struct SafeNote {
    JsonText key, value;
} SafeNote;

/* A file in memory; names and notes point into it. */
typedef struct Safetensors {
    FileData    file;
    const char *data;                       /* after the header         */
    SafeTensor *list;                       /* (n) sorted by name       */
    SafeNote   *notes;                      /* (n_notes) sorted by key  */
    size_t      n, n_notes;
    bool        noted;                      /* it has "__metadata__"    */
    JsonText    counted;                    /* of an ONNX file: the text that it counts */
} Safetensors;

/* Reads the whole file and checks it: sizes, UTF-8, JSON, that tensors fill the file without gap or overlap, that each
 * is as long as its shape says, and that names are unique. The numbers are not checked. False with nothing to close. */
bool safetensors_open(Safetensors *f, const char *path, Err *err);

/* The same for bytes already in f->file, with the rest of f zero. Frees them on failure. */
bool safetensors_read(Safetensors *f, Err *err);
void safetensors_close(Safetensors *f);

/* For files of other formats with named tensors: the number type of that name, or NULL; a copy of an entry appended;
 * then all sorted. False when out of memory, for more than SAFE_TENSORS entries, and for a name that comes twice. */
const SafeType *safetensors_type(JsonText name);
bool safetensors_add(Safetensors *f, const SafeTensor *t, Err *err);
bool safetensors_add_note(Safetensors *f, const SafeNote *note, Err *err);
bool safetensors_sort(Safetensors *f, Err *err);

/* The tensor or metadata value of that name, or NULL. */
const SafeTensor *safetensors_find(const Safetensors *f, const char *name);
const JsonText   *safetensors_note(const Safetensors *f, const char *key);

/* Writes a file: the tensors as float32, after sorting them by name, and n metadata entries. */
void safetensors_write(Buffer *b, FileTensors *tensors, const SafeNote *notes, size_t n);
#endif
