#include "model/config.h"
#include "model/settings.h"
#include <stdio.h>

/* small and base are nanoGPT's CPU and GPU examples for characters. */
const ConfigSize config_sizes[] = {
    { "tiny", 2, 2, 32, 32, 8 },
    { "small", 4, 4, 128, 64, 12 },
    { "base", 6, 6, 384, 256, 64 },
    { NULL, 0, 0, 0, 0, 0 },
};

/* "6 or 12": the nearest numbers of channels that the heads divide, into pairs for rotary positions. */
static void near_channels(const Config *c, int pairs, char *out, size_t size)
{
    int each = c->heads * pairs, below = c->channels / each * each;
    if (below > 0 && below + each <= 1 << 14)
        snprintf(out, size, "%d or %d", below, below + each);
    else
        snprintf(out, size, "%d", below > 0 ? below : each);
}

static bool heads_divide(const Config *c, Err *err)
{
    bool rotary = c->positions == POSITIONS_ROTARY;
    char fit[32];
    near_channels(c, rotary ? 2 : 1, fit, sizeof fit);
    if (c->channels % c->heads)
        return err_set(err, "%d heads do not divide %d channels; use %s channels", c->heads, c->channels, fit);
    return !rotary || c->channels / c->heads % 2 == 0 ||
           err_set(err, "rotary positions rotate pairs of channels, so each head needs an even number of them: %d "
                   "channels / %d head%s = %d; use %s channels, or learned positions", c->channels, c->heads,
                   c->heads > 1 ? "s" : "", c->channels / c->heads, fit);
}

bool config_check(const Config *c, Err *err)
{
    for (const Setting *s = setting_table; s < setting_table + SETTINGS; s++) {
        double x = s->shape ? setting_value(s, c, NULL) : s->low;
        if (!(x >= s->low && x <= s->high))
            return err_set(err, "%s is %.15g, it must be from %.15g to %.15g", s->key, x, s->low, s->high);
    }
    return heads_divide(c, err);
}
