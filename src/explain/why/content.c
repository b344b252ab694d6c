#include "explain/why/content.h"
#include "explain/dot.h"
#include "explain/why/parts.h"
#include "explain/why/turn.h"

bool why_content_has(const Explain *e, int layer) { return why_op_of(e, layer, &op_rotary) != NULL; }

void why_content_row(const Explain *e, ExplainRow at, double *room, double *s)
{
    const GptBlockActs *y = &e->trace.layers[at.layer];
    int                 D = e->D;
    double             *angles = room, *mean = room + D, *v = room + 2 * D;
    why_turn_mean(D, at.row + 1, mean);
    for (int j = 0; j <= at.row; j++) {
        why_turn_angles(D, -j, angles);
        why_turn(D, angles, explain_row(y->k, at.head, j), v);
        why_turn(D, mean, v, v);
        why_turn_angles(D, at.row, angles);     /* R_i q.R_i v = q.v: the query stays as the engine rotated it */
        why_turn(D, angles, v, v);
        s[j] = y->scores->arg.scale.factor * explain_dot(explain_row(y->q, at.head, at.row), v, (size_t)D);
    }
}
