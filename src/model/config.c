#include "model/config.h"
#include <stddef.h>
#include <stdio.h>

/* small and base are nanoGPT's CPU and GPU examples for characters. */
const ConfigSize config_sizes[] = {
    { "tiny", 2, 2, 32, 32, 8 },
    { "small", 4, 4, 128, 64, 12 },
    { "base", 6, 6, 384, 256, 64 },
    { NULL, 0, 0, 0, 0, 0 },
};

static bool within(int x, int low, int high, const char *what, Err *err)
{
    return (x >= low && x <= high) || err_set(err, "%s is %d, it must be from %d to %d", what, x, low, high);
}

/* "--channels 126 or 132": those near by that the heads divide, into evens where positions turn pairs. */
static void near_channels(const Config *c, int pairs, char *out, size_t size)
{
    int each = c->heads * pairs, below = c->channels / each * each;
    if (below > 0 && below + each <= 1 << 14)
        snprintf(out, size, "--channels %d or %d", below, below + each);
    else
        snprintf(out, size, "--channels %d", below > 0 ? below : each);
}

static bool heads_divide(const Config *c, Err *err)
{
    int  pairs = c->positions == POSITIONS_ROTARY ? 2 : 1;
    char other[48];
    near_channels(c, pairs, other, sizeof other);
    if (c->channels % c->heads)
        return err_set(err, "%d heads do not divide %d channels: each head needs the same whole number of them%s; try %s",
                       c->heads, c->channels, pairs > 1 ? ", an even one for rotary positions" : "", other);
    return c->channels / c->heads % pairs == 0 ||
           err_set(err, "rotary positions turn pairs of channels, and %d channels for %d head%s are an odd number each, "
                   "%d; try %s, or --positions learned", c->channels, c->heads, c->heads > 1 ? "s" : "",
                   c->channels / c->heads, other);
}

bool config_check(const Config *c, Err *err)
{
    bool ok = within(c->vocab, 1, 1 << 16, "the vocabulary", err) &&
              within(c->context, 1, 1 << 16, "the context", err) &&
              within(c->channels, 1, 1 << 14, "the number of channels", err) &&
              within(c->layers, 1, 1 << 10, "the number of layers", err) &&
              within(c->heads, 1, 1 << 10, "the number of heads", err) &&
              within(c->positions, 0, POSITIONS_KINDS - 1, "the kind of positions", err) &&
              within(c->norm, 0, NORM_KINDS - 1, "the kind of norm", err) &&
              within(c->activation, 0, ACTIVATION_KINDS - 1, "the kind of activation", err) &&
              within(c->char_mix, 0, CHAR_MIX_MOST, "the number of characters mixed", err);
    if (ok && !(c->soft_cap >= 0 && c->soft_cap <= 1e6))
        return err_set(err, "the cap of the logits is %g, it must be from 0 to 1000000", c->soft_cap);
    return ok && heads_divide(c, err);
}
