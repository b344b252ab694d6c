#ifndef BASE_ERR_H
#define BASE_ERR_H
#include <stdbool.h>

/* Why something failed, as a sentence for the user; empty if nothing has. */
typedef struct Err {
    char msg[512];
} Err;

/* Sets the message and returns false, so that a failing function can write
 *     return err_set(err, "cannot open %s: %s", path, strerror(errno));
 * The first cause wins: an earlier message is kept. */
bool err_set(Err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Prefixes a lower-level failure with context ("loading a.heed: truncated"); returns false. */
bool err_in(Err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Appends a remedy to a lower-level failure ("…; name another file with --out"); returns false. */
bool err_add(Err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* True once something has failed. */
static inline bool err_any(const Err *err) { return err->msg[0] != '\0'; }
#endif
