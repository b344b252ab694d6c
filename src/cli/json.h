#ifndef CLI_JSON_H
#define CLI_JSON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A streaming JSON writer; it places the commas. Initialize with { .out = file }. Text is escaped so that
 * the output is also safe inside an HTML script element. A key is a literal that needs no escaping, or
 * NULL within an array. */
typedef struct Json {
    FILE *out;
    int   depth;
    bool  more;                             /* the next value needs a comma */
    bool  lost;                             /* a write failed; open_memstream does not set
                                               ferror when memory runs out */
} Json;

void json_object(Json *j, const char *key);
void json_array(Json *j, const char *key);
void json_end(Json *j);                     /* closes an object */
void json_end_array(Json *j);               /* closes an array  */

/* n bytes: < > & ' " \ DEL, control characters, U+2028, U+2029 and U+FEFF are escaped; invalid UTF-8
 * becomes U+FFFD. */
void json_bytes(Json *j, const char *key, const char *s, size_t n);

/* A NUL-terminated string; null for NULL. */
void json_text(Json *j, const char *key, const char *s);

/* With that many significant digits; null unless finite. */
void json_number(Json *j, const char *key, double x, int digits);
void json_int(Json *j, const char *key, int64_t x);
void json_bool(Json *j, const char *key, bool x);
void json_null(Json *j, const char *key);

/* An array of n numbers. */
void json_numbers(Json *j, const char *key, const double *x, int n, int digits);
#endif
