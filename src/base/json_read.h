#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* A strict pull parser for untrusted JSON (RFC 8259): no comments, no trailing commas, UTF-8 only, at most 63 levels.
 * Strings are decoded in place, so the input is modified and nothing is allocated. The first error is kept, and every
 * later call returns false.
 *
 *     JsonRead r = json_read(p, n, err);
 *     json_read_object(&r);
 *     while (json_read_key(&r, &key))
 *         if (json_text_is(key, "shape")) … else json_read_skip(&r);
 *     return json_read_end(&r);
 *
 * Read all keys of an object, and the value of each, before reading what follows the object. */
typedef struct JsonRead {
    char    *p;
    size_t   len, at;
    int      depth;
    uint64_t begun;                         /* bit d: depth d already has an element */
    Err     *err;
} JsonRead;

/* A decoded string within the input; it may contain NUL and is not NUL-terminated. */
typedef struct JsonText {
    const char *s;
    size_t      n;
} JsonText;

/* Starts reading the n bytes at p, which must outlive the reader. */
JsonRead json_read(char *p, size_t n, Err *err);

bool json_read_object(JsonRead *r);
bool json_read_key(JsonRead *r, JsonText *key);     /* false also at the end of the object */
bool json_read_array(JsonRead *r);
bool json_read_item(JsonRead *r);                   /* an item follows; false also at the end */

bool json_read_text(JsonRead *r, JsonText *x);
bool json_read_count(JsonRead *r, uint64_t *x);     /* an integer from 0 to 2^64 - 1, digits only */
bool json_read_number(JsonRead *r, double *x);
bool json_read_bool(JsonRead *r, bool *x);

/* True, and consumed, if the next value is null. */
bool json_read_null(JsonRead *r);

/* Skips one value of any type. */
bool json_read_skip(JsonRead *r);

/* A key of an object, and the function that reads its value into the field at offset `at` of a struct. */
typedef struct JsonField {
    const char *key;
    bool      (*read)(JsonRead *r, void *field);
    size_t      at;
} JsonField;

/* Reads an object into the struct x: each of n <= 32 keys at most once, in any order; the first `needed` are
 * required. With `others` unknown keys are skipped, else refused. False with an error that names the key. */
bool json_read_fields(JsonRead *r, const JsonField *fields, unsigned n, unsigned needed, bool others, void *x);

/* Only white space may be left. True if there was no error at all. */
bool json_read_end(JsonRead *r);

/* Reports an error at the current byte; returns false. */
bool json_read_fail(JsonRead *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Equality with s; order by bytes: negative, 0 or positive. */
bool json_text_is(JsonText x, const char *s);
int  json_text_order(JsonText a, JsonText b);
#endif
