#include "explain/why/turn.h"
#include "base/num.h"

/* As in engine/ops/rotary.c: the angle in turns. */
void why_turn_angles(int D, int p, double *cs)
{
    for (int i = 0; i < D / 2; i++) {
        double turns = num_exp(-2.0 * i / D * 9.2103403719761827) * 0.15915494309189534;
        cs[i] = num_cos_turns(p * turns);
        cs[D / 2 + i] = num_cos_turns(p * turns - 0.25);
    }
}

void why_turn_mean(int D, int n, double *cs)
{
    for (int i = 0; i < D / 2; i++) {
        double turns = num_exp(-2.0 * i / D * 9.2103403719761827) * 0.15915494309189534;
        cs[i] = cs[D / 2 + i] = 0;
        for (int p = 1 - n; p <= 0; p++) {
            cs[i] += num_cos_turns(p * turns) / n;
            cs[D / 2 + i] += num_cos_turns(p * turns - 0.25) / n;
        }
    }
}

void why_turn(int D, const double *cs, const double *x, double *out)
{
    const double *sn = cs + D / 2;
    for (int i = 0, k = D / 2; i < D / 2; i++, k++) {
        double a = x[i], b = x[k];
        out[i] = a * cs[i] - b * sn[i];
        out[k] = b * cs[i] + a * sn[i];
    }
}
