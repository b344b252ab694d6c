#ifndef FILES_SAFETENSORS_H
#define FILES_SAFETENSORS_H
#include "base/file.h"
#include "base/json_read.h"
#include "files/tensors.h"

/* The format safetensors (github.com/huggingface/safetensors, README "Format"): u64 length of the header, a JSON
 * object that tells each tensor's type, shape and place, then the numbers. */

enum { SAFE_RANK = 8, SAFE_TENSORS = 65536, SAFE_HEADER = 100000000 };

/* A type of numbers: those that are read here, and the rest, of which only the size is known. */
typedef struct SafeType {
    const char *name;
    int         bits;
    float     (*number)(const char *);      /* NULL: it is not read here */
} SafeType;

typedef struct SafeTensor {
    JsonText        name;
    const SafeType *type;
    int             rank;
    uint64_t        dim[SAFE_RANK], len;    /* len: how many numbers                    */
    uint64_t        begin, end;             /* bytes, from the first behind the header  */
} SafeTensor;

/* A line of "__metadata__". */
typedef struct SafeNote {
    JsonText key, value;
} SafeNote;

/* A file that was read; texts are within its bytes. */
typedef struct Safetensors {
    FileData    file;
    const char *data;                       /* behind the header        */
    SafeTensor *list;                       /* (n) ordered by name      */
    SafeNote   *notes;                      /* (n_notes) ordered by key */
    size_t      n, n_notes;
    bool        noted;                      /* there is "__metadata__"  */
} Safetensors;

/* Reads the file whole and checks all of it before anything is believed: sizes, UTF-8, JSON, that tensors lie one
 * behind the other without gap or overlap and end with the file, that each is as long as its shape says, and that no
 * name comes twice. What numbers are is not looked at. False with nothing to close. */
bool safetensors_open(Safetensors *f, const char *path, Err *err);

/* The same of bytes that are in f->file already; f is otherwise { 0 }. On failure they are freed. */
bool safetensors_read(Safetensors *f, Err *err);
void safetensors_close(Safetensors *f);

/* The tensor, or the value of the metadata, of that name; NULL when there is none. */
const SafeTensor *safetensors_find(const Safetensors *f, const char *name);
const JsonText   *safetensors_note(const Safetensors *f, const char *key);

/* Writes such a file: the tensors, which are put in order by name, as float32, and n pairs (key, value) of
 * metadata. */
void safetensors_write(Buffer *b, FileTensors *tensors, const SafeNote *notes, size_t n);
#endif
