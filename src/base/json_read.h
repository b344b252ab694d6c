#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* Reads JSON (RFC 8259) piece by piece, strictly, believing nothing: no comments, no commas too many, UTF-8
 * only, 63 levels at most. Strings are decoded where they stand, so the bytes are changed and nothing is
 * allocated. The first error stays: after it everything is false.
 *
 *     JsonRead r = json_read(p, n, err);
 *     json_read_object(&r);
 *     while (json_read_key(&r, &key))
 *         if (json_text_is(key, "shape")) … else json_read_skip(&r);
 *     return json_read_end(&r);
 *
 * An object's keys must all be taken, and each key's value, before what follows is asked for. */
typedef struct JsonRead {
    char    *p;
    size_t   len, at;
    int      depth;
    uint64_t begun;                         /* bit d: something stands at depth d already */
    Err     *err;
} JsonRead;

/* A decoded string within the bytes that are read; it may hold a byte 0 and has none behind it. */
typedef struct JsonText {
    const char *s;
    size_t      n;
} JsonText;

/* Begins with the n bytes at p, which must stay. */
JsonRead json_read(char *p, size_t n, Err *err);

bool json_read_object(JsonRead *r);
bool json_read_key(JsonRead *r, JsonText *key);     /* false at the object's end, too */
bool json_read_array(JsonRead *r);
bool json_read_item(JsonRead *r);                   /* an item follows; false at the array's end, too */

bool json_read_text(JsonRead *r, JsonText *x);
bool json_read_count(JsonRead *r, uint64_t *x);     /* a whole number from 0 to 2^64 - 1, digits only */
bool json_read_number(JsonRead *r, double *x);
bool json_read_bool(JsonRead *r, bool *x);

/* Is it null? Then that is taken. */
bool json_read_null(JsonRead *r);

/* Passes over one value, whatever it is. */
bool json_read_skip(JsonRead *r);

/* A key that an object may have, and who reads its value into the field at `at` of a struct. */
typedef struct JsonField {
    const char *key;
    bool      (*read)(JsonRead *r, void *field);
    size_t      at;
} JsonField;

/* Reads an object into the struct x: each of n <= 32 keys at most once and in any order, the first `needed` must be
 * there; other keys are passed over, or refused. False with a sentence that names the key. */
bool json_read_fields(JsonRead *r, const JsonField *fields, unsigned n, unsigned needed, bool others, void *x);

/* Nothing but blanks may be left. True when no error came at all. */
bool json_read_end(JsonRead *r);

/* Says what is wrong with what was just read, and where; false. */
bool json_read_fail(JsonRead *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Is it that text; a negative, 0 or positive order by bytes. */
bool json_text_is(JsonText x, const char *s);
int  json_text_order(JsonText a, JsonText b);
#endif
