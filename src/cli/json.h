#ifndef CLI_JSON_H
#define CLI_JSON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Writes JSON to a file, value by value; commas are set by itself. Starts as { .out = file }. Text is
 * escaped so that it can stand inside an HTML script element too. A key is a literal of the caller's,
 * without anything to escape, or NULL within an array. */
typedef struct Json {
    FILE *out;
    int   depth;
    bool  more;                             /* a value stands before the next one */
    bool  lost;                             /* something could not be written; a file in memory that finds
                                               no room does not remember that itself */
} Json;

void json_object(Json *j, const char *key);
void json_array(Json *j, const char *key);
void json_end(Json *j);                     /* of an object … */
void json_end_array(Json *j);               /* … or of an array */

/* n bytes: < > & " \ DEL, control characters, U+2028 and U+2029 become escapes, bytes that are no
 * UTF-8 become U+FFFD. */
void json_bytes(Json *j, const char *key, const char *s, size_t n);

/* The same up to the byte 0; null for NULL. */
void json_text(Json *j, const char *key, const char *s);

/* With so many significant digits; null for what is not finite. */
void json_number(Json *j, const char *key, double x, int digits);
void json_int(Json *j, const char *key, int64_t x);
void json_bool(Json *j, const char *key, bool x);
void json_null(Json *j, const char *key);

/* An array of n numbers. */
void json_numbers(Json *j, const char *key, const double *x, int n, int digits);
#endif
