#ifndef EXPLAIN_CHECK_H
#define EXPLAIN_CHECK_H
#include "explain/trace.h"

/* Something that must hold whatever the model and the prompt: the worst number found, the largest one
 * that rounding explains (0: exactly 0 is asked for), and why it must hold. */
typedef struct ExplainCheck {
    const char *name, *why;
    double      value, limit;
    bool        ok;                         /* value <= limit */
} ExplainCheck;

enum { EXPLAIN_CHECKS = 10 };

/* Fills checks (EXPLAIN_CHECKS) over all layers, heads and rows; the finite differences are those of
 * trace t. False with e->err set: no memory. */
bool explain_check(Explain *e, const ExplainTrace *t, ExplainCheck *checks);
#endif
