#ifndef GOLDEN_TEXT_H
#define GOLDEN_TEXT_H
#include "check_main.h"
#include "golden.h"
#include "text/counting/discount.h"
#include <math.h>

/* The text of golden.py. */
static inline Corpus golden_text(void)
{
    static uint8_t s[GOLDEN_N];
    uint32_t state = 1;
    for (int i = 0; i < GOLDEN_N; i++) {
        state = (state * 1103515245u + 12345u) & 0x7fffffff;
        uint32_t before = i > 1 ? 3u * s[i - 1] + s[i - 2] + 1u : 0;
        s[i] = (uint8_t)(((state >> 20) % 10 < 6 ? before : state >> 16) % GOLDEN_V);
    }
    return (Corpus){ .narrow = s, .n = GOLDEN_N, .n_train = GOLDEN_TRAIN };
}

/* And its discounts. */
static inline Discounts golden_discounts(void)
{
    Discounts d = { .order = GOLDEN_ORDER, .V = GOLDEN_V };
    for (int k = 0; k <= GOLDEN_ORDER; k++) {
        d.of[k][0] = 0.5 + 0.03 * k;
        d.of[k][1] = 0.9 + 0.05 * k;
        d.of[k][2] = 1.3 + 0.1 * k;
    }
    return d;
}

static inline void golden_near(double x, double want)
{
    ck_assert_msg(fabs(x - want) < 1e-12, "%.17g, not %.17g", x, want);
}
#endif
