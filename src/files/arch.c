#include "files/arch.h"
#include <stdio.h>
#include <string.h>

const char *const arch_names[ARCHS] = { "GPT-2", "Apertus", "a graph" };
const char *const target_names[TARGETS] = { "llama.cpp", "transformers", "ONNX" };

static const struct { Arch first, last; } known[TARGETS] = {
    [TARGET_LLAMA] = { ARCH_GPT2, ARCH_APERTUS },
    [TARGET_HF] = { ARCH_GPT2, ARCH_APERTUS },
    [TARGET_ONNX] = { ARCH_GRAPH, ARCH_GRAPH },
};

enum { ANY = -1 };

/* The value of a setting in each architecture. A setting without a row must be 0, as before it existed. Biases that a
 * model lacks are written as 0; normalized embeddings as the rows that result; a tied output matrix is written twice
 * where the architecture has two. */
static const struct { int id, is[ARCHS]; } table[] = {
    /*                      GPT-2              Apertus           graph */
    { SETTING_positions,  { POSITIONS_LEARNED, POSITIONS_ROTARY, ANY } },
    { SETTING_norm,       { NORM_LAYER,        NORM_RMS,         ANY } },
    { SETTING_activation, { ACTIVATION_GELU,   ACTIVATION_RELU2, ANY } },
    { SETTING_embed_norm, { false,             ANY,              ANY } },
    { SETTING_qk_norm,    { false,             true,             ANY } },
    { SETTING_qk_gain,    { ANY,               QK_GAIN_LAYER,    ANY } },
    { SETTING_value_mix,  { false,             false,            ANY } },
    { SETTING_char_mix,   { 0,                 0,                ANY } },
    { SETTING_soft_cap,   { 0,                 0,                ANY } },
    { SETTING_bias,       { ANY,               false,            ANY } },
    { SETTING_counts,     { false,             false,            ANY } },
};

/* Size and tying are free. */
static int value_in(Arch arch, int id)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].id == id)
            return table[i].is[arch];
    return setting_table[id].group == GROUP_RECIPE ? 0 : ANY;
}

int arch_departs(Arch arch, const Config *c, int ids[SETTINGS])
{
    int n = 0;
    for (int id = 0; id < SETTINGS; id++) {
        const Setting *s = &setting_table[id];
        int            is = s->shape ? value_in(arch, id) : ANY;
        if (is != ANY && setting_value(s, c, NULL) != is && setting_matters(s, c, NULL))
            ids[n++] = id;
    }
    return n;
}

Arch arch_nearest(Target target, const Config *c)
{
    Arch best = known[target].first;
    int  ids[SETTINGS], least = SETTINGS + 1;
    for (int arch = (int)best; arch <= (int)known[target].last; arch++) {
        int n = arch_departs((Arch)arch, c, ids);
        if (n < least)
            least = n, best = (Arch)arch;
    }
    return best;
}

bool arch_opens(Target target, const Config *c)
{
    int ids[SETTINGS];
    return arch_departs(arch_nearest(target, c), c, ids) == 0;
}

/* "convolution over 4 positions", "no QK norm" */
static void phrase(const Setting *s, const Config *c, char out[SETTING_PHRASE])
{
    setting_phrase(s, setting_value(s, c, NULL), out);
    if (!*out)
        snprintf(out, SETTING_PHRASE, "no %s", s->shown ? s->shown[0] : s->key);
}

bool arch_check(Target target, const Config *c, Err *err)
{
    Arch   arch = arch_nearest(target, c);
    char   what[SETTINGS * SETTING_PHRASE / 4] = "", one[SETTING_PHRASE];
    int    ids[SETTINGS], n = arch_departs(arch, c, ids);
    for (int i = 0; i < n; i++) {
        size_t at = strlen(what);
        phrase(&setting_table[ids[i]], c, one);
        snprintf(what + at, sizeof what - at, "%s%s", i ? ", " : "", one);
    }
    if (n > 0 && arch == ARCH_GRAPH)
        return err_set(err, "%s has no operation for a part of this model: %s", target_names[target], what);
    return n == 0 || err_set(err, "%s has no architecture for this model: it differs from %s, the nearest, by %s",
                             target_names[target], arch_names[arch], what);
}
