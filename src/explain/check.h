#ifndef EXPLAIN_CHECK_H
#define EXPLAIN_CHECK_H
#include "explain/trace.h"

/* A self-check: an identity that holds for any model and prompt. value is the largest violation found, limit what
 * rounding accounts for (0: must be exactly 0), why the reason the identity holds. */
typedef struct ExplainCheck {
    const char *name, *why;
    double      value, limit;
    bool        ok;                         /* value <= limit */
} ExplainCheck;

enum { EXPLAIN_CHECKS = 10 };

/* Fills checks (EXPLAIN_CHECKS) from all layers, heads and rows; the finite differences are those of trace t. False
 * with e->err set: out of memory. */
bool explain_check(Explain *e, const ExplainTrace *t, ExplainCheck *checks);
#endif
