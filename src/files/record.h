#ifndef FILES_RECORD_H
#define FILES_RECORD_H
#include "base/err.h"
#include <stddef.h>

/* A struct as readable lines "key value\n", by a table of its fields; what is written reads back to
 * the same bits, whatever the locale. */

/* The type of a field in memory, and its form: int and long in decimal; double in the fewest digits
 * (15 to 17) that give it back, RECORD_LOSS also as "nan", "inf"; uint64_t as 16 hex digits, bool as
 * 0 or 1. */
typedef enum RecordKind { RECORD_INT, RECORD_LONG, RECORD_REAL, RECORD_LOSS, RECORD_BITS, RECORD_FLAG } RecordKind;

typedef struct RecordField {
    const char *key;                        /* no spaces, shorter than 40                        */
    RecordKind  kind;
    size_t      at;                         /* offsetof in the struct                            */
    double      low, high;                  /* what is allowed, both included (INT, LONG, REAL)  */
    bool        optional;                   /* left out of the file when 0; 0 when not there     */
} RecordField;

/* At most this many characters a field. */
enum { RECORD_LINE = 80 };

/* Writes the fields of `from` to `out` (n * RECORD_LINE characters); how many characters. */
size_t record_write(const void *from, const RecordField *fields, int n, char *out);

/* Reads them from the len characters of `text` into `to`, in any order. Keys beginning with "x-"
 * are passed over. False for: another unknown key, one that comes twice or not at all, a value that
 * is out of range or that record_write would have written differently. */
bool record_read(void *to, const RecordField *fields, int n, const char *text, size_t len, Err *err);
#endif
