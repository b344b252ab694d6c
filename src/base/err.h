#ifndef BASE_ERR_H
#define BASE_ERR_H
#include <stdbool.h>

/* Why something failed, in words for the user; empty while nothing has. */
typedef struct Err {
    char msg[512];
} Err;

/* Records why and returns false, so that a failing function can say
 *     return err_set(err, "cannot open %s: %s", path, strerror(errno));
 * The first cause wins: a message that is already there is kept. */
bool err_set(Err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts context in front of a failure from below ("loading a.heed: truncated"); returns false. */
bool err_in(Err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts a remedy behind a failure from below ("…; name another file with --out"); returns false. */
bool err_add(Err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* True once something has failed. */
static inline bool err_any(const Err *err) { return err->msg[0] != '\0'; }
#endif
