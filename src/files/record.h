#ifndef FILES_RECORD_H
#define FILES_RECORD_H
#include "base/err.h"
#include <stddef.h>

/* A struct as readable lines "key value\n", by a table of its fields. Values read back to the same bits in any
 * locale. */

/* The type of a field and its text: int and long in decimal; double in the fewest digits (15 to 17) that round-trip,
 * RECORD_LOSS also "nan" and "inf"; uint64_t as 16 hex digits; bool as 0 or 1. */
typedef enum RecordKind { RECORD_INT, RECORD_LONG, RECORD_REAL, RECORD_LOSS, RECORD_BITS, RECORD_FLAG } RecordKind;

typedef struct RecordField {
    const char *key;                        /* no spaces, shorter than 40                        */
    RecordKind  kind;
    size_t      at;                         /* offsetof in the struct                            */
    double      low, high;                  /* inclusive range (INT, LONG, REAL)                 */
    bool        optional;                   /* omitted when 0; 0 when missing                    */
} RecordField;

/* Maximum characters of a line. */
enum { RECORD_LINE = 80 };

/* Writes the fields of `from` to `out`, which has room for n * RECORD_LINE characters; returns the length. */
size_t record_write(const void *from, const RecordField *fields, int n, char *out);

/* Reads the len characters of `text`, lines in any order, into `to`. Ignores keys that start with "x-". False for other
 * unknown keys, duplicate or missing keys, and values that are out of range or that record_write would not write. */
bool record_read(void *to, const RecordField *fields, int n, const char *text, size_t len, Err *err);
#endif
