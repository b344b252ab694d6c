#ifndef BASE_JSON_H
#define BASE_JSON_H
#include "base/buffer.h"
#include <stdio.h>

/* A streaming JSON writer; it places the commas. Initialize with { .out = file } or { .to = &buffer }. Text is
 * escaped so that the output is also safe inside an HTML script element. Each value of the outermost object starts a
 * line. A key is a literal that needs no escaping, or NULL within an array and after json_key. */
typedef struct Json {
    FILE   *out;
    Buffer *to;                             /* instead of out; its own `lost` reports failures  */
    bool    plain;                          /* escape only what JSON requires, keep other bytes */
    bool    compact;                        /* no line breaks                                   */
    bool    spaced;                         /* "key": value                                     */
    int     depth;
    bool    more;                           /* the next value needs a comma                     */
    bool    keyed;                          /* its key is written already                       */
    bool    line;                           /* it starts a line                                 */
    bool    lost;                           /* a write to `out` failed; open_memstream does not
                                               set ferror when memory runs out                  */
} Json;

void json_object(Json *j, const char *key);
void json_array(Json *j, const char *key);
void json_end(Json *j);                     /* closes an object */
void json_end_array(Json *j);               /* closes an array  */

/* The key of the next value, for keys that may need escaping. */
void json_key(Json *j, const char *key, size_t n);

/* Starts a line with the next value or closing bracket, in long lists. */
void json_line(Json *j);

/* n bytes, unless `plain`: < > & ' " \ DEL, control characters, U+2028, U+2029 and U+FEFF are escaped; invalid UTF-8
 * becomes U+FFFD. */
void json_bytes(Json *j, const char *key, const char *s, size_t n);

/* A NUL-terminated string; null for NULL. */
void json_text(Json *j, const char *key, const char *s);

/* With that many significant digits; null unless finite. */
void json_number(Json *j, const char *key, double x, int digits);
/* With that many digits after the point; x is finite. */
void json_decimal(Json *j, const char *key, double x, int places);

void json_int(Json *j, const char *key, int64_t x);
void json_bool(Json *j, const char *key, bool x);
void json_null(Json *j, const char *key);

/* An array of n numbers. */
void json_numbers(Json *j, const char *key, const double *x, int n, int digits);
#endif
